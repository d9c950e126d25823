/// Names as programs write them, turned into words.
enum NameText {
    /// `kitchenTable` and `kitchen_table` as “kitchen table”, in lower case.
    static func spoken(_ name: String) -> String {
        var result = ""
        var previous: Character = " "
        for character in name {
            if character == "_" || character == "-" || character.isWhitespace {
                if previous != " " { result.append(" ") }
                previous = " "
                continue
            }
            if character.isUppercase, previous.isLowercase { result.append(" ") }
            result += character.lowercased()
            previous = character
        }
        return result
    }

    /// “coffee table 12” as “coffee table”.
    static func withoutNumber(_ spoken: String) -> String {
        var words = spoken.split(separator: " ")
        while words.count > 1, let last = words.last, last.allSatisfy(\.isNumber) { words.removeLast() }
        return words.joined(separator: " ")
    }

    /// Shorter ways of saying a name, which leave out words before its last:
    /// “table” and “high table” for “high kitchen table”, “bag” for “bag of tea”.
    static func heads(of spoken: String) -> [String] {
        var words = withoutNumber(spoken).split(separator: " ").map(String.init)
        if let of = words.firstIndex(of: "of") {
            return of > 0 ? [words[..<of].joined(separator: " ")] : []
        }
        guard words.count > 1, let last = words.popLast() else { return [] }
        // Names of more words than any person says have only their last.
        guard words.count <= 4 else { return [last] }
        return (0..<(1 << words.count) - 1).map { choice in
            let kept = words.indices.filter { choice & (1 << $0) != 0 }.map { words[$0] }
            return (kept + [last]).joined(separator: " ")
        }
    }
}
