import Execution
import RobotModel
import Testing

struct BallotTests {
    private let right: [String: Value] = ["x": .number(1)]
    private let wrong: [String: Value] = ["x": .number(2)]

    @Test func `an answer wins when it leads by as many as is asked for`() {
        var ballot = Ballot(VotePolicy(ahead: 2))
        #expect(ballot.take(right) == .undecided)
        #expect(ballot.take(wrong) == .undecided)
        #expect(ballot.take(right) == .undecided)
        #expect(ballot.take(right) == .decided(right, tally: [3, 1]))
    }

    @Test func `one that was behind may win`() {
        var ballot = Ballot(VotePolicy(ahead: 2))
        for answer in [wrong, right, right, wrong, right] { #expect(ballot.take(answer) == .undecided) }
        #expect(ballot.take(right) == .decided(right, tally: [4, 2]))
    }

    @Test func `void votes count for nobody, and towards the most`() {
        var ballot = Ballot(VotePolicy(ahead: 2, most: 4))
        for answer in [nil, right, nil] { #expect(ballot.take(answer) == .undecided) }
        #expect(ballot.take(wrong) == .hung(tally: [1, 1]))
    }

    @Test func `one vote ahead is the first answer`() {
        var ballot = Ballot(VotePolicy(ahead: 0, most: 1))
        #expect(ballot.take(right) == .decided(right, tally: [1]))
    }
}
