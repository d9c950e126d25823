import RobotModel
import Testing

@testable import Coordination

/// The shell: what happens around the core when the disk says no.
struct CoordinatorTests {
    @Test func `what can never be written holds up nothing else`() async throws {
        let desk = CoordinatorDesk()
        desk.journal.set { $0.unwritable = "poison" }
        desk.coordinator.report([
            .robotLinked(robot("poison"), running: []), .robotLinked(robot("dog"), running: []),
        ])
        try await desk.port.nextWait()()
        try await desk.coordinator.commit(.brainStarted(epoch: 1))
        #expect(await desk.coordinator.robots().map(\.description.id) == ["dog"])
    }

    @Test func `what was reported while the disk takes nothing is kept and tried again`() async throws {
        let desk = CoordinatorDesk()
        desk.journal.set { $0.isFailing = true }
        desk.coordinator.report([.robotLinked(robot("dog"), running: [])])
        let retry = try await desk.port.nextWait()
        #expect(await desk.coordinator.robots().isEmpty)
        desk.journal.set { $0.isFailing = false }
        retry()
        try await desk.journal.nextBatch()
        #expect(await desk.coordinator.robots().map(\.description.id) == ["dog"])
    }

    @Test func `a caller is told that the disk takes nothing`() async throws {
        let desk = CoordinatorDesk()
        desk.journal.set { $0.isFailing = true }
        await #expect(throws: ScriptedJournal.Full.self) {
            try await desk.coordinator.commit(.taskSubmitted("t", TaskRequest(.words("x"))))
        }
        #expect(await desk.coordinator.task("t") == nil)
    }

    @Test func `a nearly full disk turns new work away and nothing else`() async throws {
        let desk = CoordinatorDesk()
        desk.journal.set { $0.isRefusing = true }
        await #expect(throws: ScriptedJournal.Full.self) {
            try await desk.coordinator.commit(.taskSubmitted("t", TaskRequest(.words("x"))))
        }
        try await desk.coordinator.commit(.robotLinked(robot("dog"), running: []))
        #expect(await desk.coordinator.robots().count == 1)
        #expect(await desk.coordinator.task("t") == nil)
        desk.journal.set { $0.isRefusing = false }
        try await desk.coordinator.commit(.taskSubmitted("t", TaskRequest(.words("x"))))
        #expect(await desk.coordinator.task("t") != nil)
    }

    @Test func `an acceptance waits to share a commit`() async throws {
        let desk = CoordinatorDesk()
        let attempt = AttemptID(task: "t", step: "s", number: 1)
        desk.coordinator.report([.attemptAccepted(attempt, FencingToken(epoch: 1, counter: 1))])
        _ = try await desk.port.nextWait()
        #expect(desk.journal.batches.isEmpty)
        try await desk.coordinator.commit(.brainStarted(epoch: 1))
        #expect(desk.journal.batches == [2])
    }

    @Test func `an acceptance that nothing else comes after is written all the same`() async throws {
        let desk = CoordinatorDesk()
        let attempt = AttemptID(task: "t", step: "s", number: 1)
        desk.coordinator.report([.attemptAccepted(attempt, FencingToken(epoch: 1, counter: 1))])
        try await desk.port.nextWait()()
        try await desk.journal.nextBatch()
        #expect(desk.journal.batches == [1])
    }

    @Test func `an order that makes no sense is journalled, and its giver told why`() async throws {
        let desk = CoordinatorDesk()
        await #expect(throws: CoordinationRefusal.self) {
            try await desk.coordinator.commit(.taskOrdered("t", .pause, PersonOrder(by: "anna")))
        }
        #expect(desk.journal.batches == [1])
    }

    private func robot(_ id: RobotID) -> RobotDescription {
        RobotDescription(id: id, embodiment: "test", skills: ["work"])
    }
}
