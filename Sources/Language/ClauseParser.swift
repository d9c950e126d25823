import RobotModel

/// Something read from the text, and the token after it.
struct Parsed<Value> {
    var value: Value
    var end: Int
}

/// Reads clauses. Every rule returns all readings that it finds at a token,
/// preferred ones first, and reads to the right only; depth and number of
/// readings are bounded, since text comes from outside.
struct ClauseParser {
    let tokens: [Token]
    let lexicon: Lexicon
    /// Noun phrases by the token they start at and their depth.
    var nounPhrasesRead: [NounPhraseSite: [Parsed<NounPhrase>]] = [:]
    private let phrasesByWord: [String: [SkillPhrase]]
    private let phrasesFromSlot: [SkillPhrase]

    struct NounPhraseSite: Hashable {
        let start: Int
        let depth: Int
    }

    init(tokens: [Token], lexicon: Lexicon) {
        self.tokens = tokens
        self.lexicon = lexicon
        var byWord: [String: [SkillPhrase]] = [:]
        var fromSlot: [SkillPhrase] = []
        for phrase in lexicon.phrases {
            if case .word(let word)? = phrase.parts.first {
                byWord[word, default: []].append(phrase)
                let third = Inflection.thirdPerson(of: word)
                if third != word { byWord[third, default: []].append(phrase) }
            } else {
                fromSlot.append(phrase)
            }
        }
        phrasesByWord = byWord
        phrasesFromSlot = fromSlot
    }

    // MARK: Tokens

    /// The word at `index`, empty where there is none.
    func key(_ index: Int) -> String {
        tokens.indices.contains(index) ? tokens[index].key : ""
    }

    func isMark(_ kinds: Token.Kind..., at index: Int) -> Bool {
        tokens.indices.contains(index) && kinds.contains(tokens[index].kind)
    }

    /// The token after `words`, if they stand at `index`.
    func skip(_ words: [String], at index: Int) -> Int? {
        for (offset, word) in words.enumerated() where key(index + offset) != word { return nil }
        return index + words.count
    }

    func skipAny(_ lists: [[String]], at index: Int) -> Int? {
        lists.compactMap { skip($0, at: index) }.max()
    }

    // MARK: Clauses

    /// Every clause that starts at `index`, the longest first.
    mutating func clauses(at index: Int) -> [Parsed<Clause>] {
        var start = index
        while let next = skipAny(Vocabulary.courtesies, at: start) { start = next }
        guard tokens.indices.contains(start), tokens[start].kind == .word else { return [] }
        var found: [Parsed<Clause.Content>] = []
        found += presences(at: start, addressee: [])
        found += addressed(at: start)
        found += commands(at: start).map { Parsed(value: .command($0.value, to: []), end: $0.end) }
        found += dispatches(at: start)
        found += demands(at: start)
        found += statements(at: start)
        var clauses: [Parsed<Clause>] = []
        for content in found {
            let clause = Clause(content: content.value, range: index..<content.end)
            if key(content.end) == "with" {
                for moves in moves(at: content.end + 1) {
                    var fuller = clause
                    fuller.additions = moves.value
                    fuller.range = index..<moves.end
                    clauses.append(Parsed(value: fuller, end: moves.end))
                }
            }
            clauses.append(Parsed(value: clause, end: content.end))
        }
        return clauses.enumerated().sorted { ($1.element.end, $0.offset) < ($0.element.end, $1.offset) }.map(
            \.element)
    }

    private mutating func presences(at index: Int, addressee: [NounPhrase]) -> [Parsed<Clause.Content>] {
        guard var next = skip(["you", "are"], at: index) else { return [] }
        while Vocabulary.past.contains(key(next)) { next += 1 }
        var found: [Parsed<Clause.Content>] = []
        for place in locatives(at: next, depth: 0) where place.value.relation != .from {
            let claim = Presence(claim: .located(place.value.place), addressee: addressee)
            found.append(Parsed(value: .presence(claim), end: place.end))
        }
        if key(next) == "holding" {
            for things in nounLists(at: next + 1, before: { _, _ in true }) {
                let claim = Presence(claim: .holding(things.value), addressee: addressee)
                found.append(Parsed(value: .presence(claim), end: things.end))
            }
        }
        return found
    }

    /// “dog, open the fridge”, “ask the dog to open the fridge”.
    private mutating func addressed(at index: Int) -> [Parsed<Clause.Content>] {
        var found: [Parsed<Clause.Content>] = []
        for robot in nounPhrases(at: index) where isMark(.comma, .colon, at: robot.end) {
            var next = robot.end + 1
            while let after = skipAny(Vocabulary.courtesies, at: next) { next = after }
            found += presences(at: next, addressee: [robot.value])
            for command in commands(at: next) {
                found.append(Parsed(value: .command(command.value, to: [robot.value]), end: command.end))
            }
        }
        if Vocabulary.asking.contains(key(index)) {
            for robot in nounPhrases(at: index + 1) {
                let next = key(robot.end) == "to" ? robot.end + 1 : robot.end
                for command in commands(at: next) {
                    found.append(Parsed(value: .command(command.value, to: [robot.value]), end: command.end))
                }
            }
        }
        return found
    }

    /// “land the drone on the table”, “send the dog to the kitchen”: what a
    /// robot is to do itself, with the robot behind the verb.
    private mutating func dispatches(at index: Int) -> [Parsed<Clause.Content>] {
        var found: [Parsed<Clause.Content>] = []
        for phrase in phrasesByWord[Vocabulary.sending[key(index)] ?? key(index)] ?? [] {
            guard phrase.parts.first?.isWord == true, let manifest = lexicon.skills[phrase.skill],
                FormulaMaker.isPersonal(manifest)
            else { continue }
            for robot in nounPhrases(at: index + 1) {
                for use in slots(of: phrase, from: 1, at: robot.end) {
                    let skill = SkillUse(skill: phrase.skill, slots: use.value, precision: phrase.precision)
                    found.append(Parsed(value: .deed(subject: robot.value, .skill(skill)), end: use.end))
                }
            }
        }
        return found
    }

    // MARK: Commands

    mutating func commands(at index: Int) -> [Parsed<Command>] {
        guard isMark(.word, at: index) else { return [] }
        var found: [Parsed<Command>] = []
        let verb = key(index)
        if Vocabulary.verb(verb, isIn: Vocabulary.removing) { found += removals(at: index) }
        if Vocabulary.verb(verb, isIn: Vocabulary.carrying) {
            let start = Vocabulary.particles.contains(key(index + 1)) ? index + 2 : index + 1
            found += moves(at: start).map { Parsed(value: .carry($0.value), end: $0.end) }
        }
        for phrase in (phrasesByWord[verb] ?? []) + phrasesFromSlot {
            for use in slots(of: phrase, at: index) {
                let skill = SkillUse(skill: phrase.skill, slots: use.value, precision: phrase.precision)
                found.append(Parsed(value: .skill(skill), end: use.end))
            }
        }
        return found
    }

    /// “take the cup out of the fridge”, “remove the cup from the table”.
    private mutating func removals(at index: Int) -> [Parsed<Command>] {
        let isRemoving = !Vocabulary.verb(key(index), isIn: Vocabulary.carrying)
        var found: [Parsed<Command>] = []
        for things in nounLists(at: index + 1, before: { $0.goesOn(at: $1) }) {
            guard let (relation, end) = preposition(at: things.end), relation == .from,
                isRemoving || key(things.end) != "from"
            else { continue }
            for place in nounPhrases(at: end) {
                found.append(Parsed(value: .remove(things.value, from: place.value), end: place.end))
            }
        }
        return found
    }

    /// “the apple on the table and the pear on the shelf”
    mutating func moves(at index: Int) -> [Parsed<[Move]>] {
        var found: [Parsed<[Move]>] = []
        var open = move(at: index).map { Parsed(value: [$0.value], end: $0.end) }
        while !open.isEmpty, found.count < Self.mostReadings {
            found += open
            var longer: [Parsed<[Move]>] = []
            for moves in open.prefix(8) {
                guard let next = listJoint(at: moves.end) else { continue }
                longer += move(at: next).map { Parsed(value: moves.value + [$0.value], end: $0.end) }
            }
            open = longer
        }
        return found
    }

    private mutating func move(at index: Int) -> [Parsed<Move>] {
        var found: [Parsed<Move>] = []
        for things in nounLists(at: index, before: { $0.goesOn(at: $1) }) {
            var next = things.end
            while preposition(at: next) == nil, Vocabulary.particles.contains(key(next)) { next += 1 }
            guard let (relation, end) = preposition(at: next), relation != .from else { continue }
            for place in nounPhrases(at: end) {
                let move = Move(things: things.value, relation: relation, place: place.value)
                found.append(Parsed(value: move, end: place.end))
            }
        }
        return found
    }

    /// What fills the slots where `phrase`, from its part `first` on, stands at `index`.
    private mutating func slots(
        of phrase: SkillPhrase, from first: Int = 0, at index: Int
    ) -> [Parsed<[SkillUse.Slot]>] {
        var open = [Parsed(value: [SkillUse.Slot](), end: index)]
        for (offset, part) in phrase.parts.enumerated().dropFirst(first) {
            var longer: [Parsed<[SkillUse.Slot]>] = []
            for reading in open.prefix(Self.mostReadings) {
                switch part {
                case .word(let word):
                    let isVerb = offset == 0 && key(reading.end) == Inflection.thirdPerson(of: word)
                    guard isVerb || key(reading.end) == word else { continue }
                    longer.append(Parsed(value: reading.value, end: reading.end + 1))
                case .slot(let name):
                    let parameter = lexicon.skills[phrase.skill]?.parameters.first { $0.name == name }
                    let next = phrase.parts.indices.contains(offset + 1) ? phrase.parts[offset + 1] : nil
                    longer += fillings(for: parameter, before: next, at: reading.end).map {
                        Parsed(
                            value: reading.value + [SkillUse.Slot(name: name, filling: $0.value)], end: $0.end
                        )
                    }
                }
            }
            open = longer
        }
        return open
    }

    private mutating func fillings(
        for parameter: SkillParameter?, before next: SkillPhrase.Part?, at index: Int
    ) -> [Parsed<SkillUse.Filling>] {
        guard isMark(.word, at: index) else { return [] }
        guard let parameter else {
            return nounPhrases(at: index).map { Parsed(value: .things([$0.value]), end: $0.end) }
        }
        switch parameter.type {
        case "number":
            let number = Double(tokens[index].text) ?? Vocabulary.numbers[key(index)].map(Double.init)
            guard let number, number.isFinite else { return [] }
            return [Parsed(value: .value(.number(number)), end: index + 1)]
        case "boolean":
            guard
                let truth = [
                    "true": true, "yes": true, "on": true, "false": false, "no": false, "off": false,
                ][key(index)]
            else { return [] }
            return [Parsed(value: .value(.boolean(truth)), end: index + 1)]
        case "text":
            var end = index
            while isMark(.word, at: end) { end += 1 }
            let text = tokens[index..<end].map(\.text).joined(separator: " ")
            return [Parsed(value: .value(.text(text)), end: end)]
        case "pose": return []
        default:
            let lists = nounLists(at: index) { parser, end in
                if case .word(let word)? = next { parser.key(end) == word } else { true }
            }
            return lists.map { Parsed(value: .things($0.value), end: $0.end) }
        }
    }

    static let mostReadings = 64
}

extension Vocabulary {
    /// Whether `word` is one of `verbs`, as in “put” or “the dog puts”.
    static func verb(_ word: String, isIn verbs: Set<String>) -> Bool {
        verbs.contains(word)
            || (word.hasSuffix("s") && verbs.contains { Inflection.thirdPerson(of: $0) == word })
    }
}
