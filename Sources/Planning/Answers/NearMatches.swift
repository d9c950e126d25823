import RobotModel

/// Names that a wrong name may have meant.
enum NearMatches {
    /// The closest of `names` to `name`, best first; none that differ by more
    /// than a third of their letters.
    static func find(_ name: String, among names: [String], most: Int = 3) -> [String] {
        let wanted = Array(name.lowercased().prefix(IdentifierRules.longest))
        var seen: Set<String> = []
        let scored = names.filter { seen.insert($0).inserted }.compactMap { candidate -> (Int, String)? in
            let other = Array(candidate.lowercased().prefix(IdentifierRules.longest))
            let shares =
                candidate.lowercased().contains(name.lowercased())
                || name.lowercased().contains(candidate.lowercased())
            let distance = distance(wanted, other)
            guard shares || distance * 3 <= max(wanted.count, other.count) else { return nil }
            return (shares ? min(distance, 1) : distance, candidate)
        }
        return scored.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(most).map(\.1)
    }

    private static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var row = Array(0...second.count)
        for (offset, character) in first.enumerated() {
            var diagonal = row[0]
            row[0] = offset + 1
            for (place, other) in second.enumerated() {
                let cost = min(row[place + 1] + 1, row[place] + 1, diagonal + (character == other ? 0 : 1))
                diagonal = row[place + 1]
                row[place + 1] = cost
            }
        }
        return row[second.count]
    }
}
