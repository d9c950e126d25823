import ArgumentParser
import BrainClient
import Foundation
import Logging
import RobotModel
import SkillHost
import ZeroMQ

/// How long a task takes from its caller to the robots and back: a daemon of
/// its own, with its journal, and two robots whose skill takes no time.
struct PathBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "Measure submit → invoke, result → next invoke, and six dependent steps, over ZeroMQ.",
        discussion: """
            The marks are the best figures published for frameworks of this kind: \
            33 ms from submission to the first invocation, 463 ms from a result to \
            the invocation that depends on it, 2.59 s for six dependent steps.
            """)

    @Option(help: "How many tasks to measure.")
    var rounds = 100

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    private static let robots: [RobotID] = ["lab_a", "lab_b"]
    private static let steps = 6
    /// Tasks before the first that counts.
    private static let warmUp = 5

    func validate() throws {
        guard (1...100_000).contains(rounds) else { throw ValidationError("--rounds goes from 1 to 100000") }
    }

    func run() async throws {
        let baseline = try await Self.offThePool { try RoundTripBaseline.measure(rounds: 2000) }
        let folder = try LabFolder()
        let daemon = try LabDaemon("lab", roles: [.brain, .edge], in: folder)
        let client = try await daemon.client()
        let events = LabEvents()
        let times = try await withThrowingTaskGroup(of: [Round]?.self) { group in
            for robot in Self.robots {
                let host = try SkillHost(
                    name: "host-\(robot)", edge: daemon.hostsAddress, robots: [IdleSkill.robot(robot)],
                    skills: [IdleSkill(duration: .zero)], manifests: [IdleSkill.manifest],
                    ledgerPath: folder.url.appending(path: "\(robot).db").path,
                    logger: Logger(label: "pons-lab")
                ) { events.put(.host($0)) }
                group.addTask {
                    try await host.run()
                    return nil
                }
            }
            group.addTask {
                try await events.follow(client)
                return nil
            }
            let rounds = rounds
            group.addTask { try await Self.measure(rounds, client, events) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
        daemon.end()
        try report(times, baseline: baseline).write(format)
    }

    private static func measure(_ rounds: Int, _ client: BrainClient, _ events: LabEvents) async throws
        -> [Round]
    {
        let awaited = Kept<RobotID>()
        try await events.read(waitingFor: "both robots") { item in
            if case .brain(let event) = item.what, event.kind == .robot, let robot = event.robot {
                awaited.put(robot)
            }
            return Set(awaited.values).isSuperset(of: robots)
        }
        var result: [Round] = []
        for number in 0..<(warmUp + rounds) {
            let round = try await Self.round(client, events)
            if number >= warmUp { result.append(round) }
        }
        return result
    }

    private static func round(_ client: BrainClient, _ events: LabEvents) async throws -> Round {
        let submission = Submission.chain(of: steps, by: robots)
        let sent = MonotonicTime.now
        let task = try await submission.send(to: client)
        let acknowledged = MonotonicTime.now
        let items = Kept<LabEvents.Item>()
        try await events.read(waitingFor: "task \(task) to end") { item in
            items.put(item)
            guard case .brain(let event) = item.what, event.kind == .task, event.task == task else {
                return false
            }
            return TaskState(rawValue: event.state)?.isFinal == true
        }
        guard let round = Round(task, sent: sent, acknowledged: acknowledged, items.values) else {
            let view = try await client.task(task.rawValue)
            throw CommandError(
                .failed, "task \(task) \(view.state.rawValue)",
                why: view.failure?.message ?? view.rejection?.message ?? "not every step was seen")
        }
        return round
    }

    /// Runs what blocks on a thread of its own.
    private static func offThePool<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: .init(catching: body)) }.start()
        }
    }

    private func report(_ rounds: [Round], baseline: [UInt64]) -> BenchReport {
        var report = BenchReport(bench: "path")
        report.add(
            "bare libzmq DEALER/ROUTER round trip",
            Distribution(milliseconds: baseline.map { Double($0) / 1e6 }))
        report.add(
            "submit → first invoke", Distribution(milliseconds: rounds.map(\.submitToInvoke)), mark: 33)
        report.add(
            "result → dependent invoke", Distribution(milliseconds: rounds.flatMap(\.resultToInvoke)),
            mark: 463)
        report.add(
            "6 steps: acknowledged → succeeded",
            Distribution(milliseconds: rounds.map(\.acknowledgedToSuccess)),
            mark: 2590)
        report.add(
            "6 steps: first invoke → last result",
            Distribution(milliseconds: rounds.map(\.firstInvokeToLastResult)),
            mark: 2590)
        report.add("host: invoke → result", Distribution(milliseconds: rounds.flatMap(\.invokeToResult)))
        return report
    }
}

extension PathBench {
    /// One task's times, in milliseconds.
    struct Round: Sendable {
        let submitToInvoke: Double
        let resultToInvoke: [Double]
        /// What the host takes of it: its ledger's two commits.
        let invokeToResult: [Double]
        let acknowledgedToSuccess: Double
        let firstInvokeToLastResult: Double

        /// - Returns: nil where the task didn't succeed, or a step wasn't seen.
        init?(_ task: TaskID, sent: MonotonicTime, acknowledged: MonotonicTime, _ items: [LabEvents.Item]) {
            var invoked: [StepID: MonotonicTime] = [:]
            var ended: [StepID: MonotonicTime] = [:]
            var succeeded: MonotonicTime?
            for item in items {
                switch item.what {
                case .host(.invoked(let order)) where order.attempt.task == task:
                    invoked[order.attempt.step] = item.at
                case .host(.ended(let attempt, _)) where attempt.task == task: ended[attempt.step] = item.at
                case .brain(let event)
                where event.task == task && event.kind == .task && event.state == TaskState.succeeded.rawValue:
                    succeeded = item.at
                default: break
                }
            }
            let ids = (1...PathBench.steps).map { StepID("s\($0)") }
            let starts = ids.compactMap { invoked[$0] }
            let ends = ids.compactMap { ended[$0] }
            guard starts.count == ids.count, ends.count == ids.count, let succeeded else { return nil }
            submitToInvoke = starts[0].milliseconds(since: sent)
            resultToInvoke = zip(starts.dropFirst(), ends).map { $0.milliseconds(since: $1) }
            invokeToResult = zip(ends, starts).map { $0.milliseconds(since: $1) }
            acknowledgedToSuccess = succeeded.milliseconds(since: acknowledged)
            firstInvokeToLastResult = ends[ends.count - 1].milliseconds(since: starts[0])
        }
    }
}
