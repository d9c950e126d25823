import Foundation

/// A JSON text, rewritten for people.
struct JSONDocument {
    private let tree: Any

    init(_ data: Data) throws {
        tree = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    }

    /// Several lines, keys in order.
    var pretty: String {
        get throws { try text(tree, [.prettyPrinted, .sortedKeys]) }
    }

    /// One line, keys in order.
    var line: String {
        get throws { try text(tree, .sortedKeys) }
    }

    /// The same as YAML 1.2. Strings are quoted as in JSON, which YAML reads.
    var yaml: String {
        get throws { try block(tree, indent: "") }
    }

    private func text(_ value: Any, _ options: JSONSerialization.WritingOptions) throws -> String {
        let data = try JSONSerialization.data(
            withJSONObject: value, options: options.union([.withoutEscapingSlashes, .fragmentsAllowed]))
        return String(decoding: data, as: UTF8.self)
    }

    private func block(_ value: Any, indent: String) throws -> String {
        switch value {
        case let object as [String: Any] where !object.isEmpty:
            return try object.sorted { $0.key < $1.key }
                .map { "\(indent)\($0.key):\(try entry($0.value, indent: indent))" }.joined()
        case let list as [Any] where !list.isEmpty:
            return try list.map { "\(indent)-\(try entry($0, indent: indent))" }.joined()
        default:
            return "\(indent)\(try text(value, []))\n"
        }
    }

    private func entry(_ value: Any, indent: String) throws -> String {
        switch value {
        case let object as [String: Any] where !object.isEmpty:
            "\n" + (try block(object, indent: indent + "  "))
        case let list as [Any] where !list.isEmpty:
            "\n" + (try block(list, indent: indent + "  "))
        default:
            " \(try text(value, []))\n"
        }
    }
}
