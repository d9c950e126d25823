/// How English words change with number and person: as much as names of
/// things and verbs of skills need.
enum Inflection {
    /// The plurals of a name, usual one first; “bag of tea” gives “bags of tea”.
    static func plurals(of name: String) -> [String] {
        var words = name.split(separator: " ").map(String.init)
        let head = (words.firstIndex(of: "of") ?? words.count) - 1
        guard words.indices.contains(head) else { return [] }
        return pluralWords(of: words[head]).map { plural in
            words[head] = plural
            return words.joined(separator: " ")
        }
    }

    /// The form of a verb after “the dog …”: `goes`, `carries`, `picks`.
    static func thirdPerson(of verb: String) -> String {
        switch verb {
        case "be": "is"
        case "have": "has"
        default: sibilantEnding(verb) ?? (verb.hasSuffix("o") ? verb + "es" : ending(verb))
        }
    }

    private static func pluralWords(of word: String) -> [String] {
        if let irregular = irregularPlurals[word] { return [irregular] }
        if let form = sibilantEnding(word) { return [form] }
        if word.hasSuffix("lf") { return [word.dropLast() + "ves", word + "s"] }
        if word.hasSuffix("fe") { return [word.dropLast(2) + "ves", word + "s"] }
        if word.hasSuffix("o") { return [word + "es", word + "s"] }
        return [ending(word)]
    }

    private static func sibilantEnding(_ word: String) -> String? {
        ["s", "x", "z", "ch", "sh"].contains { word.hasSuffix($0) } ? word + "es" : nil
    }

    private static func ending(_ word: String) -> String {
        let beforeLast = word.dropLast().last
        guard word.hasSuffix("y"), let beforeLast, !"aeiou".contains(beforeLast) else { return word + "s" }
        return word.dropLast() + "ies"
    }

    private static let irregularPlurals = [
        "loaf": "loaves", "leaf": "leaves", "mouse": "mice", "person": "people",
        "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth",
    ]
}
