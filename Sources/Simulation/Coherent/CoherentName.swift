/// A thing as the COHERENT files write it: `<coffee table>(12)`.
struct CoherentName {
    let text: String
    let id: Int
    /// Where it stands in the text that it was found in.
    let range: Range<Substring.Index>

    /// The first such name in `text`.
    static func first(in text: Substring) -> CoherentName? {
        guard let match = text.firstMatch(of: /<([^<>]+)>\((\d{1,9})\)/), let id = Int(match.2) else {
            return nil
        }
        return CoherentName(text: String(match.1), id: id, range: match.range)
    }

    static func all(in text: String) -> [CoherentName] {
        var names: [CoherentName] = []
        var rest = text[...]
        while let name = first(in: rest) {
            names.append(name)
            rest = rest[name.range.upperBound...]
        }
        return names
    }

    /// `text` with each id replaced by what `numbers` has for it.
    static func renumber(_ text: String, by numbers: [Int: Int]) -> String {
        var result = ""
        var rest = text[...]
        while let name = first(in: rest) {
            result += rest[..<name.range.lowerBound]
            result += "<\(name.text)>(\(numbers[name.id] ?? name.id))"
            rest = rest[name.range.upperBound...]
        }
        return result + rest
    }
}
