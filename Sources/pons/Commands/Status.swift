import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How the brain, the robots and the tasks are.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try connection.client()
        let health = try await client.get("/v1/health")
        let robots = try await client.get("/v1/robots")
        let tasks = try await client.get(
            "/v1/tasks",
            query: [("state", "received,planning,awaitingApproval,running,paused"), ("limit", "1000")])
        if output.format == .table {
            Terminal.output.write(try page(health, robots, tasks))
        } else {
            var document: [String: Any] = [:]
            document["health"] = try JSONSerialization.jsonObject(with: health)
            for list in [robots, tasks] {
                guard let object = try JSONSerialization.jsonObject(with: list) as? [String: Any] else {
                    continue
                }
                document.merge(object) { _, new in new }
            }
            try output.write(try JSONSerialization.data(withJSONObject: document)) { "" }
        }
    }

    private func page(_ health: Data, _ robots: Data, _ tasks: Data) throws -> String {
        struct Robots: Decodable { let robots: [RobotView] }
        let health = try BrainClient.decode(HealthAnswer.self, from: health)
        let team = try BrainClient.decode(Robots.self, from: robots).robots
        let open = try BrainClient.decode(TaskList.self, from: tasks).tasks
        let state =
            health.isLive && health.isReady ? "ready" : "not ready: " + health.reasons.joined(separator: "; ")
        var text = """
            brain    \(health.node), \(state)
            version  \(health.version), up \(Phrases.age(of: health.startedAt, at: health.now)), start \(health.epoch)
            robots   \(team.count { $0.isLinked }) of \(team.count) linked, \(team.count { $0.state == .busy }) busy
            tasks    \(open.count) under way

            """
        if !health.problems.isEmpty { text += "files    \(health.problems.count) refused; see pons doctor\n" }
        let questions = open.count { $0.question != nil }
        if questions > 0 {
            text += "asks     \(Phrases.count(questions, "question")) to people; see pons question list\n"
        }
        guard !open.isEmpty else { return text }
        var table = Table("TASK", "STATE", "STEPS", "DUE", "ASK", "NOTE")
        for task in open {
            let left = task.request.deadline.map { ($0 - health.now).inSeconds }
            let due = left.map { $0 < 0 ? "late" : "in \(Phrases.duration(seconds: $0))" }
            table.add(
                task.id.rawValue, task.state.rawValue, Phrases.steps(task), due ?? "–",
                task.request.ask.summary, task.question?.text ?? task.note)
        }
        return text + "\n" + table.fitted
    }
}
