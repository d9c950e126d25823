import Foundation
import RobotModel

extension BrainClient {
    /// - Throws: `failed` where a newer brain answers in a form that this
    ///   program doesn't know.
    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws(CommandError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw CommandError(
                .failed, "the brain’s answer can’t be read", why: "\(error)",
                advice: "use a pons of the daemon’s version: pons status")
        }
    }

    func task(_ id: String) async throws -> TaskView {
        try Self.decode(TaskView.self, from: try await get("/v1/tasks/\(Self.escaped(id))"))
    }

    func robots() async throws -> [RobotView] {
        struct List: Decodable { let robots: [RobotView] }
        return try Self.decode(List.self, from: try await get("/v1/robots")).robots
    }

    func entities() async throws -> [Entity] {
        struct List: Decodable { let entities: [Entity] }
        return try Self.decode(List.self, from: try await get("/v1/memory/entities")).entities
    }

    func facts() async throws -> [FactRecord] {
        try Self.decode(FactList.self, from: try await get("/v1/memory/facts")).facts
    }

    func health() async throws -> HealthAnswer {
        try Self.decode(HealthAnswer.self, from: try await get("/v1/health"))
    }
}

struct FactList: Decodable { let facts: [FactRecord] }

struct TaskList: Decodable { let tasks: [TaskView] }

/// `GET /v1/health`, as far as the command line reads it.
struct HealthAnswer: Decodable {
    struct Problem: Decodable {
        let file: String
        let line: Int?
        let message: String
    }

    let isLive: Bool
    let isReady: Bool
    let reasons: [String]
    let version: String
    let node: NodeID
    let epoch: UInt64
    let startedAt: Instant
    let now: Instant
    let freeDiskBytes: UInt64?
    let problems: [Problem]
}
