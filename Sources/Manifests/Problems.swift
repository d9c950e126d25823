import RobotModel
import Yams

/// Collects what is wrong with one file while it is read to the end, and reads
/// the scalars that all manifests are made of. Each reader returns nil after it
/// has noted a problem.
final class Problems {
    let file: String
    private(set) var errors: [ManifestError] = []

    init(file: String) { self.file = file }

    func note(_ code: ManifestError.Code, _ message: String, at node: Node?, offset: Int = 0) {
        let mark = node?.mark
        errors.append(
            ManifestError(
                code, message, file: file, line: mark?.line ?? 0,
                column: mark.map { $0.column + offset } ?? 0))
    }

    func text(_ node: Node, _ what: String) -> String? {
        guard let scalar = node.scalar else { return wrongType(node, what, "a text") }
        guard node.tagName == .str else { return wrongType(node, what, "a text (put it in quotes)") }
        return scalar.string
    }

    func identifier(_ node: Node, _ what: String) -> String? {
        guard let text = text(node, what) else { return nil }
        guard IdentifierRules.allows(text) else {
            note(
                .badValue,
                "“\(text)” can’t be \(what): use letters, digits, “_”, “-” and “.”, at most \(IdentifierRules.longest)",
                at: node)
            return nil
        }
        return text
    }

    func number(_ node: Node, _ what: String) -> Double? {
        guard let scalar = node.scalar, [.int, .float].contains(node.tagName),
            let number = node.int.map(Double.init) ?? node.float ?? Double(scalar.string)
        else { return wrongType(node, what, "a number") }
        guard number.isFinite else {
            note(.badValue, "\(what) must be finite", at: node)
            return nil
        }
        return number
    }

    func boolean(_ node: Node, _ what: String) -> Bool? {
        guard node.scalar != nil, node.tagName == .bool, let truth = node.bool else {
            return wrongType(node, what, "true or false")
        }
        return truth
    }

    /// One of a closed set of words.
    func choice<Choice: RawRepresentable<String>>(
        _ node: Node, _ what: String, of choices: [Choice]
    ) -> Choice? {
        guard let text = text(node, what) else { return nil }
        if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
        let words = choices.map(\.rawValue)
        note(.badValue, "\(what) is “\(text)”; use \(words.joined(separator: ", "))", at: node)
        return nil
    }

    /// The nodes of a list; empty after a problem.
    func items(_ node: Node, _ what: String) -> [Node] {
        guard let sequence = node.sequence else {
            wrongType(node, what, "a list") as Never?
            return []
        }
        return Array(sequence)
    }

    /// A plain value: text, number, truth, or a pose.
    func value(_ node: Node, _ what: String) -> Value? {
        if node.mapping != nil { return pose(node, what).map(Value.pose) }
        guard let scalar = node.scalar else { return wrongType(node, what, "a text, number, truth or pose") }
        switch node.tagName {
        case .bool: return node.bool.map(Value.boolean)
        case .int, .float: return number(node, what).map(Value.number)
        case .str: return .text(scalar.string)
        default: return wrongType(node, what, "a text, number, truth or pose")
        }
    }

    func values(_ node: Node, _ what: String) -> [String: Value] {
        guard let mapping = node.mapping else {
            wrongType(node, what, "a mapping") as Never?
            return [:]
        }
        var values: [String: Value] = [:]
        for (key, item) in mapping {
            guard let name = identifier(key, "a name in \(what)") else { continue }
            values[name] = value(item, name)
        }
        return values
    }

    func pose(_ node: Node, _ what: String) -> Pose? {
        guard let map = MapReader(node, what, self) else { return nil }
        let frame = map.identifier("frame") ?? "map"
        let (x, y) = (map.number("x_m", isRequired: true), map.number("y_m", isRequired: true))
        let (z, yaw) = (map.number("z_m") ?? 0, map.number("yaw_rad") ?? 0)
        map.finish()
        guard let x, let y else { return nil }
        return Pose(frame: frame, xMeters: x, yMeters: y, zMeters: z, yawRadians: yaw)
    }

    /// A fact, condition or effect; a mistake is placed at its character.
    func notation<Result>(
        _ node: Node, _ what: String, _ read: (String) throws(FactSyntaxError) -> Result
    ) -> Result? {
        guard let text = text(node, what) else { return nil }
        do {
            return try read(text)
        } catch {
            let quote = node.scalar?.style == .plain ? 0 : 1
            note(.badFact, "\(what): \(error)", at: node, offset: error.offset + quote)
            return nil
        }
    }

    @discardableResult
    func wrongType<Result>(_ node: Node, _ what: String, _ wanted: String) -> Result? {
        note(.wrongType, "\(what) must be \(wanted), not \(Self.name(of: node))", at: node)
        return nil
    }

    static func name(of node: Node) -> String {
        switch node {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .alias: return "an alias"
        case .scalar(let scalar):
            switch node.tagName {
            case .null: return "empty"
            case .bool: return "the truth value “\(scalar.string)”"
            case .int, .float: return "the number \(scalar.string)"
            case .timestamp: return "the date “\(scalar.string)”"
            default: return "the text “\(scalar.string.prefix(40))”"
            }
        }
    }
}

extension Node {
    /// The resolved tag; Yams keeps the tag's own name to itself.
    fileprivate var tagName: Tag.Name { Tag.Name(rawValue: tag.rawValue) }
}
