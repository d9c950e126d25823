import RobotModel

/// Says which words of an instruction weren’t understood.
struct Diagnosis {
    let text: InstructionText
    let lexicon: Lexicon

    /// The answer where reading got no further than the clause at `start`.
    func rejection(stuckAt start: Int) -> Rejection {
        let unknown = unknownRuns()
        if let run = unknown.first(where: { isNumberOfName($0) }) { return noSuchNumber(run) }
        if let no = unknown.first(where: { $0.contains { Self.denials.contains(text.tokens[$0].key) } }) {
            return Rejection(
                .notUnderstood,
                "“\(text.written(no))” isn’t understood: say what is to be so, not what is not to be done",
                parts: [text.written(no)])
        }
        guard unknown.isEmpty else { return unknownWords(unknown) }
        let part = text.written(start..<endOfClause(from: start))
        return Rejection(
            .notUnderstood,
            "“\(part)” isn’t understood: its words are known, but not in this order", parts: [part],
            suggestions: forms(for: text.tokens.indices.contains(start) ? text.tokens[start].key : ""))
    }

    private func unknownWords(_ runs: [Range<Int>]) -> Rejection {
        let parts = runs.prefix(20).map(text.written)
        var suggestions: [String] = []
        for run in runs.prefix(20) {
            let whole = NearMatches.of(text.written(run), among: lexicon.spokenNames)
            let single = run.prefix(6).flatMap { NearMatches.of(text.tokens[$0].key, among: lexicon.words) }
            for match in whole + single where !suggestions.contains(match) { suggestions.append(match) }
        }
        let list = parts.map { "“\($0)”" }.joined(separator: ", ")
        if suggestions.isEmpty, runs.count == 1, runs[0].count == 1, isVerb(runs[0].lowerBound) {
            return Rejection(
                .unknownSkill, "no skill is known for \(list)", parts: Array(parts),
                suggestions: forms(for: ""))
        }
        let advice = suggestions.isEmpty ? "" : "; near matches: \(suggestions.joined(separator: ", "))"
        return Rejection(
            .notUnderstood, "not understood: \(list)\(advice)", parts: Array(parts), suggestions: suggestions)
    }

    /// What may be said with `verb`, or, where it is no verb, with any.
    private func forms(for verb: String) -> [String] {
        let manifests = lexicon.skills.values.sorted { $0.name < $1.name }
        var forms = manifests.flatMap(\.phrases).filter {
            $0.split(separator: " ").first.map { String($0).wordKey } == verb
        }
        if Vocabulary.carrying.contains(verb) { forms.append("\(verb) … (on|in|to) …") }
        return forms.isEmpty ? manifests.compactMap(\.phrases.first) : forms
    }

    private static let denials: Set<String> = ["dont", "never", "avoid", "without", "cannot", "cant"]

    /// Whether the word stands where a clause’s verb does.
    private func isVerb(_ index: Int) -> Bool {
        guard index > 0 else { return true }
        let before = text.tokens[index - 1]
        return before.kind != .word || ["and", "then", "please", "to"].contains(before.key)
    }

    /// Neighbouring words that no name, phrase or rule of grammar has.
    private func unknownRuns() -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (index, token) in text.tokens.enumerated() where token.kind == .word && !isKnown(token) {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    private func isKnown(_ token: Token) -> Bool {
        lexicon.words.contains(token.key) || token.text == Tokeniser.ownerMark
            || lexicon.meanings[token.key] != nil
    }

    /// `<plate>(99)`: a number after a name, with which nothing is called.
    private func isNumberOfName(_ run: Range<Int>) -> Bool {
        run.count == 1 && text.tokens[run.lowerBound].isNumeral && nameBefore(run.lowerBound) != nil
    }

    private func nameBefore(_ index: Int) -> Range<Int>? {
        for length in stride(from: min(6, index), through: 1, by: -1) {
            let range = index - length..<index
            guard text.tokens[range].allSatisfy({ $0.kind == .word }) else { continue }
            if lexicon.meanings[text.tokens[range].map(\.key).joined()] != nil { return range }
        }
        return nil
    }

    private func noSuchNumber(_ run: Range<Int>) -> Rejection {
        guard let name = nameBefore(run.lowerBound) else { return unknownWords([run]) }
        let part = text.written(name.lowerBound..<run.upperBound)
        let meaning = lexicon.meanings[text.tokens[name].map(\.key).joined()]
        let known = Set(meaning?.tiers.joined().map(\.rawValue) ?? []).sorted()
        return Rejection(
            .unknownEntity, "there is nothing called “\(part)”", parts: [part],
            suggestions: Array(known.prefix(12)))
    }

    private func endOfClause(from start: Int) -> Int {
        let end = text.tokens[start...].firstIndex {
            $0.kind == .stop || $0.kind == .comma || $0.key == "then"
        }
        return max(end ?? text.tokens.count, start + 1)
    }
}
