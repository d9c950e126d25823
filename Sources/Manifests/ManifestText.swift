private import Foundation
import Yams

/// The outer shape of a manifest: size, YAML or JSON, version and kind.
enum ManifestText {
    /// Largest manifest, in bytes. A scene of a thousand things is a tenth of it.
    static let largestBytes = 4 << 20
    static let apiVersion = "pons/v1"

    /// The root of a YAML text.
    static func root(yaml: String, file: String) throws(ManifestErrors) -> Node {
        try checkSize(yaml, file: file)
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw ManifestErrors([problem(error, file: file)])
        }
        guard let root else {
            throw ManifestErrors([ManifestError(.syntax, "the file is empty", file: file)])
        }
        return root
    }

    /// The root of a JSON text. JSON is YAML but for pairs of `\u` escapes, and
    /// has no aliases that could blow up; so it is checked to be JSON first.
    static func root(json: String, file: String) throws(ManifestErrors) -> Node {
        try checkSize(json, file: file)
        do {
            let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
            guard json.contains("\\u") else { return try root(yaml: json, file: file) }
            let plain = try JSONSerialization.data(
                withJSONObject: value, options: [.withoutEscapingSlashes, .sortedKeys])
            return try root(yaml: String(decoding: plain, as: UTF8.self), file: file)
        } catch let errors as ManifestErrors {
            throw errors
        } catch {
            throw ManifestErrors([ManifestError(.syntax, "not a JSON object", file: file)])
        }
    }

    /// Checks `apiVersion` and `kind`; JSON that a skill host sends may leave
    /// both out, since the message that it came in says what it is.
    static func checkHeader(_ map: MapReader, kind: String, isRequired: Bool) {
        for (key, wanted) in [("apiVersion", apiVersion), ("kind", kind)] {
            guard let node = map.value(key, isRequired: isRequired), let text = map.problems.text(node, key)
            else { continue }
            if text != wanted {
                map.problems.note(.wrongKind, "\(key) is “\(text)”; expected “\(wanted)”", at: node)
            }
        }
    }

    private static func checkSize(_ text: String, file: String) throws(ManifestErrors) {
        guard text.utf8.count <= largestBytes else {
            throw ManifestErrors([
                ManifestError(.tooLarge, "larger than \(largestBytes >> 20) MiB; split it", file: file)
            ])
        }
    }

    private static func problem(_ error: any Error, file: String) -> ManifestError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ManifestError(.syntax, "not YAML: \(problem)", file: file, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let keys, let context):
            ManifestError(
                .duplicate, "the key “\(keys.first ?? "")” stands twice", file: file,
                line: context.mark.line, column: context.mark.column)
        case .reader(let problem, _, _, _):
            ManifestError(.syntax, "not YAML: \(problem)", file: file)
        default:
            ManifestError(.syntax, "not YAML", file: file)
        }
    }
}
