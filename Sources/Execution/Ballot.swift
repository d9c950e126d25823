public import RobotModel

/// Counts a skill's answers until one leads by as many as is asked for, or
/// too many were given. Pure.
///
/// Source: first-to-ahead-by-k voting, Meyerson et al., «Solving a
/// million-step LLM task with zero errors», 2025.
public struct Ballot: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        case undecided
        /// `tally` is how often each answer was given: the winner's first, the
        /// others' from most to fewest.
        case decided([String: Value], tally: [UInt32])
        /// As many votes as may be were given, and none leads by enough.
        case hung(tally: [UInt32])
    }

    private let policy: VotePolicy
    private var counts: [Count] = []
    /// Votes so far, with the void ones.
    public private(set) var total: UInt32 = 0

    private struct Count: Hashable, Sendable {
        let answer: [String: Value]
        var votes: UInt32
    }

    public init(_ policy: VotePolicy) { self.policy = policy }

    /// Takes a vote; nil is a void one, of a call that failed: it counts towards
    /// the most that may be, and for nobody.
    public mutating func take(_ answer: [String: Value]?) -> Verdict {
        total += 1
        if let answer {
            // The leader stays in front, so that the usual vote finds it at once.
            if let index = counts.firstIndex(where: { $0.answer == answer }) {
                counts[index].votes += 1
                if counts[index].votes > counts[0].votes { counts.swapAt(0, index) }
            } else {
                counts.append(Count(answer: answer, votes: 1))
            }
        }
        guard let leader = counts.first else { return total < policy.most ? .undecided : .hung(tally: []) }
        let next = counts.dropFirst().map(\.votes).max() ?? 0
        let tally = [leader.votes] + counts.dropFirst().map(\.votes).sorted(by: >)
        if leader.votes >= next + max(1, policy.ahead) { return .decided(leader.answer, tally: tally) }
        return total < policy.most ? .undecided : .hung(tally: tally)
    }

    /// The name under which an outcome's returns carry the tally, as text: the
    /// winner's votes, then the others', e.g. `5 1`. No skill may use it.
    public static let tallyKey = "votes.tally"
}
