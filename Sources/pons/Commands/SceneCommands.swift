import ArgumentParser
import BrainClient
import Foundation

struct SceneCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scene", abstract: "Bring worlds into shared memory.",
        subcommands: [Apply.self, SceneImport.self], aliases: ["scenes"])

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply a scene from a file: its things, facts and robots.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "A scene in YAML or JSON; - reads standard input.")
        var file: String

        func run() async throws {
            let text = try InputFile.text(of: file)
            try await SceneAnswer.apply(
                Data(text.utf8), name: file, client: try connection.client(), output: output)
        }
    }
}

/// What the brain says of a scene that it took.
struct SceneAnswer: Decodable {
    let name: String
    let entityCount: Int
    let factCount: Int
    let robots: [String]
    let warnings: [String]

    /// Sends a scene and writes the answer.
    static func apply(_ scene: Data, name: String, client: BrainClient, output: OutputOptions) async throws {
        let answer = try await client.post(
            "/v1/scenes", query: [("file", URL(fileURLWithPath: name).lastPathComponent)], body: scene,
            contentType: "application/yaml")
        try output.write(answer) {
            let scene = try BrainClient.decode(SceneAnswer.self, from: answer)
            return
                "scene \(scene.name): \(scene.entityCount) things, \(scene.factCount) facts, robots: \(scene.robots.isEmpty ? "none" : scene.robots.joined(separator: ", "))\n"
                + scene.warnings.map { "warning: \($0)\n" }.joined()
        }
    }
}
