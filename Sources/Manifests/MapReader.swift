import RobotModel
import Yams

/// Reads the keys of one mapping; ``finish()`` then refuses those that nobody
/// asked for.
final class MapReader {
    let node: Node
    let problems: Problems
    private let what: String
    private var pairs: [String: (key: Node, value: Node)] = [:]
    private var known: [String] = []

    /// Nil, and a problem noted, where `node` is no mapping.
    init?(_ node: Node, _ what: String, _ problems: Problems) {
        guard let mapping = node.mapping else {
            problems.wrongType(node, what, "a mapping") as Never?
            return nil
        }
        self.node = node
        self.what = what
        self.problems = problems
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                problems.wrongType(key, "a key of \(what)", "a text") as Never?
                continue
            }
            pairs[name] = (key, value)
        }
    }

    func has(_ key: String) -> Bool { pairs[key] != nil }

    func value(_ key: String, isRequired: Bool = false) -> Node? {
        known.append(key)
        if let pair = pairs[key] { return pair.value }
        if isRequired { problems.note(.missingKey, "\(what) needs the key “\(key)”", at: node) }
        return nil
    }

    func text(_ key: String, isRequired: Bool = false) -> String? {
        value(key, isRequired: isRequired).flatMap { problems.text($0, key) }
    }

    func identifier(_ key: String, isRequired: Bool = false) -> String? {
        value(key, isRequired: isRequired).flatMap { problems.identifier($0, key) }
    }

    func number(_ key: String, isRequired: Bool = false) -> Double? {
        value(key, isRequired: isRequired).flatMap { problems.number($0, key) }
    }

    /// A number that must be above zero, or (with `orZero`) not below it.
    func quantity(_ key: String, isRequired: Bool = false, orZero: Bool = false) -> Double? {
        guard let node = value(key, isRequired: isRequired), let number = problems.number(node, key)
        else { return nil }
        guard number > 0 || (orZero && number == 0) else {
            problems.note(.badValue, "\(key) must be \(orZero ? "at least" : "above") 0", at: node)
            return nil
        }
        return number
    }

    /// A whole number in `range`, which a number of YAML holds exactly.
    func count(_ key: String, isRequired: Bool = false, _ range: ClosedRange<UInt64>) -> UInt64? {
        guard let node = value(key, isRequired: isRequired), let number = problems.number(node, key)
        else { return nil }
        guard let count = UInt64(exactly: number), range.contains(count) else {
            problems.note(
                .badValue, "\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound)",
                at: node)
            return nil
        }
        return count
    }

    func boolean(_ key: String) -> Bool? {
        value(key).flatMap { problems.boolean($0, key) }
    }

    func choice<Choice: RawRepresentable<String>>(_ key: String, of choices: [Choice]) -> Choice? {
        value(key).flatMap { problems.choice($0, key, of: choices) }
    }

    func items(_ key: String, isRequired: Bool = false) -> [Node] {
        value(key, isRequired: isRequired).map { problems.items($0, key) } ?? []
    }

    func texts(_ key: String) -> [String] {
        items(key).compactMap { problems.text($0, "an entry of \(key)") }
    }

    /// Identifiers, none of them twice.
    func identifiers(_ key: String, isRequired: Bool = false) -> [String] {
        var seen: Set<String> = []
        return items(key, isRequired: isRequired).compactMap { node in
            guard let name = problems.identifier(node, "an entry of \(key)") else { return nil }
            guard seen.insert(name).inserted else {
                problems.note(.duplicate, "“\(name)” stands twice in \(key)", at: node)
                return nil
            }
            return name
        }
    }

    func map(_ key: String, isRequired: Bool = false) -> MapReader? {
        value(key, isRequired: isRequired).flatMap { MapReader($0, key, problems) }
    }

    /// Refuses every key that wasn't asked for.
    func finish() {
        for (name, pair) in pairs where !known.contains(name) {
            problems.note(
                .unknownKey, "unknown key “\(name)”\(NearMatches.hint(for: name, among: known))",
                at: pair.key)
        }
    }
}
