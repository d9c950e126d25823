import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// How much work the core takes: steps on disk a second beside the same work
/// in C, and what a decision costs.
struct CoreBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "core",
        abstract: "Measure durable steps a second, gaps and costs beside bare SQLite and libzmq.")

    @Flag(help: "A tenth of the load, for a first look.")
    var quick = false

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    func run() async throws {
        let folder = try LabFolder()
        var report = FigureReport(bench: "core")
        for way in [CoreRig.Way.linkedIn, .zeroMQ] {
            for tasks in [1, 32, 256] {
                let steps = tasks == 1 ? 200 : 40
                let outcome = try await CoreRig.with(robots: tasks, way, in: folder) { rig in
                    try await ChainLoad(rig: rig, tasks: tasks, steps: steps).run(isTiming: true)
                }
                report.add("\(tasks) in flight, \(way.rawValue)", outcome.stepsPerSecond, "steps/s")
                report.add("  gap p50", outcome.gaps.p50Milliseconds, "ms")
                report.add("  gap p99", outcome.gaps.p99Milliseconds, "ms")
            }
        }
        try report.write(format)
    }
}
