import RobotModel

/// One way of saying a skill, ready to be matched: `pick up {item} [from
/// {place}]` makes two.
struct SkillPhrase: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case word(String)
        case slot(String)
    }

    let skill: SkillName
    let parts: [Part]
    /// How many slots ask for more than any entity.
    let precision: Int

    /// Every way in which `manifest` says that its skill may be said. A phrase
    /// that can't be read (unbalanced brackets, two slots without a word
    /// between them are fine) is left out.
    static func phrases(of manifest: SkillManifest) -> [SkillPhrase] {
        let types = Dictionary(
            manifest.parameters.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<[Part]> = []
        var phrases: [SkillPhrase] = []
        for text in manifest.phrases {
            var reader = PhraseReader(text)
            for variant in reader.variants() {
                guard let parts = parts(of: variant), parts.contains(where: \.isWord),
                    seen.insert(parts).inserted
                else { continue }
                let slots = parts.compactMap { if case .slot(let name) = $0 { name } else { nil } }
                guard Set(slots).count == slots.count else { continue }
                let precision = slots.count { types[$0] != nil && types[$0] != SkillParameter.anyEntity }
                phrases.append(SkillPhrase(skill: manifest.name, parts: parts, precision: precision))
            }
        }
        return phrases
    }

    private static func parts(of text: String) -> [Part]? {
        var parts: [Part] = []
        for word in text.split(separator: " ") {
            if word.hasPrefix("{"), word.hasSuffix("}"), word.count > 2 {
                parts.append(.slot(String(word.dropFirst().dropLast())))
            } else if word.contains(where: { "{}".contains($0) }) {
                return nil
            } else {
                parts.append(.word(word.wordKey))
            }
        }
        return parts
    }
}

extension SkillPhrase.Part {
    var isWord: Bool { if case .word = self { true } else { false } }
}

/// Writes out the optional and alternative parts of a phrase.
private struct PhraseReader {
    /// More variants than this are a mistake in the manifest.
    static let most = 128

    private let characters: [Character]
    private var position = 0

    init(_ text: String) { characters = Array(text) }

    /// Nothing where brackets don’t match.
    mutating func variants() -> [String] {
        guard let variants = alternatives(until: nil, depth: 0), position == characters.count else {
            return []
        }
        return variants
    }

    /// Reads to the closing bracket, or to the end.
    private mutating func alternatives(until end: Character?, depth: Int) -> [String]? {
        guard depth < 8 else { return nil }
        var done: [String] = []
        var current = [""]
        while position < characters.count {
            let character = characters[position]
            if character == end { break }
            position += 1
            switch character {
            case "|" where end != nil:
                done += current
                current = [""]
            case "(", "[":
                let closing: Character = character == "(" ? ")" : "]"
                guard var inner = alternatives(until: closing, depth: depth + 1),
                    position < characters.count, characters[position] == closing
                else { return nil }
                position += 1
                if character == "[" { inner.append("") }
                guard current.count * inner.count <= Self.most else { return nil }
                current = current.flatMap { head in inner.map { head + $0 } }
            case ")", "]": return nil
            default: current = current.map { $0 + String(character) }
            }
        }
        return done + current
    }
}
