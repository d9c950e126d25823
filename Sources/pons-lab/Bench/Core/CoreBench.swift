import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// How much work the core takes: steps on disk a second beside the same work
/// in C, and what a decision costs however much else there is.
struct CoreBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "core",
        abstract: "Measure durable steps a second, gaps and costs beside bare SQLite and libzmq.",
        discussion: """
            A whole node runs in this process, with its journal, its edge and its HTTP \
            door; tasks are chains of steps that take no time, each with a robot of its \
            own. C loops do the same commits and the same round trips in between, in \
            batches of the same size. A share is ours divided by theirs.
            """)

    @Flag(help: "A tenth of the load, for a first look.")
    var quick = false

    @Option(help: "Rounds of each load, by turns with the C loops; the median counts.")
    var rounds = 3

    @Option(help: .hidden)
    var only: Part?

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    enum Part: String, ExpressibleByArgument, CaseIterable { case machine, one, some, many, team, million }

    func validate() throws {
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds goes from 1 to 100") }
    }

    func run() async throws {
        let folder = try LabFolder()
        var report = FigureReport(bench: "core")
        if runs(.machine) { try measureDecisions(&report) }
        if runs(.one) { try await measureOne(&report, folder) }
        if runs(.some) { try await measure(32, steps: quick ? 10 : 60, &report, folder) }
        if runs(.many) { try await measure(256, steps: quick ? 5 : 40, &report, folder) }
        if runs(.team) { try await measureTeam(&report, folder) }
        if runs(.million) { try await measureMillion(&report, folder) }
        try report.write(format)
        if !report.isMet { throw CommandStatus.failed }
    }

    private func runs(_ part: Part) -> Bool { only == nil || only == part }
    private var turns: Int { quick ? 1 : rounds }

    // MARK: The core alone

    private func measureDecisions(_ report: inout FigureReport) throws {
        let sizes = quick ? [10, 1000, 10_000] : [10, 1000, 100_000]
        for steps in sizes {
            let costs = try MachineLoad.costs(liveSteps: steps, decisions: 2000)
            let times = Distribution(milliseconds: costs.handle)
            report.add("handle, \(steps) live steps, p50", times.p50Milliseconds, "µs")
            report.add("handle, \(steps) live steps, p99", times.p99Milliseconds, "µs")
        }
        let costs = try MachineLoad.costs(liveSteps: 10_000, decisions: 5000)
        let decision = Distribution(milliseconds: costs.decision.map { $0 / 1000 })
        report.add("decision, 1000 robots, 10000 live steps, p50", decision.p50Milliseconds, "ms")
        report.add("decision, 1000 robots, 10000 live steps, p99", decision.p99Milliseconds, "ms", atMost: 10)
    }

    // MARK: The whole path

    /// One task in flight: the latency of everything on the way.
    private func measureOne(_ report: inout FigureReport, _ folder: LabFolder) async throws {
        for way in EmbeddedNode.Way.allCases {
            for isIdempotent in [true, false] {
                try await measureOne(way, isIdempotent: isIdempotent, &report, folder)
            }
        }
    }

    private func measureOne(
        _ way: EmbeddedNode.Way, isIdempotent: Bool, _ report: inout FigureReport, _ folder: LabFolder
    ) async throws {
        let baselines = CBaselines(folder: folder)
        let commits = way.commitsInSeries(isIdempotent: isIdempotent)
        let (steps, starts) = quick ? (50, 5) : (300, 30)
        var rates: [Double] = []
        var bare: [Double] = []
        var gaps: [Double] = []
        var firsts: [Double] = []
        for _ in 0..<turns {
            let (outcome, first, anatomy) = try await CoreRig.with(
                robots: 1, way, isIdempotent: isIdempotent, in: folder
            ) { rig in
                let outcome = try await ChainLoad(rig: rig, tasks: 1, steps: steps).run(isTiming: true)
                let first = try await FirstInvoke(rig: rig).measure(starts)
                return (outcome, first, try JournalAnatomy(of: outcome.tasks, in: rig, folder))
            }
            rates.append(outcome.stepsPerSecond)
            gaps += outcome.gapsMilliseconds
            firsts += first
            bare.append(
                try baselines.seriesRate(
                    trips: way == .zeroMQ ? 1 : 0, messageBytes: 200, commits: commits,
                    payloadBytes: anatomy.payloadBytes, rounds: steps))
        }
        let kind = isIdempotent ? "" : ", not to be done twice"
        let trip = way == .zeroMQ ? "a round trip, " : ""
        report.add(
            "1 in flight, \(way.rawValue)\(kind): steps; C: \(trip)\(commits) commit\(commits == 1 ? "" : "s") in series",
            rates.median, "/s", beside: bare.median, atLeast: 0.7)
        let gap = Distribution(milliseconds: gaps)
        report.add("  result → dependent invoke, p50", gap.p50Milliseconds, "ms", atMost: 1)
        report.add("  result → dependent invoke, p99", gap.p99Milliseconds, "ms")
        let start = Distribution(milliseconds: firsts)
        report.add("  submit → first invoke, p50", start.p50Milliseconds, "ms")
        report.add("  submit → first invoke, p99", start.p99Milliseconds, "ms")
    }

    /// Many tasks in flight: commits are shared.
    private func measure(
        _ tasks: Int, steps: Int, _ report: inout FigureReport, _ folder: LabFolder
    ) async throws {
        for way in EmbeddedNode.Way.allCases {
            for isIdempotent in [true, false] {
                try await measure(tasks, steps: steps, way, isIdempotent: isIdempotent, &report, folder)
            }
        }
    }

    private func measure(
        _ tasks: Int, steps: Int, _ way: EmbeddedNode.Way, isIdempotent: Bool,
        _ report: inout FigureReport, _ folder: LabFolder
    ) async throws {
        let baselines = CBaselines(folder: folder)
        var rates: [Double] = []
        var bare: [Double] = []
        var trips: [Double] = []
        var rows: [Double] = []
        for _ in 0..<turns {
            let (outcome, anatomy) = try await CoreRig.with(
                robots: tasks, way, isIdempotent: isIdempotent, in: folder
            ) { rig in
                let outcome = try await ChainLoad(rig: rig, tasks: tasks, steps: steps).run()
                return (outcome, try JournalAnatomy(of: outcome.tasks, in: rig, folder))
            }
            rates.append(outcome.stepsPerSecond)
            rows.append(anatomy.rowsPerCommit)
            bare.append(
                try baselines.appendRate(
                    rows: max(1, Int(anatomy.rowsPerCommit.rounded())), payloadBytes: anatomy.payloadBytes,
                    commits: quick ? 50 : 400))
            trips.append(
                try baselines.tripRate(inFlight: tasks, messageBytes: 200, rounds: quick ? 5000 : 50_000))
        }
        let kind = isIdempotent ? "" : ", not to be done twice"
        report.add(
            "\(tasks) in flight, \(way.rawValue)\(kind): steps; C: rows, as many a commit",
            rates.median, "/s", beside: bare.median,
            atLeast: tasks == 256 && way == .linkedIn && isIdempotent ? 0.2 : nil)
        report.add("  journal rows a commit", rows.median, "rows")
        if way == .zeroMQ {
            report.add("  steps; C: round trips, as many in flight", rates.median, "/s", beside: trips.median)
        }
    }

    /// The rate of `bench million`, on a smaller tower.
    private func measureMillion(_ report: inout FigureReport, _ folder: LabFolder) async throws {
        let disks = quick ? 8 : 12
        let (run, tally) = try await MillionBench.solve(disks: disks, ahead: 4, seed: 1, in: folder) { _ in }
        if let flaw = run.finding.flaw { throw CommandError(.failed, "the tower isn’t right", why: flaw) }
        let moves = Double(run.finding.moves)
        report.add("bench million, \(disks) disks: moves, each voted on", moves / run.seconds, "/s")
        report.add("  calls of its skill", Double(tally.calls) / run.seconds, "/s")
    }

    /// A thousand robots, each at a task of ten steps.
    private func measureTeam(_ report: inout FigureReport, _ folder: LabFolder) async throws {
        let robots = quick ? 100 : 1000
        let before = Heap.bytesInUse
        let (outcome, perRobot) = try await CoreRig.with(robots: robots, .linkedIn, in: folder) { rig in
            let perRobot = Double(Heap.bytesInUse - before) / Double(robots)
            let outcome = try await ChainLoad(rig: rig, tasks: robots, steps: 9).run(isTiming: true)
            return (outcome, perRobot)
        }
        let gap = Distribution(milliseconds: outcome.gapsMilliseconds)
        report.add(
            "\(robots) robots, \(robots * 10) live steps, linked in: steps", outcome.stepsPerSecond, "/s")
        report.add("  result → dependent invoke, p50", gap.p50Milliseconds, "ms")
        report.add("  memory of a robot", perRobot, "bytes")
        report.add("  memory of a live task of 10 steps", outcome.bytesPerTask, "bytes")
    }
}

extension [Double] {
    var median: Double { isEmpty ? .nan : sorted()[count / 2] }
    var mean: Double { isEmpty ? .nan : reduce(0, +) / Double(count) }
}
