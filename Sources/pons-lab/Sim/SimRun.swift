import ArgumentParser
import BrainClient
import FaultSimulation
import Foundation

/// `pons sim run`: many runs of the whole system in virtual time, with faults.
struct SimRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Run brain, edges and robots in virtual time, with seeded faults, and check what Pons promises.",
        discussion: """
            The same seed gives the same run, byte for byte. A broken promise is told with \
            its shrunk history and the command that gives it again; the exit status is 0 \
            only if none was broken.
            """)

    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Seeds from A to B, in place of one.", valueName: "A..B")) var seeds:
        SeedRange?
    @Option(help: "How many robots there are.") var robots = 4
    @Option(help: "How many tasks are asked for; 8 a minute if left out.") var tasks: Int?
    @Option(help: "Virtual hours during which things go wrong.") var hours: Double?
    @Option(help: "The same in seconds; 60 if left out.") var seconds: Int?
    @Option(
        help: "What goes wrong: none, all, or some of network,robots,crash,disk.", transform: faultClasses)
    var faults = FaultClasses.all
    @Option(help: ArgumentHelp("Keep results there, and pass over seeds that are in it.", valueName: "file"))
    var resume: String?
    @Option(help: "How many runs at a time; as many as there are processors if left out.") var workers: Int?
    @Option(help: ArgumentHelp("Only these parts of the scenario.", valueName: "names")) var only: String?
    @Option(
        help: "What is asked for: usual, or long for few plans of many steps.", transform: simulatedWork)
    var work = SimulatedWork.usual
    @Flag(help: "Print what happens, line by line.") var log = false
    @Flag(help: "Don’t shrink what fails.") var noShrink = false
    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the results.")
    var format = BenchFormat.table

    func run() async throws {
        var campaign = SimCampaign(options: options, path: resume)
        try campaign.load()
        let wanted = (seeds?.range ?? seed...seed).filter { !campaign.isDone($0) }
        try await simulate(wanted, &campaign)
        write(try campaign.text(format))
        guard campaign.violations.isEmpty else { throw CommandStatus.failed }
    }

    private var options: SimulationOptions {
        let duration = hours.map { Int($0 * 3600) } ?? seconds ?? 60
        var options = SimulationOptions(
            seed: seed, robots: robots, tasks: tasks ?? max(1, duration * 8 / 60),
            duration: .seconds(duration),
            faults: faults, kept: only.map { Set($0.split(separator: ",").map(String.init)) })
        options.isTold = log
        options.work = work
        return options
    }

    private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// Each run has a thread to itself, and shares nothing with the others.
    private func simulate(_ seeds: [UInt64], _ campaign: inout SimCampaign) async throws {
        let (options, isShrinking, isTold) = (options, !noShrink && only == nil, log)
        let width = max(1, workers ?? ProcessInfo.processInfo.activeProcessorCount)
        try await withThrowingTaskGroup(of: SimOutcome.self) { group in
            var rest = seeds[...]
            for _ in 0..<width {
                if let seed = rest.popFirst() { group.addTask { SimOutcome(seed, options, isShrinking) } }
            }
            while let outcome = try await group.next() {
                if let seed = rest.popFirst() { group.addTask { SimOutcome(seed, options, isShrinking) } }
                if isTold { write(outcome.lines.joined(separator: "\n") + "\n") }
                // A machine that reads the results finds the story in them.
                if !outcome.result.violations.isEmpty, format == .table { write(outcome.story) }
                try campaign.add(outcome.result)
            }
        }
    }
}

private func simulatedWork(_ text: String) throws -> SimulatedWork {
    guard let work = SimulatedWork(rawValue: text) else {
        throw ValidationError("“\(text)”: say usual or long")
    }
    return work
}

private func faultClasses(_ text: String) throws -> FaultClasses {
    guard let classes = FaultClasses(text: text) else {
        throw ValidationError("“\(text)”: say none, all, or some of network,robots,crash,disk")
    }
    return classes
}

/// `A..B`, both included.
struct SeedRange: ExpressibleByArgument {
    let range: ClosedRange<UInt64>

    init?(argument: String) {
        let ends = argument.split(separator: ".", omittingEmptySubsequences: true).compactMap { UInt64($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { return nil }
        range = ends[0]...ends[1]
    }
}
