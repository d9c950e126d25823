private import Foundation
public import RobotModel

/// What a drop-in folder (`skills.d`, `robots.d`, `scenes.d`) holds: the good
/// files as values and the bad ones as errors, in the order of their names. A
/// bad file never stops the rest.
public struct ManifestFolder<Model: Sendable>: Sendable {
    public private(set) var models: [Model] = []
    /// The file that each of ``models`` came from.
    public private(set) var files: [String] = []
    public private(set) var errors: [ManifestError] = []

    private init() {}

    /// Reads every `.yaml`, `.yml` and `.json` file of a folder; blocks.
    /// A folder that doesn't exist is empty.
    ///
    /// - Parameter name: what no two files may share; the second is an error.
    fileprivate init(
        path: String, name: (Model) -> String,
        read: (_ text: String, _ file: String) throws(ManifestErrors) -> Model
    ) {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        guard manager.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue, let entries = try? manager.contentsOfDirectory(atPath: path) else {
            errors = [
                ManifestError(.unreadable, "can’t be listed; is it a folder, and may we read it?", file: path)
            ]
            return
        }
        var owners: [String: String] = [:]
        for entry in entries.sorted() where Self.isManifest(entry) {
            let file = path + "/" + entry
            guard let text = Self.text(ofFile: file) else {
                errors.append(ManifestError(.unreadable, "can’t be read as UTF-8 text", file: file))
                continue
            }
            do throws(ManifestErrors) {
                let model = try read(text, file)
                if let owner = owners.updateValue(file, forKey: name(model)) {
                    owners[name(model)] = owner
                    errors.append(
                        ManifestError(
                            .duplicate, "“\(name(model))” is declared by \(owner) already", file: file))
                    continue
                }
                models.append(model)
                files.append(file)
            } catch {
                errors += error.errors
            }
        }
    }

    private static func isManifest(_ entry: String) -> Bool {
        !entry.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { entry.hasSuffix($0) }
    }

    private static func text(ofFile file: String) -> String? {
        guard let data = FileManager.default.contents(atPath: file) else { return nil }
        return String(validating: data, as: UTF8.self)
    }
}

extension ManifestReader {
    /// All skills of a folder; see ``ManifestFolder``.
    public func skills(inFolder path: String) -> ManifestFolder<SkillManifest> {
        ManifestFolder(path: path, name: \.name.rawValue) { text, file throws(ManifestErrors) in
            try skill(yaml: text, file: file)
        }
    }

    public func robots(inFolder path: String) -> ManifestFolder<RobotDescription> {
        ManifestFolder(path: path, name: \.id.rawValue) { text, file throws(ManifestErrors) in
            try robot(yaml: text, file: file)
        }
    }

    public func scenes(inFolder path: String) -> ManifestFolder<SceneDescription> {
        ManifestFolder(path: path, name: \.name) { text, file throws(ManifestErrors) in
            try scene(yaml: text, file: file)
        }
    }
}
