import Execution
import RobotModel
import Testing

@Suite struct AcceptancesTests {
    private let token = FencingToken(epoch: 1, counter: 7)

    private func attempt(_ number: UInt32) -> AttemptID {
        AttemptID(task: "t-1", step: "s1", number: number)
    }

    @Test func `an acceptance whose attempt ends at once is never told`() {
        var acceptances = Acceptances()
        #expect(acceptances.sift([.reportAccepted(attempt(1), token)]).isEmpty)
        let ended = ExecutionAction.reportEnded(attempt(1), token, .succeeded)
        #expect(acceptances.sift([ended]) == [ended])
        #expect(acceptances.isEmpty)
        #expect(acceptances.take().isEmpty)
    }

    @Test func `an acceptance whose attempt goes on is told once`() {
        var acceptances = Acceptances()
        _ = acceptances.sift([.reportAccepted(attempt(2), token), .reportAccepted(attempt(1), token)])
        _ = acceptances.sift([.reportEnded(attempt(3), token, .succeeded)])
        #expect(
            acceptances.take() == [.reportAccepted(attempt(1), token), .reportAccepted(attempt(2), token)])
        #expect(acceptances.take().isEmpty)
    }

    @Test func `all else passes, in its order`() {
        var acceptances = Acceptances()
        let others: [ExecutionAction] = [
            .rosterChanged, .stopTimer(.overdue("dog", attempt(1))),
            .reportProgress(attempt(1), token, AttemptProgress(ratio: 0.5)),
        ]
        #expect(
            acceptances.sift([others[0], .reportAccepted(attempt(1), token)] + others.dropFirst()) == others)
    }
}
