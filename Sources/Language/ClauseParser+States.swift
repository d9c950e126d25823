import RobotModel

extension ClauseParser {
    /// “make sure that the fridge is closed”
    mutating func demands(at index: Int) -> [Parsed<Clause.Content>] {
        guard var next = skipAny(Vocabulary.demands, at: index) else { return [] }
        if key(next) == "that" { next += 1 }
        return statements(at: next).compactMap { statement in
            guard case .state(var state) = statement.value,
                state.modality == .plain || state.modality == .wanted
            else { return nil }
            state.modality = .wanted
            return Parsed(value: .state(state), end: statement.end)
        }
    }

    /// “the apple is on the table”, “there should be a cup on the table”, “the
    /// quadrotor lands on the table”.
    mutating func statements(at index: Int) -> [Parsed<Clause.Content>] {
        if key(index) == "there" { return existences(at: index + 1) }
        var found: [Parsed<Clause.Content>] = []
        for subjects in nounLists(at: index, before: { $0.goesOn(at: $1) }) {
            found += states(of: subjects.value, at: subjects.end).map {
                Parsed(value: .state($0.value), end: $0.end)
            }
            guard subjects.value.count == 1 else { continue }
            let verb = skipAny(Vocabulary.modals, at: subjects.end) ?? subjects.end
            let isModal = verb > subjects.end
            guard isModal || key(verb).hasSuffix("s") else { continue }
            for command in commands(at: verb) {
                let deed = Clause.Content.deed(subject: subjects.value[0], command.value)
                found.append(Parsed(value: deed, end: command.end))
            }
        }
        return found
    }

    private mutating func existences(at index: Int) -> [Parsed<Clause.Content>] {
        var found: [Parsed<Clause.Content>] = []
        for be in beings(at: index) {
            for thing in nounPhrases(at: be.end) where thing.value.locators.isEmpty {
                for place in locatives(at: thing.end, depth: 0) {
                    let state = State(
                        subjects: [thing.value], modality: be.modality, isNegated: be.isNegated,
                        predicate: .located(place.value.relation, place.value.place))
                    found.append(Parsed(value: .state(state), end: place.end))
                }
            }
        }
        return found
    }

    private mutating func states(of subjects: [NounPhrase], at index: Int) -> [Parsed<State>] {
        var found: [Parsed<State>] = []
        for be in beings(at: index) {
            func add(_ predicate: State.Predicate, _ end: Int) {
                let state = State(
                    subjects: subjects, modality: be.modality, isNegated: be.isNegated, predicate: predicate)
                found.append(Parsed(value: state, end: end))
            }
            for place in locatives(at: be.end, depth: 0) where place.value.relation != .towards {
                add(.located(place.value.relation, place.value.place), place.end)
            }
            if let (predicate, isPositive) = lexicon.properties[key(be.end)] {
                add(.property(predicate, isPositive: isPositive), be.end + 1)
            }
            if key(be.end) == "holding" {
                for things in nounLists(at: be.end + 1, before: { _, _ in true }) {
                    add(.holding(things.value), things.end)
                }
            }
            if let next = skip(["held", "by"], at: be.end) {
                for robot in nounPhrases(at: next) { add(.heldBy(robot.value), robot.end) }
            }
        }
        return found
    }

    private struct Being {
        var modality: State.Modality
        var isNegated: Bool
        var end: Int
    }

    /// “is”, “should not be”, “are originally”.
    private func beings(at index: Int) -> [Being] {
        var found: [Being] = []
        for (words, modality) in Vocabulary.being {
            guard let be = skip(words, at: index) else { continue }
            let isNegated = key(be) == "not"
            let (isPast, end) = skipMarkers(at: isNegated ? be + 1 : be)
            found.append(Being(modality: isPast ? .past : modality, isNegated: isNegated, end: end))
        }
        if let modal = skipAny(Vocabulary.modals, at: index) {
            let isNegated = key(modal) == "not"
            let start = isNegated ? modal + 1 : modal
            let lasting = Vocabulary.being.filter { $0.modality == .wanted }.map(\.words)
            if let be = skipAny([["be"]] + lasting, at: start) {
                found.append(Being(modality: .wanted, isNegated: isNegated, end: skipMarkers(at: be).end))
            }
        }
        return found
    }
}
