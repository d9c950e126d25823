import Foundation
import Logging
import MessageBus
import RobotModel
import SkillHost
import SkillKit
import Synchronization
import Testing
import WireFormat
import ZeroMQ

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// An edge's door for skill hosts, and what came in by it.
final class Door: Sendable {
    private let reactor: Reactor
    private let router: RouterEndpoint
    private let events: AsyncStream<PeerEvent>
    private let folder: URL
    private let host: PeerName = "host"
    private let mayMove: MayMove
    /// The edge's e-stop.
    let estop: EmergencyStopLink

    private init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "pons-host-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        reactor = try Reactor()
        let mayMove = MayMove()
        self.mayMove = mayMove
        estop = try EmergencyStopLink(name: "edge", logger: quiet) { _ in }
        let address = try await estop.bind(["tcp://127.0.0.1:*"])[0]
        router = RouterEndpoint(
            reactor: reactor, context: try Context(), addresses: ["tcp://127.0.0.1:*"],
            session: SessionServer(
                node: "edge", instance: "i", roles: [.skillHost],
                timing: SessionTiming(lease: .seconds(6), motionLease: .seconds(3)),
                emergencyPort: Int(address.split(separator: ":").last ?? "") ?? 0), logger: quiet,
            motionRight: { mayMove.until })
        let (events, continuation) = AsyncStream.makeStream(of: PeerEvent.self)
        self.events = events
        try await router.start { continuation.yield($0) }
    }

    static func with(_ body: (Door) async throws -> Void) async throws {
        let door = try await Door()
        defer { try? FileManager.default.removeItem(at: door.folder) }
        try await body(door)
        await door.router.stop()
    }

    /// Runs a host with two skills while `body` lasts.
    func withHost(_ body: (SkillHost) async throws -> Void) async throws {
        let host = try SkillHost(
            name: host.rawValue, edge: router.addresses[0],
            robots: [RobotDescription(id: "dog", embodiment: "quadruped")],
            skills: [EchoSkill(), WaitSkill(), SeeingSkill(), DoubtfulSkill(), StubbornSkill()],
            ledgerPath: ledger.path, logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await host.run(patience: .zero) }
            try await body(host)
            group.cancelAll()
        }
    }

    func send(_ body: Envelope.Body) {
        reactor.perform { [router, host] in _ = router.send(body, to: host) }
    }

    /// Whether it renews the motion lease.
    func allowMotion(_ isAllowed: Bool) { mayMove.set(isAllowed) }

    /// Ends the session, as a broken link does.
    func hangUp() {
        reactor.perform { [router, host] in router.disconnect(host, reason: "the test hangs up") }
    }

    /// The next hello that fits; what comes before is passed over.
    func joined(where fits: (Hello) -> Bool = { _ in true }) async -> Hello {
        await first { if case .joined(_, let hello) = $0, fits(hello) { hello } else { nil } }
    }

    /// The next frame that isn't a heartbeat.
    func next() async -> Envelope.Body {
        await first { event in
            guard case .frame(_, let body) = event else { return nil }
            if case .heartbeat = body { return nil }
            return body
        }
    }

    /// How an attempt ended, by a result or a hello's report.
    func result(of step: StepID) async -> AttemptOutcome {
        await first { event in
            switch event {
            case .frame(_, .result(let attempt, _, let outcome)) where attempt.step == step: outcome
            case .joined(_, let hello):
                hello.robots.flatMap(\.attempts).first { $0.attempt.step == step }?.outcome
            default: nil
            }
        }
    }

    private func first<Result>(_ pick: (PeerEvent) -> Result?) async -> Result {
        for await event in events {
            if let result = pick(event) { return result }
        }
        preconditionFailure("the door’s events never end")
    }

    // MARK: The ledger

    private var ledger: URL { folder.appending(path: "host.db") }
    private static let parts = ["", "-wal"]

    func keepLedger() throws {
        for part in Self.parts {
            try FileManager.default.copyItem(atPath: ledger.path + part, toPath: ledger.path + part + ".kept")
        }
    }

    func restoreLedger() throws {
        for part in Self.parts + ["-shm"] { try? FileManager.default.removeItem(atPath: ledger.path + part) }
        for part in Self.parts {
            try FileManager.default.moveItem(atPath: ledger.path + part + ".kept", toPath: ledger.path + part)
        }
    }
}

/// Gives back its arguments.
struct EchoSkill: Skill {
    let name: SkillName = "echo"
    func run(_ attempt: SkillAttempt) async throws -> [String: Value] { attempt.arguments }
}

/// Runs until it is stopped.
struct WaitSkill: Skill {
    let name: SkillName = "wait"
    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        try await Task.sleep(for: .seconds(86_400))
        return [:]
    }
}

/// Says what it saw, and that all went well.
struct SeeingSkill: Skill {
    let name: SkillName = "see"
    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        attempt.observe([Literal(Fact("open", "fridge"), isPositive: false)])
        return [:]
    }
}

/// Answers rightly but for the first time and each third time.
final class DoubtfulSkill: Skill {
    let name: SkillName = "doubt"
    private let calls = Mutex(0)
    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        let call = calls.withLock { calls -> Int in
            calls += 1
            return calls
        }
        if call == 2 { throw Failure(.skillError, "no answer") }
        return ["answer": .number(call == 1 || call.isMultiple(of: 3) ? 0 : 42)]
    }
}

/// Heeds no cancel: it runs on until it is let go.
struct StubbornSkill: Skill {
    let name: SkillName = "hang"
    static let go = AsyncStream.makeStream(of: Void.self)
    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        await Task.detached { for await _ in Self.go.stream { return } }.value
        return [:]
    }
}

/// An edge's right to let robots move.
private final class MayMove: Sendable {
    private let isAllowed = Mutex(true)
    func set(_ isAllowed: Bool) { self.isAllowed.withLock { $0 = isAllowed } }
    var until: SuspendingClock.Instant? { isAllowed.withLock { $0 ? .now + .seconds(60) : nil } }
}
