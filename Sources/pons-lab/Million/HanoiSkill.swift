import RobotModel
import SkillKit
import Synchronization

/// Makes one move of the Tower of Hanoi: takes where the disks are, and gives
/// where they are then. It knows nothing of what came before, and now and then
/// it errs, as a model that is asked would.
final class HanoiSkill: Skill {
    static let move: SkillName = "hanoi_move"

    let name = HanoiSkill.move
    private let faults: HanoiFaults
    private let state = Mutex(State())

    private struct State {
        var tally = HanoiFaults.Tally()
        var calls: UInt64 = 0
    }

    init(faults: HanoiFaults) { self.faults = faults }

    /// What went wrong so far, on purpose.
    var tally: HanoiFaults.Tally { state.withLock { $0.tally } }

    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        guard case .text(let text)? = attempt.arguments["disks"], let disks = HanoiDisks(text) else {
            throw Failure(
                .rejectedBySkill, "“disks” says the peg of each disk, the largest first, as A, B or C")
        }
        let (fault, call) = state.withLock { state in
            state.calls += 1
            let fault = faults.fault(inCall: state.calls)
            state.tally.note(fault)
            return (fault, state.calls)
        }
        switch fault {
        case .failing: throw Failure(.skillError, "failed on purpose in call \(call)")
        case .lost:
            // The answer never comes; only a time-out ends this.
            try await Task.sleep(for: .seconds(3600))
            throw Failure(.skillError, "nobody missed the answer of call \(call)")
        case .wrong: return Self.answer(disks.afterWrongMove)
        case nil: return Self.answer(disks.afterNextMove)
        }
    }

    private static func answer(_ disks: HanoiDisks) -> [String: Value] {
        ["disks": .text(disks.text), "done": .boolean(disks.isDone)]
    }

    /// How often it is asked, and how soon it must answer, is up to the task.
    static let manifest = """
        apiVersion: pons/v1
        kind: Skill
        name: hanoi_move
        summary: Make the next move of the Tower of Hanoi.
        phrases: ["move a disk"]
        parameters:
          - {name: disks, type: text}
        returns:
          - {name: disks, type: text}
          - {name: done, type: boolean}
        duration: {typical_s: 0, timeout_s: 0.2}
        retry: {attempts: 50, backoff_s: 0}
        on_link_loss: stop
        cancel: stop
        idempotent: true

        """
}

/// Where the disks are, for the skill: the peg of each, the largest first.
struct HanoiDisks: Hashable {
    private var pegs: [UInt8]

    init?(_ text: String) {
        pegs = text.utf8.map { $0 &- UInt8(ascii: "A") }
        guard !pegs.isEmpty, pegs.allSatisfy({ $0 < 3 }) else { return nil }
    }

    /// All on the first peg.
    init(count: Int) { pegs = Array(repeating: 0, count: count) }

    var text: String { String(decoding: pegs.map { $0 + UInt8(ascii: "A") }, as: UTF8.self) }
    var isDone: Bool { pegs.allSatisfy { $0 == 2 } }

    /// The largest disk that isn't where it belongs needs all smaller ones on
    /// the third peg; so on down to one that may move.
    var afterNextMove: HanoiDisks {
        var target: UInt8 = 2
        var move: (disk: Int, to: UInt8)?
        for (disk, peg) in pegs.enumerated() where peg != target {
            move = (disk, target)
            target = 3 - peg - target
        }
        var next = self
        if let move { next.pegs[move.disk] = move.to }
        return next
    }

    /// A legal move that leads astray, the same for whoever errs here.
    var afterWrongMove: HanoiDisks {
        let right = afterNextMove
        guard let smallest = pegs.last else { return self }
        for step in 1...2 {
            var wrong = self
            wrong.pegs[pegs.count - 1] = (smallest + UInt8(step)) % 3
            if wrong != right { return wrong }
        }
        return self
    }
}
