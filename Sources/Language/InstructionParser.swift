import RobotModel

/// A clause in its place: how it may be read, and how it hangs together with
/// the one before.
struct ParsedClause: Hashable, Sendable {
    /// Preferred reading first; all cover the same words.
    var readings: [Clause]
    /// “then” stands before it.
    var isAfter: Bool
    /// It begins a sentence.
    var startsSentence: Bool
}

/// Divides a whole instruction into clauses, so that every word belongs to
/// one. Works from the end backwards: its cost grows with the number of places
/// where a clause may start, not with the number of divisions.
struct InstructionParser {
    private var parser: ClauseParser
    private var clausesRead: [Int: [Parsed<Clause>]] = [:]

    init(tokens: [Token], lexicon: Lexicon) {
        parser = ClauseParser(tokens: tokens, lexicon: lexicon)
    }

    enum Outcome {
        case understood([ParsedClause])
        /// The clause that starts at this token couldn’t be read.
        case stuck(at: Int)
    }

    mutating func parse() -> Outcome {
        let count = parser.tokens.count
        let first = joint(at: 0)?.end ?? 0
        guard first < count else { return .stuck(at: 0) }
        var starts: Set<Int> = [first]
        for index in 0..<count {
            if let joint = joint(at: index), joint.end < count { starts.insert(joint.end) }
        }
        var best: [Int: Step] = [:]
        for start in starts.sorted(by: >) where start >= first {
            if let step = step(from: start, best: best) { best[start] = step }
        }
        guard best[first] != nil else { return .stuck(at: furthest(from: first)) }
        var clauses: [ParsedClause] = []
        var position = first
        var joint = Joint(end: first, isOrdering: false, endsSentence: true)
        while let step = best[position] {
            clauses.append(
                ParsedClause(
                    readings: step.readings, isAfter: joint.isOrdering, startsSentence: joint.endsSentence))
            joint = step.joint
            position = step.joint.end
        }
        return .understood(clauses)
    }

    private struct Step {
        var readings: [Clause]
        var joint: Joint
    }

    /// What stands between two clauses.
    private struct Joint {
        var end: Int
        var isOrdering: Bool
        var endsSentence: Bool
    }

    private mutating func step(from start: Int, best: [Int: Step]) -> Step? {
        var refused: Set<Int> = []
        for clause in clauses(at: start) where !refused.contains(clause.end) {
            if let joint = continuation(at: clause.end),
                joint.end == parser.tokens.count || best[joint.end] != nil
            {
                let readings = clauses(at: start).filter { $0.end == clause.end }.map(\.value)
                return Step(readings: Array(readings.prefix(ClauseParser.mostReadings)), joint: joint)
            }
            refused.insert(clause.end)
        }
        return nil
    }

    private mutating func clauses(at start: Int) -> [Parsed<Clause>] {
        if let known = clausesRead[start] { return known }
        let clauses = parser.clauses(at: start)
        clausesRead[start] = clauses
        return clauses
    }

    private func continuation(at index: Int) -> Joint? {
        index == parser.tokens.count
            ? Joint(end: index, isOrdering: false, endsSentence: true) : joint(at: index)
    }

    /// Punctuation and words that join clauses at `index`; nil where there are none.
    private func joint(at index: Int) -> Joint? {
        var joint = Joint(end: index, isOrdering: false, endsSentence: false)
        while joint.end < parser.tokens.count {
            if parser.isMark(.comma, .stop, .colon, at: joint.end) {
                joint.endsSentence = joint.endsSentence || parser.isMark(.stop, at: joint.end)
                joint.end += 1
                continue
            }
            let found = Vocabulary.joints.first { parser.skip($0.words, at: joint.end) != nil }
            guard let found else { break }
            joint.isOrdering = joint.isOrdering || found.inOrder
            joint.end += found.words.count
        }
        return joint.end > index ? joint : nil
    }

    /// The last place that reading forwards gets to.
    private mutating func furthest(from first: Int) -> Int {
        var open = [first]
        var seen: Set<Int> = [first]
        while let start = open.popLast() {
            for clause in clauses(at: start) {
                guard let joint = continuation(at: clause.end), joint.end < parser.tokens.count else {
                    continue
                }
                if seen.insert(joint.end).inserted { open.append(joint.end) }
            }
        }
        return seen.max() ?? first
    }
}
