import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

struct SkillCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skill", abstract: "Look at what robots can do.",
        subcommands: [List.self, Show.self], aliases: ["skills"])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List skills.", aliases: ["ls"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            struct Answer: Decodable { let skills: [SkillManifest] }
            let answer = try await connection.client().get("/v1/skills")
            try output.write(answer) {
                var table = Table("SKILL", "VERSION", "PARAMETERS", "HOST", "SUMMARY")
                for skill in try BrainClient.decode(Answer.self, from: answer).skills {
                    let parameters = skill.parameters.map { "\($0.name): \($0.type)" }
                    table.add(
                        skill.name.rawValue, skill.version, parameters.joined(separator: ", "),
                        skill.host.rawValue, skill.summary)
                }
                return table.fitted
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a skill.", aliases: ["get"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The skill's name.")
        var name: String

        func run() async throws {
            let answer = try await connection.client().get("/v1/skills/\(BrainClient.escaped(name))")
            try output.write(answer) { page(try BrainClient.decode(SkillManifest.self, from: answer)) }
        }

        private func page(_ skill: SkillManifest) -> String {
            var lines = ["skill     \(skill.name) \(skill.version)", "summary   \(skill.summary)"]
            func add(_ label: String, _ items: [String]) {
                for (index, item) in items.enumerated() {
                    lines.append((index == 0 ? label : "").padded(to: 10) + item)
                }
            }
            add("say", skill.phrases)
            add("takes", skill.parameters.map { "\($0.name): \($0.type)" })
            add("returns", skill.returns.map { "\($0.name): \($0.type)" })
            add("needs", skill.conditions.start.map(\.description))
            add("holds", skill.conditions.hold.map(\.description))
            add("effects", skill.effects.success.map(\.description))
            let travel = skill.duration.travelTo.map { " and the way to \($0)" } ?? ""
            lines.append(
                "time      \(Phrases.duration(seconds: skill.duration.typicalSeconds))\(travel), at most \(Phrases.duration(seconds: skill.duration.timeoutSeconds))"
            )
            lines.append("host      \(skill.host.rawValue)")
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
