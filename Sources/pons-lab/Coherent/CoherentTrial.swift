import BrainClient
import Foundation
import RobotModel
import Simulation

/// One task of the set, done by a daemon's simulated robots in the task's own
/// world.
struct CoherentTrial {
    let client: BrainClient
    let task: CoherentTask

    private static let patienceSeconds = 120.0

    /// - Parameter words: the instruction to give; nil gives the goal.
    /// - Throws: where the daemon can't be reached.
    func outcome(words: String?) async throws -> CoherentOutcome {
        do {
            _ = try await client.post(
                "/v1/scenes", query: [("file", "\(task.scene.name).json")],
                body: try SceneFile(task.scene).json(), contentType: "application/yaml")
            let request = words.map { ["words": $0] } ?? ["goal": "\(task.goal)"]
            let answer = try await client.post("/v1/tasks", body: try JSONEncoder().encode(request))
            let id = try BrainClient.decode(TaskView.self, from: answer).id
            let ended = try await end(of: id)
            let known = Set(try await client.facts().filter(\.holds).map(\.fact))
            let missing = Self.literals(of: task.goal).filter { !Self.holds($0, in: known) }
            return CoherentOutcome(ended, missing: missing)
        } catch let error as CommandError where error.status != .unreachable {
            return CoherentOutcome(
                failure: "\(error.status)", error.why.isEmpty ? error.what : "\(error.what): \(error.why)")
        }
    }

    /// The task once it has ended; it is cancelled where it takes too long.
    private func end(of id: TaskID) async throws -> TaskView {
        let path = "/v1/tasks/\(BrainClient.escaped(id.rawValue))"
        let ended = try await withThrowingTaskGroup(of: TaskView?.self) { group in
            group.addTask {
                try await EventFeed(client: client, path: "\(path)/events").read(
                    endsWithStream: { try await client.task(id.rawValue).state.isFinal },
                    take: { _, data in
                        let event = try BrainClient.decode(TaskEvent.self, from: data)
                        return !(event.kind == .task && TaskState(rawValue: event.state)?.isFinal == true)
                    })
                return try await client.task(id.rawValue)
            }
            group.addTask {
                try await Task.sleep(for: .seconds(Self.patienceSeconds))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let ended { return ended }
        _ = try await client.post("\(path)/cancel", body: Data(#"{"by": "pons-lab"}"#.utf8))
        throw CommandError(.timedOut, "not ended in \(Int(Self.patienceSeconds)) s")
    }

    /// The set's goals are facts joined by “and”.
    private static func literals(of goal: Formula) -> [Literal] {
        switch goal {
        case .literal(let literal): [literal]
        case .and(let parts): parts.flatMap(literals)
        case .not, .or, .forAll, .exists: []
        }
    }

    private static func holds(_ literal: Literal, in known: Set<Fact>) -> Bool {
        literal.fact.map { known.contains($0) == literal.isPositive } ?? false
    }
}
