import BrainClient
import Foundation
import Journal
import RobotModel
import WireFormat

/// Goes through a task's records and holds every accepted move against a
/// formula that needs no memory of the game: it shares nothing with the skill.
///
/// Source: move `m` of the shortest solution takes the disk of rank `z`, `z`
/// being the zeros at the end of `m`, from peg `(m & (m - 1)) mod 3` to peg
/// `((m | (m - 1)) + 1) mod 3`; the tower ends on peg 2 where the number of
/// disks is odd, and on peg 1 where it is even (Er, «A representation approach
/// to the Tower of Hanoi problem», 1982; Weisstein, «Tower of Hanoi»).
struct HanoiVerifier {
    let diskCount: Int

    struct Finding {
        var moves: UInt64 = 0
        /// Attempts that ended without a result: lost ones, mostly.
        var failedAttempts: UInt64 = 0
        /// Results of attempts that had been given up, or were told before: they
        /// change nothing.
        var lateResults: UInt64 = 0
        /// Votes that were counted, and those that lost the count.
        var votes: UInt64 = 0
        var outvoted: UInt64 = 0
        var records: UInt64 = 0
        /// What is wrong; nil where all is right.
        var flaw: String?
    }

    /// Reads a journal at rest.
    func verify(_ task: TaskID, in journal: Journal) throws -> Finding {
        var finding = Finding()
        var tower = [Character](repeating: "A", count: diskCount)
        var attempts = Attempts()
        var sequence: UInt64 = 0
        while finding.flaw == nil {
            let records = try journal.read(after: sequence, limit: 1000)
            guard let end = records.last else { break }
            for record in records where finding.flaw == nil {
                finding.records += 1
                let (input, _) = try JournalEntryCodec.decode(record.payload)
                guard let returns = result(input, of: task, &attempts, &finding) else { continue }
                count(returns, &finding)
                finding.moves += 1
                move(finding.moves, &tower)
                finding.flaw = flaw(returns, finding.moves, tower)
            }
            sequence = end.sequence
        }
        let needed = UInt64(1) << UInt64(diskCount) - 1
        if finding.flaw == nil, finding.moves != needed {
            finding.flaw = "\(finding.moves) moves were made, and \(needed) are needed"
        }
        if finding.flaw == nil, tower != [Character](repeating: "C", count: diskCount) {
            finding.flaw = "the tower ends as \(String(tower)), and not on peg C"
        }
        return finding
    }

    /// Which results can count: attempts are numbered, each is tried after the
    /// one before was over, and one that was overdue is given up.
    private struct Attempts {
        var last: UInt32 = 0
        var givenUp: UInt32 = 0
    }

    /// What an attempt returned; nil where the record is about something else,
    /// or about a result that doesn't count.
    private func result(
        _ input: CoordinationInput, of task: TaskID, _ attempts: inout Attempts, _ finding: inout Finding
    ) -> [String: Value]? {
        switch input {
        case .timerFired(.attemptOverdue(let attempt)) where attempt.task == task:
            // One that had ended by then was over already.
            if attempt.number > attempts.last { attempts.givenUp = max(attempts.givenUp, attempt.number) }
        case .attemptEnded(let attempt, _, let outcome) where attempt.task == task:
            guard attempt.number > max(attempts.last, attempts.givenUp) else {
                finding.lateResults += 1
                return nil
            }
            attempts.last = attempt.number
            if case .succeeded(let returns, _) = outcome { return returns }
            finding.failedAttempts += 1
        default: break
        }
        return nil
    }

    /// The pegs by letter, so that the tower ends on C.
    private var letters: [Character] { diskCount.isMultiple(of: 2) ? ["A", "C", "B"] : ["A", "B", "C"] }

    /// Takes the `m`-th move.
    private func move(_ m: UInt64, _ tower: inout [Character]) {
        let rank = m.trailingZeroBitCount
        guard rank < diskCount else { return }
        tower[diskCount - 1 - rank] = letters[Int(((m | (m - 1)) + 1) % 3)]
    }

    private func flaw(_ returns: [String: Value], _ m: UInt64, _ tower: [Character]) -> String? {
        guard returns["disks"] == .text(String(tower)) else {
            return
                "after move \(m) the disks should be \(String(tower)), and are \(returns["disks"].map { "\($0)" } ?? "nowhere")"
        }
        let isEnd = m == UInt64(1) << UInt64(diskCount) - 1
        return returns["done"] == .boolean(isEnd) ? nil : "after move \(m) “done” is wrong"
    }

    private func count(_ returns: [String: Value], _ finding: inout Finding) {
        guard case .text(let tally)? = returns["votes.tally"] else { return }
        let votes = tally.split(separator: " ").compactMap { UInt64($0) }
        finding.votes += votes.reduce(0, +)
        finding.outvoted += votes.dropFirst().reduce(0, +)
    }
}
