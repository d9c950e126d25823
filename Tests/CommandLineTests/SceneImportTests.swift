import Foundation
import Manifests
import RobotModel
import Testing

/// Worlds of the COHERENT set, which lie outside the repository.
struct SceneImportTests {
    /// The folder with the data; nil where the tests are to do without.
    private static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["PONS_TEST_DATA"]
        guard named != "none" else { return nil }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data =
            named.map { URL(fileURLWithPath: $0, relativeTo: root) }
            ?? root.appendingPathComponent("../shared/data")
        return data.appendingPathComponent("coherent").standardizedFileURL
    }()

    @Test(.enabled(if: folder != nil), arguments: ["json", "table"])
    func `an imported world is a scene that the daemon reads`(format: String) async throws {
        let file = try #require(Self.folder).appendingPathComponent("env0.json").path
        let run = try await CommandRun.run(
            ["scene", "import", "coherent", file, "--task", "3", "-o", format], environment: [:])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("instruction: ") && run.errors.contains("goal: "))
        let scene = try ManifestReader().scene(yaml: run.output, file: "import.yaml")
        #expect(scene.name == "coherent-3")
        #expect(!scene.entities.isEmpty && !scene.facts.isEmpty && !scene.robots.isEmpty)
    }

    @Test(.enabled(if: folder != nil))
    func `a task that the file doesn't have is refused`() async throws {
        let file = try #require(Self.folder).appendingPathComponent("env0.json").path
        let run = try await CommandRun.run(
            ["scene", "import", "coherent", file, "--task", "999"], environment: [:])
        #expect(run.status == 2)
        #expect(run.errors.contains("and no 999"))
    }

    @Test func `a file of another kind is refused`() async throws {
        let run = try await CommandRun.run(
            ["scene", "import", "coherent", "-", "--task", "0"], environment: [:], input: "{}")
        #expect(run.status == 2)
        #expect(run.errors.contains("can’t be imported"))
    }
}
