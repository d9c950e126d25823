import ArgumentParser
import BrainClient
import Foundation
import Simulation

/// `pons bench coherent`: does every task of the COHERENT household set, each
/// in its own world, by a daemon of its own with simulated robots.
struct CoherentBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coherent",
        abstract: "Do the tasks of the COHERENT set in simulation, and count.",
        discussion: """
            DIR has files in the form of COHERENT's env0.json. The exit status is 0 \
            only if every task succeeds that isn't asked about.
            """)

    @Argument(help: ArgumentHelp("A folder with the set's files.", valueName: "dir"))
    var folder: String

    @Option(name: .customLong("as"), help: "Hand the tasks over in this form only: goals or words.")
    var form: CoherentForm?

    @Flag(help: "Take brackets and ids out of the words.")
    var withoutIds = false

    @Option(help: ArgumentHelp("Shuffle all ids by this seed.", valueName: "seed"))
    var shuffled: UInt64?

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    func run() async throws {
        let files = try tasks()
        let place = try LabFolder()
        let daemon = try LabDaemon("coherent", roles: [.brain, .edge], isSimulated: true, in: place)
        let client = try await daemon.client()
        var report = CoherentReport(withoutIDs: withoutIds, shuffleSeed: shuffled)
        for (file, tasks) in files {
            for task in tasks {
                let trial = CoherentTrial(client: client, task: task)
                var row = CoherentReport.Row(file: file, task: task.number, humanSteps: task.humanSteps)
                if form != .words { row.goals = try await trial.outcome(words: nil) }
                if form != .goals {
                    row.words = try await trial.outcome(
                        words: withoutIds ? task.instructionWithoutIDs : task.instruction)
                }
                report.add(row)
            }
        }
        daemon.end()
        FileHandle.standardOutput.write(Data(try report.text(format).utf8))
        guard report.isWell else { throw CommandStatus.failed }
    }

    /// The tasks of each file, in the order of the files' names.
    private func tasks() throws(CommandError) -> [(file: String, tasks: [CoherentTask])] {
        let url = URL(filePath: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var files: [(file: String, tasks: [CoherentTask])] = []
        for name in names.sorted() where name.hasSuffix(".json") {
            guard let json = try? Data(contentsOf: url.appending(path: name)) else {
                throw CommandError(.usage, "\(name) can’t be read", why: "this user may not read it")
            }
            do {
                files.append((name, try CoherentImporter.tasks(json: json, shufflingIDs: shuffled)))
            } catch {
                throw CommandError(
                    .usage, "\(name) can’t be used", why: error.message,
                    advice: "name a folder with files of the COHERENT set alone")
            }
        }
        guard !files.isEmpty else {
            throw CommandError(
                .usage, "\(folder) has no tasks", why: "no file in it ends in .json",
                advice: "name the folder with env0.json and env1.json")
        }
        return files
    }
}
