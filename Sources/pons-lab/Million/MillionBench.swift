import ArgumentParser
import BrainClient
import Foundation
import Journal
import RobotModel

/// A million dependent steps without an error: the Tower of Hanoi as one task,
/// by a skill that errs.
struct MillionBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "million",
        abstract: "Solve the Tower of Hanoi as one task, step by step, with a skill that errs.",
        discussion: """
            20 disks need 1,048,575 moves, each of which depends on the one before. The \
            task is one step that is repeated: what a round returns is what the next one \
            takes. Of all answers 1 % are wrong, and wrong ones agree; others fail or \
            never come. Each move is voted on until one answer is ahead of the next by \
            --ahead; what the votes were is in the move's one record. In the end every \
            record is held against a formula that shares nothing with the skill.

            Source: Meyerson et al., «Solving a million-step LLM task with zero errors», 2025.
            """)

    @Option(help: "How many disks; n need 2ⁿ − 1 moves.")
    var disks = 20

    @Option(help: "By how many votes an answer must lead.")
    var ahead: UInt32 = 4

    @Option(help: "Decides which calls go wrong; drawn where it isn't given.")
    var seed: UInt64?

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    func validate() throws {
        guard (1...24).contains(disks) else { throw ValidationError("--disks goes from 1 to 24") }
        guard (4...20).contains(ahead) else { throw ValidationError("--ahead goes from 4 to 20") }
    }

    private var moves: UInt64 { UInt64(1) << UInt64(disks) - 1 }

    func run() async throws {
        let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        Self.note("seed \(seed), \(moves) moves")
        let (run, tally) = try await Self.solve(
            disks: disks, ahead: ahead, seed: seed, in: try LabFolder(), note: Self.note)
        try report(run, tally, seed).write(format)
        if let flaw = run.finding.flaw { throw CommandError(.failed, "the tower isn’t right", why: flaw) }
    }

    /// Solves a tower of `disks` disks on a node of its own.
    ///
    /// - Parameter note: is told how far it is.
    static func solve(
        disks: Int, ahead: UInt32, seed: UInt64, in folder: LabFolder,
        note: @escaping @Sendable (String) -> Void
    ) async throws -> (MillionRun.Outcome, HanoiFaults.Tally) {
        let skill = HanoiSkill(faults: HanoiFaults(seed: seed))
        var design = EmbeddedNode.Design(
            robots: 1, skills: [skill], manifests: [HanoiSkill.move: HanoiSkill.manifest])
        // The robot is made to fail; it isn't to be spared for that.
        design.coordination.breakerFailures = 1_000_000
        let run = try await EmbeddedNode.with(design, in: folder) { node in
            try await MillionRun(node: node, moves: UInt64(1) << UInt64(disks) - 1).run(
                workflow(disks: disks, ahead: ahead), folder, note: note)
        }
        return (run, skill.tally)
    }

    private static func workflow(disks: Int, ahead: UInt32) -> Workflow {
        let step = WorkflowStep(
            id: "solve", skill: HanoiSkill.move,
            arguments: ["disks": .text(HanoiDisks(count: disks).text)], repeats: RepeatPolicy(until: "done"),
            votes: VotePolicy(ahead: ahead))
        return Workflow(steps: [step])
    }

    private func report(_ run: MillionRun.Outcome, _ tally: HanoiFaults.Tally, _ seed: UInt64) -> FigureReport
    {
        let finding = run.finding
        var report = FigureReport(bench: "million, \(disks) disks, seed \(seed)")
        report.add("moves, each held against the formula", Double(finding.moves), "moves")
        report.add("errors in them", finding.flaw == nil ? 0 : 1, "errors", atMost: 0)
        report.add("rate", Double(finding.moves) / run.seconds, "/s")
        report.add("time", run.seconds, "s")
        report.add("calls of the skill", Double(tally.calls), "calls")
        report.add("  wrong answers", Double(tally.wrong), "calls")
        report.add("  of these outvoted, by the records", Double(finding.outvoted), "votes")
        report.add("  failures", Double(tally.failing), "calls")
        report.add("  answers that never came", Double(tally.lost), "calls")
        report.add("attempts that were repeated", Double(finding.failedAttempts), "attempts")
        report.add("results that came too late to count", Double(finding.lateResults), "results")
        report.add("journal, records", Double(finding.records), "records")
        report.add("journal, size", Double(run.journalBytes), "bytes")
        report.add("heap after a tenth of the moves", Double(run.heapEarly), "bytes")
        report.add("heap after all", Double(run.heapLate), "bytes")
        return report
    }

    /// To the standard error, where it doesn't stand in a report's way.
    static func note(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
