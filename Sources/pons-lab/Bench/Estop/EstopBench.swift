import ArgumentParser
import BrainClient
import Foundation
import Logging
import MessageBus
import RobotModel
import ZeroMQ

/// How soon the e-stop is at the robots, under load on the ordinary links:
/// presses by HTTP at a brain, with half the robots at its own edge and half at
/// an edge in another process.
struct EstopBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estop",
        abstract: "Measure press → each robot's stop callback under load, beside bare libzmq.")

    @Option(help: "How many robots, each with a session and an e-stop of its own.")
    var robots = 50

    @Option(help: "How often to press.")
    var presses = 100

    @Option(help: "Messages a second on the ordinary links meanwhile.")
    var messages = 10_000

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    /// At most so long between two presses, at random.
    private static let longestPauseMilliseconds = 50
    private static let (p99Mark, worstMark) = (100.0, 250.0)

    func validate() throws {
        guard (1...500).contains(robots) else { throw ValidationError("--robots goes from 1 to 500") }
        guard (1...100_000).contains(presses) else {
            throw ValidationError("--presses goes from 1 to 100000")
        }
        guard (0...1_000_000).contains(messages) else {
            throw ValidationError("--messages goes from 0 to 1000000")
        }
    }

    func run() async throws {
        let folder = try LabFolder()
        let brain = try LabDaemon("lab", roles: [.brain, .edge], in: folder)
        let client = try await brain.client()
        let far = try LabDaemon("lab-far", roles: [.edge], brainPort: brain.edgesPort, in: folder)
        defer {
            far.end()
            brain.end()
        }
        let watch = EstopWatch(robots: robots)
        let reactor = try Reactor(name: "lab-chatter")
        let context = try Context()
        var logger = Logger(label: "pons-lab")
        logger.logLevel = .error
        let team = try (0..<robots).map { index in
            let edge = index.isMultiple(of: 2) ? brain.hostsAddress : far.hostsAddress
            return try EstopRobot(
                index, edge: edge, reactor: reactor, context: context, logger: logger,
                onEvent: { (event: EmergencyStopEvent) in
                    switch event {
                    case .stop(_): watch.stopped(index)
                    case .release: watch.released(index)
                    case .learned(_), .store(_), .channelChanged(_): break
                    }
                })
        }
        for robot in team { try await robot.start() }
        try await untilListening(client)
        let load = EstopLoad(team, messagesPerSecond: messages, reactor: reactor)
        load.start()
        let report = try await measure(client, watch, load)
        load.stop()
        for robot in team { await robot.stop() }
        try report.write(format)
        if report.rows.contains(where: { $0.isBelowMark == false }) { throw CommandStatus.failed }
    }

    private func measure(_ client: BrainClient, _ watch: EstopWatch, _ load: EstopLoad) async throws
        -> BenchReport
    {
        let bare = try BareFanout(receivers: robots)
        var (stops, last, answers, words, bareTimes): ([Double], [Double], [Double], [Double], [Double])
        (stops, last, answers, words, bareTimes) = ([], [], [], [], [])
        let (begun, before) = (MonotonicTime.now, load.sentCount)
        for number in 0..<presses {
            watch.begin()
            let body = try JSONEncoder().encode(["by": "lab", "reason": "press \(number)"])
            let pressed = MonotonicTime.now
            let view = try await client.post("/v1/estop", body: body)
            let answered = MonotonicTime.now
            let times = try await watch.stops().map { $0.milliseconds(since: pressed) }
            stops += times
            last.append(times.max() ?? .nan)
            answers.append(answered.milliseconds(since: pressed))
            words += try await robotsWords(client, view)
            try await release(client)
            try await watch.releases()
            bareTimes += try bare.press()
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...Self.longestPauseMilliseconds)))
        }
        let seconds = MonotonicTime.now.milliseconds(since: begun) / 1000
        let rate = Int((Double(load.sentCount - before) / seconds).rounded())
        var report = BenchReport(bench: "estop")
        report.counts = ["robots": robots, "presses": presses, "messages a second besides": rate]
        let times = Distribution(milliseconds: stops)
        report.add("press → robot’s stop callback: p99", times, mark: Self.p99Mark)
        report.add("press → robot’s stop callback: worst", times, mark: Self.worstMark, countsMaximum: true)
        report.add("press → last robot’s stop callback", Distribution(milliseconds: last))
        report.add("press → robot’s word at the brain", Distribution(milliseconds: words))
        report.add("press → answer, with the latch on disk", Distribution(milliseconds: answers))
        report.add("bare libzmq in C: send → receive", Distribution(milliseconds: bareTimes))
        return report
    }

    /// How long each robot's word took to come back, by the brain's own clock.
    private func robotsWords(_ client: BrainClient, _ answer: Data) async throws -> [Double] {
        var view = try BrainClient.decode(EmergencyView.self, from: answer)
        let deadline = ContinuousClock.now + .seconds(10)
        while view.robots.count(where: \.isReached) < robots {
            guard ContinuousClock.now < deadline else {
                throw CommandError(.timedOut, "not every robot says that it has stopped")
            }
            try await Task.sleep(for: .milliseconds(1))
            view = try BrainClient.decode(EmergencyView.self, from: try await client.get("/v1/estop"))
        }
        return view.robots.compactMap(\.afterMilliseconds)
    }

    private func release(_ client: BrainClient) async throws {
        let asked = try await client.post("/v1/estop/release", body: Data(#"{"by": "lab"}"#.utf8))
        let code = try BrainClient.decode(EmergencyReleaseAsk.self, from: asked).code ?? ""
        _ = try await client.post(
            "/v1/estop/release/confirm", body: try JSONEncoder().encode(["code": code, "by": "lab"]))
    }

    private func untilListening(_ client: BrainClient) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let view = try BrainClient.decode(EmergencyView.self, from: try await client.get("/v1/estop"))
            if view.robots.count(where: \.isListening) >= robots { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandError(.timedOut, "the robots don’t come in")
    }
}
