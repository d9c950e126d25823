import ArgumentParser
import BrainClient
import Foundation
import Manifests
import Pages
import RobotModel
import TimeTravel

/// `pons sim fork`: what if?
struct SimFork: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Go through a recorded run again with one thing changed, and see how it ends.",
        discussion: """
            The intervention is one line of YAML:
              result: {step: s4, attempt: 2, outcome: succeeded}
              reassign: {step: s4, robot: porter}
              edit: {step: s4, arguments: {surface: shelf}}
              insert: {id: look, skill: navigate, robot: dog, arguments: {target: sofa}, before: [s4]}
              remove: s4
              order: {verb: retry, step: s4}
              keep: dog
            Up to the first difference the recorded inputs are replayed; after it robots are simulated. \
            Exit code 0: the task ends well in the fork; 1: it doesn't.
            """)

    @Argument(help: "The task's id.")
    var task: String

    @Option(help: ArgumentHelp("The record at which something is changed.", valueName: "record"))
    var at: UInt64

    @Option(name: .customLong("with"), help: ArgumentHelp("The intervention.", valueName: "file"))
    var intervention: String

    @Option(
        help: ArgumentHelp("The journal's file; otherwise a running daemon is asked.", valueName: "file"))
    var journal: String?

    @Option(
        help: ArgumentHelp(
            "With --journal: the node's configuration, for the skills in its drop-in folder.",
            valueName: "file"))
    var config: String?

    @OptionGroup var daemon: BrainOptions

    @Option(help: ArgumentHelp("Draw both runs, as SVG.", valueName: "file"))
    var gantt: String?

    @Option(name: [.customShort("o"), .customLong("output")], help: "table or json.")
    var format = LabFormat.table

    func run() async throws {
        let what = try readIntervention()
        let site = try await RecordedSite(
            of: TaskID(task), at: at, journal: journal, config: config, client: daemon.client)
        var fork = Fork(
            TaskID(task), of: site.recording, at: at, with: what, team: site.team, world: site.world,
            worldUpTo: site.worldUpTo)
        let report: ForkReport
        do {
            report = try fork.run()
        } catch let error as ForkError {
            let status: CommandStatus = error.code == .unknownTask ? .notFound : .usage
            throw CommandError(
                status, "the run can’t be forked so", why: error.message,
                advice: "pons task explain \(task)")
        }
        if let gantt {
            let picture = RunsPicture(
                runs: [("as it was", report.recorded), ("what if", report.forked)],
                caption: "What if: \(report.intervention)?")
            try Data(picture.svg.utf8).write(to: URL(filePath: gantt))
            FileHandle.standardError.write(Data("drew \(gantt)\n".utf8))
        }
        try format.write(report) { ForkPage.text(report, sources: site.sources) }
        if report.forked.state != .succeeded { throw CommandStatus.failed }
    }

    private func readIntervention() throws -> Intervention {
        guard let text = try? String(contentsOfFile: intervention, encoding: .utf8) else {
            throw CommandError(.usage, "\(intervention) can’t be read")
        }
        do throws(ManifestErrors) {
            return try ManifestReader().intervention(yaml: text, file: intervention)
        } catch {
            throw CommandError(.usage, "\(intervention) is no intervention", why: error.description)
        }
    }
}
