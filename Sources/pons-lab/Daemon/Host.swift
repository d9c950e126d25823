import ArgumentParser
import Foundation
import Logging
import RobotModel
import SkillHost
import SkillKit

/// `pons-lab host`: a skill host whose only skill takes a time and does nothing.
struct Host: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a robot whose skill “idle” takes a time and does nothing.")

    @Option(help: "The edge's address for skill hosts, e.g. tcp://127.0.0.1:7601.")
    var edge: String

    @Option(help: "A robot's id; may be given more than once. The host is named after the first.")
    var robot: [String]

    @Option(help: "The file of what the robot must not forget.")
    var ledger: String

    @Option(help: "How long the skill takes, in seconds.")
    var seconds: Double = 10

    @Option(help: "Move all the while, and write into this file when a robot began, and came to rest.")
    var motions: String?

    func validate() throws {
        guard !robot.isEmpty else { throw ValidationError("a host speaks for one robot or more") }
        for robot in robot where !IdentifierRules.allows(robot) {
            throw ValidationError("“\(robot)” can't be a robot's id")
        }
        guard seconds >= 0, seconds < 1e6 else { throw ValidationError("--seconds goes from 0 to a million") }
    }

    func run() async throws {
        let duration = Duration.seconds(seconds)
        let skill: any Skill =
            try motions.map { MovingSkill(duration: duration, log: try MotionLog(path: $0)) }
            ?? IdleSkill(duration: duration)
        let host = try SkillHost(
            name: "host-\(robot[0])", edge: edge, robots: robot.map { IdleSkill.robot(RobotID($0)) },
            skills: [skill], manifests: [IdleSkill.manifest],
            ledgerPath: ledger, logger: Logger(label: "pons-lab"))
        try await host.run()
    }
}
