import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

/// `pons-lab task`.
struct TaskLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Look at tasks in a journal's file.", subcommands: [TaskExplain.self])
}

/// `pons-lab task explain`: as `pons task explain`, from the file alone.
struct TaskExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell why a task went as it did: who was chosen, what was repaired, where time went.")

    @Argument(help: "The task's id.")
    var id: String

    @Option(help: ArgumentHelp("The journal's file; its daemon may be running.", valueName: "file"))
    var journal: String

    @Option(name: [.customShort("o"), .customLong("output")], help: "table or json.")
    var format = LabFormat.table

    func run() throws {
        let recorded = try RecordedJournal(file: journal, task: TaskID(id))
        let told = try recorded.explanation(of: TaskID(id))
        try format.write(told) { ExplanationPage.text(told) }
    }
}

/// How results are written.
enum LabFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json

    func write(_ value: some Encodable, table: () -> String) throws {
        switch self {
        case .table: FileHandle.standardOutput.write(Data(table().utf8))
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
        }
    }
}
