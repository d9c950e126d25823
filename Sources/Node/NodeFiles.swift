import BuiltInSkills
import Foundation
public import Manifests
public import RobotModel

/// The files that a node is configured by.
public enum NodeFiles {
    static let usualConfiguration = "/etc/pons/ponsd.yaml"

    /// Reads the configuration; without a path, the usual file where it is
    /// there, or else the defaults.
    ///
    /// - Throws: `ManifestErrors`, each with file and line.
    public static func configuration(at path: String?) throws -> Configuration {
        let file = path ?? usualConfiguration
        guard FileManager.default.fileExists(atPath: file) else {
            guard path == nil else { throw MissingFile(path: file) }
            return Configuration()
        }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try ManifestReader().configuration(yaml: text, file: file)
    }

    /// What is wrong with the drop-in files, a line each.
    public static func problems(in configuration: Configuration) -> [String] {
        dropIns(of: configuration).problems.map(\.description)
    }

    /// The skills that ship with Pons and those of the drop-in folder; bad
    /// files are left out.
    public static func skills(of configuration: Configuration) -> [SkillManifest] {
        dropIns(of: configuration).skills
    }

    struct DropIns {
        var skills: [SkillManifest]
        var robots: [RobotDescription]
        var scenes: [SceneDescription]
        var problems: [ManifestError]
    }

    /// The skills that ship with Pons and what the drop-in folders add; a file
    /// that declares a shipped skill's name replaces it.
    static func dropIns(of configuration: Configuration) -> DropIns {
        let reader = ManifestReader()
        let path = configuration.dropInPath
        let skills = reader.skills(inFolder: path + "/skills.d")
        let robots = reader.robots(inFolder: path + "/robots.d")
        let scenes = reader.scenes(inFolder: path + "/scenes.d")
        var problems = skills.errors + robots.errors + scenes.errors
        var shipped: [SkillManifest] = []
        for (name, yaml) in BuiltInSkills.manifestTexts {
            do {
                shipped.append(try reader.skill(yaml: yaml, file: "\(name)/skill.yaml"))
            } catch {
                problems += error.errors
            }
        }
        return DropIns(
            skills: shipped + skills.models, robots: robots.models, scenes: scenes.models,
            problems: problems)
    }

    struct MissingFile: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path): there is no such file" }
    }
}
