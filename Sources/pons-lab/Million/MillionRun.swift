import BrainClient
import Foundation
import Journal
import RobotModel

/// One task of many rounds, from its submission to the proof that it was done.
struct MillionRun: Sendable {
    let node: EmbeddedNode
    let moves: UInt64

    struct Outcome: Sendable {
        var seconds: Double
        var journalBytes: Int
        var heapEarly: Int
        var heapLate: Int
        var finding: HanoiVerifier.Finding
    }

    func run(
        _ workflow: Workflow, _ folder: LabFolder, note: (String) -> Void
    ) async throws -> Outcome {
        let began = MonotonicTime.now
        let id = try await Submission(workflow: workflow).send(to: node.client)
        var heapEarly: Int?
        var tenths: UInt64 = 0
        while true {
            let view = try await node.client.task(id.rawValue)
            let rounds = view.steps.first?.rounds ?? 0
            if heapEarly == nil, rounds >= moves / 10 { heapEarly = Heap.bytesInUse }
            if rounds * 10 / moves > tenths {
                tenths = rounds * 10 / moves
                let seconds = MonotonicTime.now.milliseconds(since: began) / 1000
                note("\(rounds) moves in \(Int(seconds)) s")
            }
            if view.state.isFinal { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        let seconds = MonotonicTime.now.milliseconds(since: began) / 1000
        let heapLate = Heap.bytesInUse
        try await node.whenEnded(id)
        let copy = try JournalCopy(of: node, folder)
        let finding = try HanoiVerifier(diskCount: (moves + 1).trailingZeroBitCount).verify(
            id, in: copy.journal)
        return Outcome(
            seconds: seconds, journalBytes: copy.byteCount, heapEarly: heapEarly ?? heapLate,
            heapLate: heapLate, finding: finding)
    }
}
