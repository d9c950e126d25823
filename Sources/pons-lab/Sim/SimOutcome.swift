import FaultSimulation
import Foundation
import RobotModel

/// What is kept of one run.
struct SimResult: Codable, Sendable {
    var seed: UInt64
    var robots: Int
    var tasks: Int
    var seconds: Int
    var faults: String
    /// What was asked for, where it wasn't the usual.
    var work: String?
    /// Of the log, in hexadecimal: equal for equal runs.
    var log: String
    var events: Int
    var records: UInt64
    var endings: [String: Int]
    var injected: [String: Int]
    var violations: [Violation]
    /// The command that gives the shrunk run again.
    var command: String?

    init(_ report: SimulationReport) {
        seed = report.options.seed
        robots = report.options.robots
        tasks = report.options.tasks
        seconds = Int(report.options.duration.components.seconds)
        faults = report.options.faults.text
        work = report.options.work == .usual ? nil : report.options.work.rawValue
        log = String(report.logHash, radix: 16)
        events = report.events
        records = report.records
        endings = [:]
        for (state, count) in report.endings { endings[state.rawValue] = count }
        injected = report.faults
        violations = report.violations
    }

    /// Whether it is of a campaign with these options.
    func isOf(_ options: SimulationOptions) -> Bool {
        robots == options.robots && tasks == options.tasks && faults == options.faults.text
            && seconds == Int(options.duration.components.seconds)
            && SimulatedWork(rawValue: work ?? "usual") == options.work
    }
}

/// One run, and where it broke a promise, the story of how.
struct SimOutcome: Sendable {
    var result: SimResult
    var lines: [String]
    var story = ""

    init(_ seed: UInt64, _ options: SimulationOptions, _ isShrinking: Bool) {
        var options = options
        options.seed = seed
        let report = FaultSimulator(options).run()
        result = SimResult(report)
        lines = report.lines
        guard !report.violations.isEmpty else { return }
        var smallest = options
        if isShrinking, var shrinker = Shrinker(report) { smallest = shrinker.shrink(report.parts) }
        smallest.isTold = true
        let shrunk = FaultSimulator(smallest).run()
        result.command = smallest.command
        story = """
            seed \(seed) broke a promise:
            \(report.violations.map { "  \($0.promise.rawValue) at \($0.atSeconds) s: \($0.message)" }.joined(separator: "\n"))
            the shrunk history:
            \(shrunk.lines.map { "  " + $0.prefix(220) }.joined(separator: "\n"))
            again with: \(smallest.command)

            """
    }
}
