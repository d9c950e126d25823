import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

struct MemoryCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory", abstract: "See what is believed of the world, and correct it.",
        subcommands: [Facts.self, EntityPage.self, Watch.self, Set.self, Retract.self, Map.self],
        aliases: ["mem"])

    struct Facts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is believed to hold.",
            discussion: "pons memory facts 'on(*, table)' --as-of 2026-11-24T05:20:00Z")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "A fact in which * stands for anything.")
        var pattern: String?

        @Option(help: ArgumentHelp("What was believed then.", valueName: "instant"))
        var asOf: String?

        func run() async throws {
            let answer = try await connection.client().get(
                "/v1/memory/facts", query: [("matching", pattern), ("as_of", asOf)])
            try output.write(answer) {
                FactTable.text(try BrainClient.decode(FactList.self, from: answer).facts)
            }
        }
    }

    struct EntityPage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "entity", abstract: "Show a thing with its facts and history, or list things.",
            aliases: ["entities"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The entity's id; without it, all are listed.")
        var id: String?

        @Option(help: "List entities of this type only.")
        var type: String?

        func run() async throws {
            let client = try connection.client()
            if let id {
                let answer = try await client.get("/v1/memory/entities/\(BrainClient.escaped(id))")
                try output.write(answer) { try page(answer) }
            } else {
                let answer = try await client.get("/v1/memory/entities", query: [("type", type)])
                try output.write(answer) { try list(answer) }
            }
        }

        private func list(_ answer: Data) throws -> String {
            struct Answer: Decodable { let entities: [Entity] }
            var table = Table("ENTITY", "TYPES", "NAMES")
            for entity in try BrainClient.decode(Answer.self, from: answer).entities {
                table.add(
                    entity.id.rawValue, entity.types.joined(separator: ", "),
                    entity.names.joined(separator: ", "))
            }
            return table.fitted
        }

        private func page(_ answer: Data) throws -> String {
            struct Answer: Decodable {
                let entity: Entity
                let facts: [FactRecord]
                let history: [FactRecord]
            }
            let page = try BrainClient.decode(Answer.self, from: answer)
            var lines = [
                "entity  \(page.entity.id)", "types   \(page.entity.types.joined(separator: ", "))",
                "names   \(page.entity.names.joined(separator: ", "))",
            ]
            if let pose = page.entity.pose { lines.append("pose    \(Value.pose(pose))") }
            for (name, value) in page.entity.properties.sorted(by: { $0.key < $1.key }) {
                lines.append("\(name.padded(to: 7)) \(value)")
            }
            return lines.joined(separator: "\n") + "\n\nfacts\n" + FactTable.text(page.facts)
                + "\nhistory\n" + FactTable.text(page.history)
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Follow what changes in memory.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Flag(help: "Poses and properties of things too, not facts alone.")
        var all = false

        @Option(
            help:
                "Begin after this revision; 0 is from the first that is kept. Without it, what changes from now on."
        )
        var after: UInt64?

        @Option(help: "End after so many changes.")
        var count: Int?

        func validate() throws {
            if let count, count < 1 { throw ValidationError("--count wants 1 or more.") }
        }

        func run() async throws {
            var left = count ?? .max
            struct Change: Decodable {
                let at: Instant
                let fact: FactRecord?
                let entity: Entity?
            }
            let feed = EventFeed(client: try connection.client(), path: "/v1/memory/events")
            try await feed.read(
                after: after, endsWithStream: { false },
                take: { _, data in
                    let change = try BrainClient.decode(Change.self, from: data)
                    guard change.fact != nil || all else { return true }
                    let time = change.at.description.dropFirst(11).prefix(12)
                    switch (output.format, change.fact, change.entity) {
                    case (.json, _, _): Terminal.output.line(try JSONDocument(data).line)
                    case (.yaml, _, _): Terminal.output.write("---\n" + (try JSONDocument(data).yaml))
                    case (.table, let fact?, _):
                        Terminal.output.line(
                            "\(time)  \(fact.holds ? "+" : "-") \(fact.fact)  \(fact.certainty.rawValue)  \(fact.source)"
                        )
                    case (.table, _, let entity?):
                        Terminal.output.line(
                            "\(time)  ~ \(entity.id)  \(entity.pose.map { "\(Value.pose($0))" } ?? "")")
                    default: break
                    }
                    left -= 1
                    return left > 0
                })
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is so, as a person who has looked.",
            discussion: "pons memory set 'on(apple, table)' 'not open(fridge)'")

        @OptionGroup var correction: Correction
        func run() async throws { try await correction.send(correction.facts) }
    }

    struct Retract: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what isn't so.", discussion: "pons memory retract 'on(apple, *)'")

        @OptionGroup var correction: Correction
        func run() async throws { try await correction.send(correction.facts.map { "not \($0)" }) }
    }

    struct Map: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw the world as it is believed to be, as SVG.")

        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "The file to write.")
        var file: String

        func run() async throws {
            let client = try connection.client()
            let picture = MapPicture(
                entities: try await client.entities(), facts: try await client.facts(),
                robots: try await client.robots())
            try InputFile.write(picture.svg, to: file)
            Terminal.error.line("drew \(file)")
        }
    }
}

/// What set and retract share.
struct Correction: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Facts, each in quotes.")
    var facts: [String]

    @Option(help: "Who says so (the user's name).")
    var by: String?

    func send(_ literals: [String]) async throws {
        let body: [String: Any] = ["facts": literals, "by": by ?? Caller.name]
        let answer = try await connection.client().post(
            "/v1/memory/facts", body: try JSONSerialization.data(withJSONObject: body))
        try output.write(answer) {
            FactTable.text(try BrainClient.decode(FactList.self, from: answer).facts)
        }
    }
}
