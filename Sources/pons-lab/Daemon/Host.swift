import ArgumentParser
import Foundation
import Logging
import RobotModel
import SkillHost

/// `pons-lab host`: a skill host whose only skill takes a time and does nothing.
struct Host: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a robot whose skill “idle” takes a time and does nothing.")

    @Option(help: "The edge's address for skill hosts, e.g. tcp://127.0.0.1:7601.")
    var edge: String

    @Option(help: "The robot's id; the host is named after it.")
    var robot: String

    @Option(help: "The file of what the robot must not forget.")
    var ledger: String

    @Option(help: "How long the skill takes, in seconds.")
    var seconds: Double = 10

    func validate() throws {
        guard IdentifierRules.allows(robot) else { throw ValidationError("“\(robot)” can't be a robot's id") }
        guard seconds >= 0, seconds < 1e6 else { throw ValidationError("--seconds goes from 0 to a million") }
    }

    func run() async throws {
        let host = try SkillHost(
            name: "host-\(robot)", edge: edge, robots: [IdleSkill.robot(RobotID(robot))],
            skills: [IdleSkill(duration: .seconds(seconds))], manifests: [IdleSkill.manifest],
            ledgerPath: ledger, logger: Logger(label: "pons-lab"))
        try await host.run()
    }
}
