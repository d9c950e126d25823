import ArgumentParser
import Foundation
import Logging
import RobotModel
import SkillHost

/// `pons-lab marking-host`: robots that mark things and keep count themselves.
struct MarkingHost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marking-host",
        abstract: "Serve robots whose skill “mark” writes each effect to a file of its own.")

    @Option(help: "The edge's address for skill hosts, e.g. tcp://127.0.0.1:7601.")
    var edge: String

    @Option(help: "How many robots; they are called m0, m1, …")
    var robots = 4

    @Option(help: "The file of what the robots must not forget.")
    var ledger: String

    @Option(help: "The file that each mark is written to, a line each: attempt and thing.")
    var marks: String

    func validate() throws {
        guard (1...100).contains(robots) else { throw ValidationError("--robots goes from 1 to 100") }
    }

    func run() async throws {
        let host = try SkillHost(
            name: "marking", edge: edge, robots: (0..<robots).map { MarkSkill.robot(RobotID("m\($0)")) },
            skills: [MarkSkill(file: marks)], manifests: [MarkSkill.manifest], ledgerPath: ledger,
            logger: Logger(label: "pons-lab"))
        try await host.run()
    }
}
