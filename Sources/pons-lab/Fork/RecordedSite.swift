import BrainClient
import Coordination
import Foundation
import Manifests
import Node
import PlanRules
import RobotModel
import TimeTravel
import WorldMemory

/// All that a fork needs of a place: its records, its skills, and what its
/// memory believed at the record where the fork begins.
struct RecordedSite {
    let recording: Recording
    let team: Team
    let world: WorldState
    /// The newest record whose effects are in ``world``.
    let worldUpTo: UInt64
    /// Where all this comes from, for people.
    let sources: [String]

    /// - Parameters:
    ///   - journal: the file; nil asks the daemon.
    ///   - config: of the file's node; nil is the usual one.
    init(
        of task: TaskID, at record: UInt64, journal: String?, config: String?,
        client: () throws -> BrainClient
    ) async throws {
        if let journal {
            try self.init(of: task, at: record, file: journal, config: config)
        } else {
            try await self.init(of: task, at: record, daemon: client())
        }
    }

    private init(of task: TaskID, at record: UInt64, file: String, config: String?) throws {
        recording = try RecordedJournal(file: file, task: task).recording
        team = Team(skills: NodeFiles.skills(of: try NodeFiles.configuration(at: config)))
        let folder = URL(filePath: file).deletingLastPathComponent()
        let (memory, scene) = (folder.appending(path: "memory.db"), folder.appending(path: "scene.json"))
        if FileManager.default.fileExists(atPath: memory.path) {
            let moment = try Self.moment(record, in: recording)
            let past = try PastWorld(file: memory.path, at: moment)
            (world, worldUpTo) = Self.world(past.entities, past.facts, before: record)
            sources = ["records: \(file)", "the world: as \(memory.path) had it at \(moment)"]
        } else if let data = FileManager.default.contents(atPath: scene.path) {
            world = WorldState(scene: try JSONDecoder().decode(SceneDescription.self, from: data))
            worldUpTo = 0
            sources = ["records: \(file)", "the world: \(scene.path), and what the records’ steps did"]
        } else {
            throw CommandError(
                .notFound, "beside \(file) there is neither memory.db nor scene.json",
                why: "the journal has what was done, and not what was there",
                advice: "copy the whole state folder")
        }
    }

    private init(of task: TaskID, at record: UInt64, daemon client: BrainClient) async throws {
        recording = try await RecordedJournal(of: client, task: task).recording
        struct Skills: Decodable { let skills: [SkillManifest] }
        team = Team(
            skills: try BrainClient.decode(Skills.self, from: try await client.get("/v1/skills")).skills)
        let moment = try Self.moment(record, in: recording)
        let facts = try BrainClient.decode(
            FactList.self,
            from: try await client.get("/v1/memory/facts", query: [("as_of", moment.description)])
        ).facts
        (world, worldUpTo) = Self.world(
            try await client.entities(), facts.filter(\.holds), before: record)
        sources = ["records: the daemon at \(client.address)", "the world: as it had it at \(moment)"]
    }

    private static func moment(_ record: UInt64, in recording: Recording) throws -> Instant {
        guard record >= recording.firstRecord, record <= recording.lastRecord else {
            throw CommandError(
                .usage, "there is no record \(record)",
                why: "the records go from \(recording.firstRecord) to \(recording.lastRecord)")
        }
        return recording.entries[Int(record - recording.firstRecord)].at
    }

    /// Effects reach memory a little after their record: those that hadn't yet
    /// are entered by the fork.
    private static func world(
        _ entities: [Entity], _ facts: [FactRecord], before record: UInt64
    ) -> (WorldState, UInt64) {
        let world = WorldState(
            entities: Dictionary(entities.map { ($0.id, $0) }, uniquingKeysWith: { $1 }),
            facts: Set(facts.map(\.fact)))
        let newest = facts.map(\.cause).max() ?? 0
        return (world, min(newest, record - min(record, 1)))
    }
}
