import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
#if canImport(Glibc)
    import Glibc
#endif

/// A daemon's folder, ports and configuration; the daemon itself may come and go.
final class Site: Sendable {
    struct Answer: Sendable {
        let status: Int
        let json: JSON
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    /// Where the products are built to: beside the tests themselves.
    static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path
    static let python =
        ProcessInfo.processInfo.environment["PONS_TEST_PYTHON"] ?? root + "/.build-python/bin/python"

    let folder: String
    let httpPort: Int
    let edgePort: Int
    let hostPort: Int

    var state: String { folder + "/state" }
    var dropIns: String { folder + "/drop_ins" }
    var address: String { "http://127.0.0.1:\(httpPort)" }

    /// - Parameter roles: `brain, edge` for a node that is both.
    init(
        simulationSpeed: Double? = nil, scene: String = "", roles: String = "brain, edge",
        brainPort: Int? = nil,
        name: String = "site"
    ) throws {
        folder = NSTemporaryDirectory() + "pons-system-\(UUID().uuidString.prefix(8))"
        let ports = try Self.freePorts(3)
        (httpPort, edgePort, hostPort) = (ports[0], ports[1], ports[2])
        for part in ["state", "drop_ins/skills.d", "drop_ins/robots.d", "drop_ins/scenes.d"] {
            try FileManager.default.createDirectory(
                atPath: folder + "/" + part, withIntermediateDirectories: true)
        }
        let simulation = simulationSpeed.map { "{enabled: true, speed: \($0)}" } ?? "{enabled: false}"
        let brain = brainPort.map { "brain: {address: 127.0.0.1, port: \($0)}\n" } ?? ""
        try write(
            "ponsd.yaml",
            """
            node: {name: \(name), roles: [\(roles)]}
            state: \(folder)/state
            http: {address: 127.0.0.1, port: \(httpPort)}
            edges: {address: 127.0.0.1, port: \(edgePort)}
            hosts: {address: 127.0.0.1, port: \(hostPort)}
            estop: {address: 127.0.0.1, port: 0}
            \(brain)simulation: \(simulation)
            drop_ins: \(folder)/drop_ins
            log: {level: debug, format: text}

            """)
        if !scene.isEmpty { try write("drop_ins/scenes.d/scene.yaml", scene) }
    }

    deinit {
        if ProcessInfo.processInfo.environment["PONS_TEST_KEEP"] == nil {
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    func write(_ file: String, _ text: String) throws {
        try text.write(toFile: folder + "/" + file, atomically: true, encoding: .utf8)
    }

    /// Starts the daemon and awaits its word that it is ready.
    func start(
        ready: String = "takes tasks", environment: [String: String] = [:]
    ) async throws -> Program {
        let daemon = try Program(
            Self.programs + "/ponsd", ["--config", folder + "/ponsd.yaml"], environment: environment)
        _ = try await daemon.errors.first(containing: ready)
        return daemon
    }

    /// Runs the command-line client to its end.
    func pons(_ arguments: String...) async throws -> (code: Int32, output: String) {
        let program = try Program(
            Self.programs + "/pons", arguments, environment: ["PONS_BRAIN": address, "PONS_STATE": state])
        let lines = await program.output.toEnd()
        return (await program.end(), lines.joined(separator: "\n"))
    }

    func request(_ path: String, _ body: Data? = nil) throws -> URLRequest {
        var request = URLRequest(url: try #require(URL(string: address + path)), timeoutInterval: 300)
        let token = try String(contentsOfFile: state + "/token", encoding: .utf8)
        request.setValue(
            "Bearer " + token.trimmingCharacters(in: .whitespacesAndNewlines),
            forHTTPHeaderField: "Authorization")
        if let body {
            request.httpMethod = "POST"
            request.httpBody = body
        }
        return request
    }

    func ask(_ path: String, _ body: Data? = nil) async throws -> Answer {
        let (data, response) = try await URLSession.shared.data(for: try request(path, body))
        let json = (try? JSONDecoder().decode(JSON.self, from: data)) ?? .null
        return Answer(status: (response as? HTTPURLResponse)?.statusCode ?? 0, json: json)
    }

    /// Submits a goal given as facts, and returns the task's id once it is acknowledged.
    func submit(_ facts: String) async throws -> String {
        let body = "{\"goal\": \"\(facts)\"}"
        let answer = try await ask("/v1/tasks", Data(body.utf8))
        try #require(answer.status == 201, "\(answer.json)")
        return try #require(answer.json["id"].text)
    }

    /// Events from `id` on; of one task, where named.
    func events(after id: UInt64 = 0, task: String? = nil) throws -> AsyncStream<Event> {
        var request = try request(task.map { "/v1/tasks/\($0)/events" } ?? "/v1/events")
        request.setValue("\(id)", forHTTPHeaderField: "Last-Event-ID")
        return EventReader.events(of: request)
    }

    /// The events of a task until it has ended.
    func story(of task: String) async throws -> [Event] {
        var story: [Event] = []
        for await event in try events(task: task) {
            story.append(event)
            if event.kind == "task", ["succeeded", "failed", "canceled", "rejected"].contains(event.state) {
                break
            }
        }
        return story
    }

    func facts() async throws -> [String: String] {
        let answer = try await ask("/v1/memory/facts")
        return Dictionary(
            answer.json["facts"].list.filter { $0["holds"] == .truth(true) }
                .map { ($0["fact"].text ?? "", $0["source"].text ?? "") }, uniquingKeysWith: { $1 })
    }

    /// Ports that nothing listens on now.
    private static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(descriptor)
            // Below those that the system gives to connections: whoever calls a
            // daemon between two of its lives must not be given its port.
            let range: Range<UInt16> = 18_000..<32_000
            var free: UInt16?
            for _ in range where free == nil {
                let port = UInt16.random(in: range)
                if isFree(port, descriptor) { free = port }
            }
            return Int(try #require(free))
        }
    }

    private static func isFree(_ port: UInt16, _ descriptor: Int32) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
