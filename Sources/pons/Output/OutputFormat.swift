import ArgumentParser
import Foundation

/// How results are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, yaml
}

struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write results.")
    var format = OutputFormat.table

    /// Writes the brain's answer as it is in JSON or YAML, or else what
    /// `table` makes of it.
    func write(_ answer: Data, table: () throws -> String) throws {
        switch format {
        case .table: Terminal.output.write(try table())
        case .json: Terminal.output.line(try JSONDocument(answer).pretty)
        case .yaml: Terminal.output.write(try JSONDocument(answer).yaml)
        }
    }
}
