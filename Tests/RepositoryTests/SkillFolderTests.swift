import Foundation
import Testing

/// Each folder under `Skills/` is one skill or one kit.
struct SkillFolderTests {
    /// Folders that hold Python, with manifests of their own inside.
    static let pythonFolders: Set<String> = ["python", "mujoco"]

    static let skillFolders = ((try? Repository.names(in: "Skills")) ?? []).filter {
        !pythonFolders.contains($0)
    }

    @Test func `there are skills`() {
        #expect(Self.skillFolders.count >= 10)
    }

    @Test(arguments: skillFolders)
    func `a skill’s folder holds its manifest, under its own name`(folder: String) throws {
        let manifest = try Repository.read("Skills/\(folder)/skill.yaml")
        #expect(manifest.lines.contains("name: \(folder)"))
        #expect(manifest.lines.contains("kind: Skill"))
    }

    @Test(arguments: skillFolders)
    func `a skill’s folder holds its implementation`(folder: String) throws {
        let camel = folder.split(separator: "_").map(\.capitalized).joined()
        #expect(Repository.exists("Skills/\(folder)/\(camel)Skill.swift"))
    }
}
