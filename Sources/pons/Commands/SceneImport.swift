import ArgumentParser
import BrainClient
import Foundation
import RobotModel
import Simulation

struct SceneImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a scene of another program's world.",
        subcommands: [Coherent.self])

    struct Coherent: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A task's world, with its robots, from a file of the COHERENT set.",
            discussion: "pons scene import coherent env0.json --task 3 --apply")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "A JSON file with COHERENT tasks.")
        var file: String

        @Option(help: "Which of the file's tasks, from 0.")
        var task: Int

        @Flag(help: "Apply the scene to the brain, and not print it.")
        var apply = false

        func run() async throws {
            let text = try InputFile.text(of: file)
            let imported: CoherentTask
            do {
                imported = try CoherentImporter.scene(json: Data(text.utf8), task: task)
            } catch {
                throw CommandError(
                    .usage, "\(file) can’t be imported", why: error.message,
                    advice: "name a file of the COHERENT set, and one of its tasks with --task")
            }
            let scene = try SceneFile(imported.scene).json()
            if apply {
                try await SceneAnswer.apply(
                    scene, name: "\(imported.scene.name).json", client: try connection.client(),
                    output: output)
            } else {
                try output.write(scene) { try JSONDocument(scene).yaml }
            }
            // What to ask for in this world, where it doesn't mix with the scene.
            Terminal.error.line("instruction: \(imported.instruction)\ngoal: \(imported.goal)")
        }
    }
}
