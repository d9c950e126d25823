/// Finds what a misspelt word may have been meant to be.
public enum NearMatches {
    /// The `candidates` closest to `word`, best first: those that differ by at
    /// most a third of its letters (case aside), or that contain it.
    public static func of(_ word: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String]
    {
        // Words come from outside; past this length nothing is a spelling mistake.
        guard !word.isEmpty, word.utf8.count <= 128 else { return [] }
        let wanted = Array(word.lowercased().utf8)
        let farthest = max(1, wanted.count / 3)
        var found: [(distance: Int, text: String)] = []
        for candidate in Set(candidates) {
            let text = candidate.lowercased()
            let distance = distance(wanted, Array(text.utf8))
            if distance <= farthest {
                found.append((distance, candidate))
            } else if wanted.count >= 3, text.contains(word.lowercased()) {
                found.append((farthest + distance, candidate))
            }
        }
        found.sort { ($0.distance, $0.text) < ($1.distance, $1.text) }
        return found.prefix(limit).map(\.text)
    }

    /// `; did you mean “a” or “b”?`, or nothing where no candidate is near.
    public static func hint(for word: String, among candidates: some Sequence<String>) -> String {
        let matches = of(word, among: candidates)
        guard !matches.isEmpty else { return "" }
        return "; did you mean \(matches.map { "“\($0)”" }.joined(separator: " or "))?"
    }

    /// Letters to insert, drop, replace or swap with a neighbour (optimal
    /// string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= left.count else { return .max / 2 }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
                var best = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
