public import Foundation
public import RobotModel

extension BrainClient {
    /// Reads an answer.
    ///
    /// - Throws: `failed` where a newer brain answers in a form that this
    ///   program doesn't know.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws(CommandError)
        -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw CommandError(
                .failed, "the brain’s answer can’t be read", why: "\(error)",
                advice: "use a pons of the daemon’s version: pons status")
        }
    }

    /// One task as it stands.
    public func task(_ id: String) async throws -> TaskView {
        try Self.decode(TaskView.self, from: try await get("/v1/tasks/\(Self.escaped(id))"))
    }

    /// The team.
    public func robots() async throws -> [RobotView] {
        struct List: Decodable { let robots: [RobotView] }
        return try Self.decode(List.self, from: try await get("/v1/robots")).robots
    }

    /// All things in shared memory.
    public func entities() async throws -> [Entity] {
        struct List: Decodable { let entities: [Entity] }
        return try Self.decode(List.self, from: try await get("/v1/memory/entities")).entities
    }

    /// All facts in shared memory.
    public func facts() async throws -> [FactRecord] {
        try Self.decode(FactList.self, from: try await get("/v1/memory/facts")).facts
    }

    /// How the daemon is.
    public func health() async throws -> HealthAnswer {
        try Self.decode(HealthAnswer.self, from: try await get("/v1/health"))
    }
}

/// `GET /v1/memory/facts`.
public struct FactList: Decodable, Sendable { public let facts: [FactRecord] }

/// `GET /v1/tasks`.
public struct TaskList: Decodable, Sendable { public let tasks: [TaskView] }

/// `GET /v1/health`, as far as programs here read it.
public struct HealthAnswer: Decodable, Sendable {
    /// What is wrong with a drop-in file.
    public struct Problem: Decodable, Sendable {
        public let file: String
        public let line: Int?
        public let message: String
    }

    public let isLive: Bool
    public let isReady: Bool
    /// Why it isn't ready.
    public let reasons: [String]
    public let version: String
    public let node: NodeID
    public let epoch: UInt64
    public let startedAt: Instant
    /// By the daemon's clock.
    public let now: Instant
    public let freeDiskBytes: UInt64?
    public let problems: [Problem]
}
