import ArgumentParser
import Foundation
import RobotModel

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that all is well, and say what to do where it isn't.")

    @Option(help: "Look at the journal in this file instead, which no daemon has open.")
    var journal: String?

    @Flag(help: "With --journal: put a sound journal in the place of a damaged one.")
    var repair = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if repair, journal == nil { throw ValidationError("--repair is for a journal: name it by --journal") }
    }

    func run() async throws {
        if let journal {
            // JSON is YAML.
            let format = output.format == .table ? "table" : "json"
            try Laboratory.become(
                "doctor", ["--journal", journal, "--output", format] + (repair ? ["--repair"] : []))
        }
        let checks = try await Examination(connection: connection).run()
        switch output.format {
        case .table:
            for check in checks { Terminal.output.line(check.line) }
        case .json, .yaml:
            let data = try JSONEncoder().encode(["checks": checks])
            try output.write(data) { "" }
        }
        if let worst = checks.first(where: { $0.verdict == .bad }) { throw worst.status }
    }
}
