import Foundation
import PlanRules
import PonsTesting
import RobotModel
import SkillKit
import Testing

@testable import Simulation

/// What a world remembers when its process is gone.
struct LedgerTests {
    private let path = NSTemporaryDirectory() + "pons-ledger-\(UUID().uuidString)"

    private func world(_ scene: SceneDescription? = nil) throws -> SimulatedWorld {
        try SimulatedWorld(scene: try scene ?? SmallHouse.scene(), ledgerPath: path, speed: .infinity)
    }

    private func attempt(_ number: UInt32) -> AttemptID { AttemptID(task: "t", step: "s", number: number) }

    /// Carries the pear to the bench in four attempts.
    private func carryPear(in world: SimulatedWorld) async throws {
        try await world.body(of: "dog", for: attempt(1)).approach("pear")
        try await world.body(of: "dog", for: attempt(2)).grasp("pear")
        try await world.body(of: "dog", for: attempt(3)).approach("bench")
        try await world.body(of: "dog", for: attempt(4)).put("pear", on: "bench")
    }

    @Test func `a world comes back as it was, with what was done`() async throws {
        defer { unlink(path) }
        let first = try world()
        try await carryPear(in: first)
        // A second world on the same file stands for a new process: the first
        // was never closed, as if it had been killed.
        let second = try world()
        let (state, pose) = (await first.state, await first.pose(of: "dog"))
        #expect(await second.state == state)
        #expect(await second.pose(of: "dog") == pose)
        #expect(await second.wasDone(attempt(4)) == true)
        #expect(await second.wasDone(attempt(5)) == false)
        #expect(await second.ledgerCounts() == [attempt(1): 1, attempt(2): 1, attempt(3): 1, attempt(4): 1])
        let counts = await second.ledgerCounts()
        #expect(try SimulatedWorld.ledgerCounts(inFileAt: path) == counts)
    }

    @Test func `an attempt asked for again after a restart changes nothing`() async throws {
        defer { unlink(path) }
        try await carryPear(in: try world())
        let again = try world()
        let before = await again.state
        let size = try #require(FileManager.default.contents(atPath: path)).count
        try await carryPear(in: again)
        #expect(await again.state == before)
        #expect(try #require(FileManager.default.contents(atPath: path)).count == size)
        #expect(await again.ledgerCounts().values.allSatisfy { $0 == 1 })
    }

    @Test func `a skill of several motions goes on after a restart where it was`() async throws {
        defer { unlink(path) }
        let first = try await world().body(of: "dog", for: attempt(1))
        try await first.approach("pear")
        try await first.grasp("pear")
        let second = try world()
        let body = try await second.body(of: "dog", for: attempt(1))
        try await body.approach("pear")
        try await body.grasp("pear")
        try await body.approach("bench")
        try await body.put("pear", on: "bench")
        #expect(await second.state.facts.contains(Fact("on", "pear", "bench")))
        #expect(await second.ledgerCounts() == [attempt(1): 4])
    }

    @Test func `wherever the file is torn off, the world is as of its last whole line`() async throws {
        defer { unlink(path) }
        let world = try world()
        try await carryPear(in: world)
        let truth = await world.state
        let whole = try #require(FileManager.default.contents(atPath: path))
        let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        var random = SeededRandom.printed("cuts of a ledger")
        let first = try #require(ends.first)
        let cuts = ends + (0..<12).map { _ in Int.random(in: first..<whole.count, using: &random) }
        for cut in cuts {
            try whole.prefix(cut).write(to: URL(filePath: path))
            let back = try self.world()
            let lines = ends.count { $0 <= cut }
            #expect(await back.ledgerCounts().count == lines - 1, "cut after \(cut) bytes")
            // And it can be written to again.
            try await carryPear(in: back)
            #expect(try SimulatedWorld.ledgerCounts(inFileAt: path).values.allSatisfy { $0 == 1 })
            #expect(await back.state == truth)
        }
    }

    @Test func `a damaged line is an error and not a guess`() async throws {
        defer { unlink(path) }
        try await carryPear(in: try world())
        var bytes = try #require(FileManager.default.contents(atPath: path))
        let middle = bytes.count - 400
        bytes[middle] ^= 1
        try bytes.write(to: URL(filePath: path))
        let error = #expect(throws: SimulationError.self) { try world() }
        #expect(error?.code == .ledgerCorrupt)
        #expect(error?.message.contains("line") == true)
    }

    @Test func `another scene begins the world anew and keeps what was done`() async throws {
        defer { unlink(path) }
        try await carryPear(in: try world())
        let other = try SmallHouse.scene { $0.name = "other-house" }
        let second = try world(other)
        #expect(await second.state.facts.contains(Fact("on", "pear", "table")))
        #expect(await second.wasDone(attempt(4)) == true)
        let third = try world(other)
        let state = await second.state
        #expect(await third.state == state)
        #expect(await third.wasDone(attempt(4)) == true)
    }

    @Test func `a scene applied while running outlives the process`() async throws {
        defer { unlink(path) }
        let empty = SceneDescription(name: "empty")
        let first = try world(empty)
        try await first.replace(scene: try SmallHouse.scene())
        try await carryPear(in: first)
        let state = await first.state
        let second = try world(empty)
        #expect(await second.state == state)
        #expect(await second.robots().count == 4)
    }

    @Test func `two processes share one world`() async throws {
        defer { unlink(path) }
        let (one, other) = (try world(), try world())
        try await one.body(of: "dog", for: attempt(1)).approach("pear")
        try await one.body(of: "dog", for: attempt(2)).grasp("pear")
        try await other.body(of: "giant", for: attempt(3)).approach("table")
        let failure = await #expect(throws: Failure.self) {
            try await other.body(of: "giant", for: attempt(4)).grasp("pear")
        }
        #expect(failure?.code == .conditionUnmet)
        try await one.body(of: "dog", for: attempt(5)).approach("bowl")
        #expect(await one.state.facts.contains(Fact("at", "giant", "table")))
        #expect(await one.wasDone(attempt(3)) == true)
    }

    @Test func `where the disk is full nothing happens`() async throws {
        let error = #expect(throws: SimulationError.self) {
            try SimulatedWorld(scene: try SmallHouse.scene(), ledgerPath: "/dev/full", speed: .infinity)
        }
        #expect(error?.code == .ledgerUnavailable)
    }

    @Test func `a ledger in no folder is refused with its path`() throws {
        let error = #expect(throws: SimulationError.self) {
            try SimulatedWorld(scene: try SmallHouse.scene(), ledgerPath: "/nowhere/at/all")
        }
        #expect(error?.code == .ledgerUnavailable)
        #expect(error?.message.contains("/nowhere/at/all") == true)
    }

    @Test func `without a ledger nobody can tell what was done before`() async throws {
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), speed: .infinity)
        #expect(await world.wasDone(attempt(1)) == nil)
        try await world.body(of: "dog", for: attempt(1)).approach("pear")
        #expect(await world.wasDone(attempt(1)) == true)
    }

    @Test func `the checksum is the one that gzip uses`() {
        #expect(LineChecksum.of("123456789".utf8) == 0xcbf4_3926)
    }

    @Test func `a simulated world behaves as bodies must`() async throws {
        let folder = path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let conformance = BodyProviderConformance(
            robot: "dog", allowed: { try await $0.approach("pear") }, refused: { try await $0.grasp("pear") },
            makeProvider: {
                try SimulatedWorld(
                    scene: try SmallHouse.scene(), ledgerPath: "\(folder)/\(UUID().uuidString)",
                    speed: .infinity)
            })
        try await conformance.check()
    }
}
