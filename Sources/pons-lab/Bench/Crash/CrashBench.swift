import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// Kills a daemon again and again, at random moments and between any two
/// writes, while callers submit and robots work, and counts what was lost and
/// what was done twice by the robots' own files.
struct CrashBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "Kill a daemon again and again while it works; count lost tasks and repeated effects.")

    @Option(help: "How often to kill it.")
    var kills = 60

    @Option(help: "Tasks that are on its disk before, ended.")
    var tasksOnDisk = 0

    @Option(help: "The seed of the moments and places; random without one.")
    var seed: UInt64?

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    /// Things for each kill, so that there is always work.
    private static let thingsPerKill = 10
    /// Kills after which the daemon gets a new scene: a world that grew with
    /// the run would measure the planner.
    private static let killsPerScene = 60
    private static let robots = 4
    private static let markMilliseconds = 1000.0

    func validate() throws {
        guard (1...100_000).contains(kills) else { throw ValidationError("--kills goes from 1 to 100000") }
        guard (0...1_000_000).contains(tasksOnDisk) else {
            throw ValidationError("--tasks-on-disk goes from 0 to a million")
        }
    }

    func run() async throws {
        let seed = seed ?? UInt64.random(in: 0...UInt64.max)
        FileHandle.standardError.write(Data("seed \(seed)\n".utf8))
        let folder = try LabFolder()
        let daemon = try LabDaemon("crash", roles: [.brain, .edge], in: folder)
        let client = try await daemon.client()
        let things = Self.thingsPerKill * max(2, min(kills, Self.killsPerScene))
        try await putScene(client, 0..<things)
        try await fillDisk(client)
        let marks = folder.url.appending(path: "marks")
        let host = try ChildProcess(
            "pons-lab",
            [
                "marking-host", "--edge", daemon.hostsAddress, "--robots", "\(Self.robots)",
                "--ledger", folder.url.appending(path: "host.db").path, "--marks", marks.path,
            ], log: folder.url.appending(path: "host.log"))
        defer { host.end() }
        try await waitForRobots(client)

        let clients = CrashClients()
        clients.go(upTo: things)
        let (served, places) = try await withThrowingTaskGroup(of: ([Double], [String: Int])?.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    await clients.run()
                    return nil
                }
            }
            group.addTask { [kills] in
                // However it ends: the clients know no end of their own.
                defer { clients.stop() }
                var killer = CrashKiller(seed: seed)
                var served: [Double] = []
                clients.use(client)
                for kill in 0..<kills {
                    if kill > 0, kill.isMultiple(of: Self.killsPerScene) {
                        try await changeScene(of: daemon, clients, things: things)
                    }
                    try await killer.kill(daemon)
                    let (milliseconds, client) = try await killer.restart(daemon)
                    served.append(milliseconds)
                    clients.use(client)
                }
                return (served, killer.places)
            }
            var result: ([Double], [String: Int]) = ([], [:])
            while let part = try await group.next() { if let part { result = part } }
            return result
        }
        try daemon.restart()
        let last = try await daemon.client()
        let verdict = try await CrashVerdict(clients.acknowledged, marks: marks, client: last)
        try report(served, verdict, places: places)
        daemon.end()
    }

    /// Other things to be marked, once all is quiet.
    private func changeScene(of daemon: LabDaemon, _ clients: CrashClients, things: Int) async throws {
        // Without a place to die at.
        daemon.end()
        try daemon.restart()
        let client = try await daemon.client()
        clients.use(client)
        let next = await clients.rest()
        try await putScene(client, next..<(next + things))
        clients.go(upTo: next + things)
    }

    private func putScene(_ client: BrainClient, _ things: Range<Int>) async throws {
        let entities = things.map { "{\"id\": \"thing\($0)\", \"types\": [\"item\"]}" }
        let scene =
            "{\"apiVersion\": \"pons/v1\", \"kind\": \"Scene\", \"name\": \"things\", \"entities\": [\(entities.joined(separator: ","))], \"facts\": []}"
        _ = try await client.post("/v1/scenes", body: Data(scene.utf8))
    }

    private func waitForRobots(_ client: BrainClient) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await client.robots().count(where: { $0.state == .available }) < Self.robots {
            guard ContinuousClock.now < deadline else {
                throw CommandError(.failed, "the robots don’t come up")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Tasks whose goal holds already end at once.
    private func fillDisk(_ client: BrainClient) async throws {
        guard tasksOnDisk > 0 else { return }
        let count = tasksOnDisk
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<16 {
                group.addTask {
                    // Holds already, and so needs no plan.
                    let body = Data("{\"goal\": \"not marked(thing0)\"}".utf8)
                    for _ in stride(from: lane, to: count, by: 16) {
                        _ = try await client.post("/v1/tasks", body: body)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func report(_ served: [Double], _ verdict: CrashVerdict, places: [String: Int]) throws {
        var report = BenchReport(bench: "crash")
        report.add(
            "start → serving, \(tasksOnDisk) tasks on disk", Distribution(milliseconds: served),
            mark: Self.markMilliseconds)
        report.counts = [
            "kills": kills, "tasks acknowledged": verdict.acknowledged,
            "tasks lost": verdict.lost.count, "tasks that didn’t succeed": verdict.unhappy.count,
            "keys with two tasks": verdict.doubled.count,
            "effects in the robots’ own files": verdict.effects,
            "attempts with two effects": verdict.repeatedAttempts.count,
            "things marked twice": verdict.repeatedThings.count,
        ].merging(places.map { ("killed \($0.key)", $0.value) }) { $1 }
        try report.write(format)
        for line in verdict.complaints { FileHandle.standardError.write(Data((line + "\n").utf8)) }
        if !verdict.isGood { throw CommandStatus.failed }
    }
}
