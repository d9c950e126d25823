import BrainClient
import Foundation
import RobotModel

/// A node whose robots have two skills: one that counts, and one that waits.
struct CoreRig: Sendable {
    let node: EmbeddedNode
    let counter: CountingSkill
    let gate: GateSkill

    var client: BrainClient { node.client }

    /// Starts a node with `robots` robots, hands it to `body`, and ends it.
    ///
    /// - Parameter isIdempotent: whether doing a step twice is as good as once;
    ///   if not, an order is on disk at the robot before it acts, and so is what
    ///   came of it before the brain hears of it.
    static func with<Result: Sendable>(
        robots: Int, _ way: EmbeddedNode.Way, isIdempotent: Bool = true, in folder: LabFolder,
        _ body: @escaping @Sendable (CoreRig) async throws -> Result
    ) async throws -> Result {
        let counter = CountingSkill()
        let gate = GateSkill()
        let design = EmbeddedNode.Design(
            robots: robots, way: way, skills: [counter, gate],
            manifests: [
                CountingSkill.count: manifest(CountingSkill.count, isIdempotent: isIdempotent),
                GateSkill.gate: manifest(GateSkill.gate, isIdempotent: true),
            ])
        return try await EmbeddedNode.with(design, in: folder) { node in
            try await body(CoreRig(node: node, counter: counter, gate: gate))
        }
    }

    private static func manifest(_ name: SkillName, isIdempotent: Bool) -> String {
        """
        apiVersion: pons/v1
        kind: Skill
        name: \(name)
        summary: Does nothing.
        phrases: ["\(name)"]
        duration: {typical_s: 0, timeout_s: 600}
        retry: {attempts: 1, backoff_s: 0}
        on_link_loss: stop
        cancel: stop
        idempotent: \(isIdempotent)

        """
    }
}

extension EmbeddedNode.Way {
    /// Commits that a step waits for, one after the other. The journal has the
    /// result; where a step mustn't be done twice, its edge, or a host of its
    /// own, has the order and the result too.
    func commitsInSeries(isIdempotent: Bool) -> Int { isIdempotent ? 1 : 3 }
}
