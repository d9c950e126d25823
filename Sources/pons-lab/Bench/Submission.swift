import BrainClient
import Foundation
import RobotModel

/// The body of `POST /v1/tasks` for a workflow.
struct Submission: Encodable {
    let workflow: Workflow

    /// Idle steps, each after the one before, by the robots in turn.
    static func chain(of count: Int, by robots: [RobotID]) -> Submission {
        let steps = (0..<count).map { index in
            WorkflowStep(
                id: StepID("s\(index + 1)"), skill: "idle", robot: robots[index % robots.count],
                after: index == 0 ? [] : [StepID("s\(index)")])
        }
        return Submission(workflow: Workflow(steps: steps))
    }

    var body: Data { get throws { try JSONEncoder().encode(self) } }

    func send(to client: BrainClient) async throws -> TaskID {
        try BrainClient.decode(TaskView.self, from: try await client.post("/v1/tasks", body: try body)).id
    }
}
