import RobotModel

extension ClauseParser {
    /// How deep “the cup in the box on the table which …” may nest.
    static let deepest = 8
    /// The most things in one list.
    static let longestList = 48

    /// “the bread and the knife”, the longest list first: those after which
    /// `follows` accepts the next token.
    mutating func nounLists(
        at index: Int, before follows: (ClauseParser, Int) -> Bool
    ) -> [Parsed<[NounPhrase]>] {
        var found: [Parsed<[NounPhrase]>] = []
        var open = nounPhrases(at: index).map { Parsed(value: [$0.value], end: $0.end) }
        var length = 1
        while !open.isEmpty, length <= Self.longestList {
            found += open.filter { follows(self, $0.end) }
            var longer: [Parsed<[NounPhrase]>] = []
            for place in open.indices.prefix(4) {
                guard let next = listJoint(at: open[place].end) else { continue }
                let phrases = nounPhrases(at: next)
                for (offset, more) in phrases.enumerated() {
                    longer.append(Parsed(value: open[place].value, end: more.end))
                    // The last one takes the array over, so that it isn’t copied.
                    if offset == phrases.count - 1 { open[place].value = [] }
                    longer[longer.count - 1].value.append(more.value)
                }
            }
            open = longer
            length += 1
        }
        return found.reversed().map { Parsed(value: distributed($0.value), end: $0.end) }
    }

    /// Whether the clause goes on with a word at `index` that no list has.
    func goesOn(at index: Int) -> Bool { isMark(.word, at: index) && key(index) != "and" }

    /// The token after “and”, “,” or “, and”.
    func listJoint(at index: Int) -> Int? {
        if isMark(.comma, at: index) { return key(index + 1) == "and" ? index + 2 : index + 1 }
        return key(index) == "and" ? index + 1 : nil
    }

    /// “every mug and plate” speaks of every plate too; “both the mug and the
    /// plate” of one each.
    private func distributed(_ list: [NounPhrase]) -> [NounPhrase] {
        guard list.count > 1 else { return list }
        var list = list
        let first = list[0].quantifier
        if first == .both { list[0].quantifier = .definite }
        guard first == .every || first == .some || first == .no else { return list }
        for index in list.indices.dropFirst() where list[index].quantifier == .definite {
            let word = key(list[index].range.lowerBound)
            if !Vocabulary.articles.contains(word) { list[index].quantifier = first }
        }
        return list
    }

    /// Every noun phrase at `index`: longer names first, each without and with
    /// what says where the thing is.
    mutating func nounPhrases(at index: Int, depth: Int = 0) -> [Parsed<NounPhrase>] {
        guard depth < Self.deepest, isMark(.word, at: index) else { return [] }
        let site = NounPhraseSite(start: index, depth: depth)
        if let known = nounPhrasesRead[site] { return known }
        var found: [Parsed<NounPhrase>] = []
        for base in basePhrases(at: index) {
            found.append(base)
            for locator in locators(after: base.end, depth: depth) {
                var phrase = base.value
                phrase.locators = [locator.value]
                found.append(Parsed(value: phrase, end: locator.end))
            }
        }
        nounPhrasesRead[site] = found
        return found
    }

    private func basePhrases(at index: Int) -> [Parsed<NounPhrase>] {
        if let pronoun = Vocabulary.pronouns[key(index)] {
            let phrase = NounPhrase(quantifier: .definite, noun: .pronoun(pronoun), range: index..<index + 1)
            return [Parsed(value: phrase, end: index + 1)]
        }
        if key(index) == "everything" {
            let phrase = NounPhrase(quantifier: .every, noun: .everything, range: index..<index + 1)
            return [Parsed(value: phrase, end: index + 1)]
        }
        var found = names(at: index, from: index, quantifier: .definite)
        let (quantifier, next) = determiner(at: index)
        if next > index { found += names(at: next, from: index, quantifier: quantifier) }
        return found
    }

    /// “every”, “all of the two”, “a”: what comes before a name.
    private func determiner(at index: Int) -> (NounPhrase.Quantifier, end: Int) {
        var quantifier = NounPhrase.Quantifier.definite
        var next = index
        switch key(next) {
        case "every", "each", "all": (quantifier, next) = (.every, next + 1)
        case "both": (quantifier, next) = (.both, next + 1)
        case "a", "an", "any", "some": (quantifier, next) = (.some, next + 1)
        case "no": (quantifier, next) = (.no, next + 1)
        default: break
        }
        if next > index, key(next) == "of" { next += 1 }
        if Vocabulary.articles.contains(key(next)), quantifier != .some { next += 1 }
        if tokens.indices.contains(next), let count = count(at: next) {
            if quantifier == .definite { quantifier = .count(count) }
            next += 1
        }
        return (quantifier, next)
    }

    private func count(at index: Int) -> Int? {
        if let number = Vocabulary.numbers[tokens[index].key] { return number }
        guard tokens[index].isNumeral, let number = Int(tokens[index].key), (1...1000).contains(number) else {
            return nil
        }
        return number
    }

    /// Names at `index`, the longest first, each alone and as “the dog’s tray”.
    private func names(
        at index: Int, from start: Int, quantifier: NounPhrase.Quantifier
    ) -> [Parsed<NounPhrase>] {
        var found: [Parsed<NounPhrase>] = []
        for (key, end) in nameSpans(at: index) {
            let phrase = NounPhrase(quantifier: quantifier, noun: .name(key: key), range: start..<end)
            if tokens.indices.contains(end), tokens[end].text == Tokeniser.ownerMark {
                for (part, partEnd) in nameSpans(at: end + 1) {
                    let owned = NounPhrase(
                        quantifier: .definite, noun: .name(key: part), owner: [phrase], range: start..<partEnd
                    )
                    found.append(Parsed(value: owned, end: partEnd))
                }
            }
            found.append(Parsed(value: phrase, end: end))
        }
        if tokens.indices.contains(index), lexicon.adjectives.contains(key(index)) {
            for var phrase in names(at: index + 1, from: start, quantifier: quantifier) {
                phrase.value.adjectives.append(key(index))
                found.append(phrase)
            }
        }
        return found
    }

    private func nameSpans(at index: Int) -> [(key: String, end: Int)] {
        var spans: [(key: String, end: Int)] = []
        var key = ""
        var end = index
        while isMark(.word, at: end), key.count + tokens[end].key.count <= lexicon.longestKey {
            key += tokens[end].key
            end += 1
            if lexicon.meanings[key] != nil { spans.append((key, end)) }
        }
        return spans.reversed()
    }

    // MARK: Places

    /// The relation that a preposition at `index` names, and the token after it.
    func preposition(at index: Int) -> (relation: Relation, end: Int)? {
        for (words, relation) in Vocabulary.prepositions {
            if let end = skip(words, at: index) { return (relation, end) }
        }
        return nil
    }

    /// “on the table”
    mutating func locatives(at index: Int, depth: Int) -> [Parsed<Locator>] {
        guard let (relation, end) = preposition(at: index) else { return [] }
        return nounPhrases(at: end, depth: depth).map {
            Parsed(value: Locator(relation: relation, place: $0.value, isPast: false), end: $0.end)
        }
    }

    /// “which is on the table”, “on the table”
    private mutating func locators(after index: Int, depth: Int) -> [Parsed<Locator>] {
        var found: [Parsed<Locator>] = []
        let relative = isMark(.comma, at: index) ? index + 1 : index
        if Vocabulary.relatives.contains(key(relative)) {
            for (words, modality) in Vocabulary.being {
                guard let be = skip(words, at: relative + 1), modality != .wanted else { continue }
                let (isPast, next) = skipMarkers(at: be)
                for var locator in locatives(at: next, depth: depth + 1) {
                    locator.value.isPast = isPast || modality == .past
                    found.append(locator)
                    // “the knife, which is on the table, …” ends with its comma.
                    guard relative > index, isMark(.comma, at: locator.end) else { continue }
                    locator.end += 1
                    found.append(locator)
                }
            }
        }
        if let (relation, _) = preposition(at: index), relation != .towards {
            found += locatives(at: index, depth: depth + 1)
        }
        return found
    }

    /// Passes over “originally”, “both” and the like.
    func skipMarkers(at index: Int) -> (isPast: Bool, end: Int) {
        var isPast = false
        var next = index
        while Vocabulary.past.contains(key(next)) || Vocabulary.fillers.contains(key(next)) {
            if Vocabulary.past.contains(key(next)) { isPast = true }
            next += 1
        }
        return (isPast, next)
    }
}
