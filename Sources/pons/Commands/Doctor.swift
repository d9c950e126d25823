import ArgumentParser
import Foundation
import RobotModel

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that all is well, and say what to do where it isn't.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
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
