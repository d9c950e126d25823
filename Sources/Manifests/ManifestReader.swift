public import RobotModel
import Yams

/// Reads skills, robots, scenes and workflows from YAML, or from JSON as skill
/// hosts send it. Every error names file and line; all of a file's errors come
/// at once.
public struct ManifestReader: Sendable {
    public init() {}

    /// - Parameter file: what errors call the text, e.g. `skills.d/pick.yaml`.
    /// - Throws: every mistake found, in the order of the lines.
    public func skill(yaml: String, file: String) throws(ManifestErrors) -> SkillManifest {
        let root = try ManifestText.root(yaml: yaml, file: file)
        return try read(root, file: file, kind: "Skill", body: SkillReader.read)
    }

    /// A skill that its host declares; `apiVersion` and `kind` may be left out.
    public func skill(json: String, from host: String) throws(ManifestErrors) -> SkillManifest {
        let root = try ManifestText.root(json: json, file: host)
        return try read(root, file: host, kind: "Skill", isHeaderRequired: false, body: SkillReader.read)
    }

    public func robot(yaml: String, file: String) throws(ManifestErrors) -> RobotDescription {
        let root = try ManifestText.root(yaml: yaml, file: file)
        return try read(root, file: file, kind: "Robot", body: RobotReader.read)
    }

    /// A robot that its host describes; `apiVersion` and `kind` may be left out.
    public func robot(json: String, from host: String) throws(ManifestErrors) -> RobotDescription {
        let root = try ManifestText.root(json: json, file: host)
        return try read(root, file: host, kind: "Robot", isHeaderRequired: false, body: RobotReader.read)
    }

    /// A scene of ours, or RoboOS's `profile.yaml`, which is told by its content.
    public func scene(yaml: String, file: String) throws(ManifestErrors) -> SceneDescription {
        let root = try ManifestText.root(yaml: yaml, file: file)
        if RoboOSProfile.isProfile(root) {
            return try read(root, file: file, kind: nil, body: RoboOSProfile.read)
        }
        return try read(root, file: file, kind: "Scene", body: SceneReader.read)
    }

    public func workflow(yaml: String, file: String) throws(ManifestErrors) -> Workflow {
        let root = try ManifestText.root(yaml: yaml, file: file)
        return try read(root, file: file, kind: "Workflow", body: WorkflowReader.read)
    }

    /// What is to be different when a run is gone through again. One line is
    /// enough: `apiVersion` and `kind` may be left out.
    public func intervention(yaml: String, file: String) throws(ManifestErrors) -> Intervention {
        let root = try ManifestText.root(yaml: yaml, file: file)
        return try read(
            root, file: file, kind: "Intervention", isHeaderRequired: false, body: InterventionReader.read)
    }

    private func read<Model>(
        _ root: Node, file: String, kind: String?, isHeaderRequired: Bool = true,
        body: (MapReader) -> Model?
    ) throws(ManifestErrors) -> Model {
        let problems = Problems(file: file)
        var model: Model?
        let article = kind?.hasPrefix("I") == true ? "an" : "a"
        if let map = MapReader(root, "\(article) \(kind?.lowercased() ?? "profile")", problems) {
            if let kind { ManifestText.checkHeader(map, kind: kind, isRequired: isHeaderRequired) }
            model = body(map)
            map.finish()
        }
        guard problems.errors.isEmpty, let model else { throw ManifestErrors(problems.errors) }
        return model
    }
}
