import AsyncHTTPClient
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import PonsTesting
import RobotModel
import ServiceLifecycle
import Testing

@testable import HTTPAPI

/// Against a live server on a port of its own.
struct EventStreamTests {
    private static let steps = [
        PlanStep(id: "s1", robot: "dog", skill: "mop", arguments: [:]),
        PlanStep(id: "s2", robot: "dog", skill: "mop", arguments: [:]),
    ]

    /// Runs `body` with a face that serves, and shuts it down.
    private func serve(
        _ brain: ScriptedBrain, heartbeat: Duration = .seconds(60),
        _ body: @escaping @Sendable (Reader, ServiceGroup) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let api = HTTPAPI(
            service: brain, token: Probe.token, port: 0, heartbeat: heartbeat, logger: logger,
            onBound: { continuation.yield($0) })
        let group = ServiceGroup(configuration: .init(services: [api], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await body(Reader(port: port), group)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Reads a stream by lines.
    private struct Reader: Sendable {
        let port: Int

        func lines(
            _ path: String, headers: [(String, String)] = [],
            until isEnough: @escaping @Sendable (String) async -> Bool = { _ in false }
        ) async throws -> (status: Int, lines: [String]) {
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
            request.headers.add(name: "Authorization", value: "Bearer \(Probe.token)")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            var lines: [String] = []
            var rest = ""
            for try await part in response.body {
                rest += String(buffer: part)
                while let end = rest.firstIndex(of: "\n") {
                    let line = String(rest[..<end])
                    rest = String(rest[rest.index(after: end)...])
                    lines.append(line)
                    if await isEnough(line) { return (Int(response.status.code), lines) }
                }
            }
            return (Int(response.status.code), lines)
        }

        func ids(_ path: String, headers: [(String, String)] = []) async throws -> [Int] {
            try await lines(path, headers: headers).lines
                .filter { $0.hasPrefix("id: ") }.compactMap { Int($0.dropFirst(4)) }
        }
    }

    @Test func `a task's events come from the first on, and the stream ends with the task`() async throws {
        let brain = ScriptedBrain(.run(steps: Self.steps, end: .succeeded))
        try await serve(brain) { reader, _ in
            _ = try await brain.submit(TaskRequest(.words("mop")))
            let (status, lines) = try await reader.lines("/v1/tasks/t1/events")
            #expect(status == 200)
            let data = lines.filter { $0.hasPrefix("data: ") }.map { Data($0.dropFirst(6).utf8) }
            let events = try data.map { try JSONDecoder().decode(TaskEvent.self, from: $0) }
            #expect(events.map(\.sequence) == Array(1...7))
            #expect(
                events.map(\.state)
                    == ["received", "running", "running", "succeeded", "running", "succeeded", "succeeded"])
            #expect(lines.filter { $0.hasPrefix("event: ") }.first == "event: task")
        }
    }

    @Test func `a reader resumes where it was cut off`() async throws {
        let brain = ScriptedBrain(.run(steps: Self.steps, end: .succeeded))
        try await serve(brain) { reader, _ in
            _ = try await brain.submit(TaskRequest(.words("mop")))
            let path = "/v1/tasks/t1/events"
            #expect(try await reader.ids(path, headers: [("Last-Event-ID", "4")]) == [5, 6, 7])
            #expect(try await reader.ids("\(path)?after=6") == [7])
            #expect(try await reader.ids("\(path)?after=1", headers: [("Last-Event-ID", "6")]) == [7])
            #expect(try await reader.ids("\(path)?after=7") == [])
        }
    }

    @Test func `live events are told as they happen, of one task or of all`() async throws {
        let brain = ScriptedBrain()
        try await serve(brain) { reader, _ in
            _ = try await brain.submit(TaskRequest(.words("mop the hall")))
            _ = try await brain.submit(TaskRequest(.words("mop the kitchen")))
            async let one = reader.lines("/v1/tasks/t1/events") { line in
                // The first event is there: the stream is open, so the rest is live.
                if line.hasPrefix("id: 1") {
                    await brain.note("t2", step: "s1", robot: "dog", state: .running)
                    await brain.note("t1", step: "s1", robot: "dog", state: .running)
                    await brain.end("t1", as: .canceled)
                }
                return false
            }
            let ids = try await one.lines.filter { $0.hasPrefix("id: ") }
            #expect(ids == ["id: 1", "id: 4", "id: 5"])
            let all = try await reader.lines("/v1/events?after=2") { $0 == "id: 5" }
            #expect(all.lines.filter { $0.hasPrefix("id: ") } == ["id: 3", "id: 4", "id: 5"])
        }
    }

    @Test(arguments: ["seven", "-1", "1.5", "99999999999999999999999"])
    func `a Last-Event-ID that is no number is refused`(text: String) async throws {
        let probe = Probe()
        _ = try await probe.brain.submit(TaskRequest(.words("mop")))
        for path in ["/v1/events", "/v1/tasks/t1/events", "/v1/memory/events"] {
            let answer = try await probe.get("\(path)?after=\(text)")
            #expect(answer.status == 400)
            #expect(answer.code == "invalidParameter")
            let header = try await probe.get(path, headers: [.init("Last-Event-ID")!: text])
            #expect(header.json["field"] as? String == "Last-Event-ID")
        }
    }

    @Test func `an idle stream shows that it lives`() async throws {
        let brain = ScriptedBrain()
        try await serve(brain, heartbeat: .milliseconds(10)) { reader, _ in
            let (_, lines) = try await reader.lines("/v1/events") { $0.hasPrefix(":") }
            #expect(lines.last == ": still here")
        }
    }

    @Test func `changes of memory are told`() async throws {
        let brain = ScriptedBrain(
            scene: SceneDescription(name: "home", facts: [Fact("open", "fridge")]))
        try await serve(brain) { reader, _ in
            _ = try await brain.tell([Literal(Fact("open", "fridge"), isPositive: false)], by: "anna")
            let (_, lines) = try await reader.lines("/v1/memory/events?after=0") { $0.hasPrefix("data: ") }
            #expect(lines.contains("event: fact"))
            let data = try #require(lines.last).dropFirst(6)
            let change = try JSONDecoder().decode(MemoryChange.self, from: Data(data.utf8))
            #expect(change.fact?.fact == Fact("open", "fridge"))
            #expect(change.fact?.holds == false)
        }
    }

    @Test func `an open stream doesn't hold up the shutdown`() async throws {
        let brain = ScriptedBrain()
        try await serve(brain, heartbeat: .milliseconds(10)) { reader, group in
            // Ends when the daemon does, and not before.
            _ = try await reader.lines("/v1/events") { line in
                if line.hasPrefix(":") { await group.triggerGracefulShutdown() }
                return false
            }
        }
    }

    @Test func `a reader that goes away is forgotten`() async throws {
        let brain = ScriptedBrain()
        try await serve(brain, heartbeat: .milliseconds(10)) { reader, _ in
            _ = try await reader.lines("/v1/events") { $0.hasPrefix(":") }
            while await brain.openStreamCount > 0 { await Task.yield() }
        }
    }

    @Test func `more streams than there are seats are refused until one is free`() throws {
        let streams = EventStreams(heartbeat: .seconds(60), limit: 2)
        func open() throws -> Any {
            try streams.response(of: AsyncStream<TaskEvent> { $0.finish() }) { event in
                (try ServerSentEvent(id: event.sequence, kind: "task", value: event), false)
            }
        }
        var first: Any? = try open()
        let second = try open()
        #expect(throws: APIError(.tooManyStreams, "")) { try open() }
        withExtendedLifetime(first) {}
        first = nil
        _ = try open()
        withExtendedLifetime(second) {}
    }
}
