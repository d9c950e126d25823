import PlanRules
import RobotModel

/// Statements that describe what is, and so tell things apart: “the cup is
/// originally in the fridge”, “they are both in the utility room”.
enum Descriptions {
    /// Finds them among `clauses` and tells `resolver`.
    ///
    /// A statement of the past is one always. One with a plain “is” is one
    /// where commands are given too, and it holds now: things aren’t asked to
    /// be where they are. What things are like (“the fridge is closed”) is a
    /// goal when it is said after a command. All others are goals.
    ///
    /// - Returns: the places of the clauses that are descriptions.
    static func find(in clauses: [ParsedClause], resolver: inout NameResolver) -> Set<Int> {
        let firstCommand = clauses.firstIndex { clause in
            clause.readings.contains {
                switch $0.content {
                case .command, .deed: true
                case .presence, .state: false
                }
            }
        }
        var found: Set<Int> = []
        var before: (things: Set<String>, places: Set<String>) = ([], [])
        for (index, clause) in clauses.enumerated() {
            for reading in clause.readings {
                guard case .state(let state) = reading.content else { continue }
                let keys = Set(
                    state.subjects.flatMap { subject -> Set<String> in
                        guard case .pronoun(let pronoun) = subject.noun else { return names(subject) }
                        // “they” are the things put somewhere, or one with its place.
                        return pronoun == .it || before.things.count > 1
                            ? before.things : before.things.union(before.places)
                    })
                let isDescription =
                    switch state.modality {
                    case .past: true
                    case .wanted: false
                    case .plain:
                        firstCommand.map { index < $0 || state.tellsPlace } == true
                            && holds(state, keys: keys, resolver: resolver)
                    }
                guard isDescription else { continue }
                found.insert(index)
                if case .located(let relation, let place) = state.predicate, !state.isNegated {
                    resolver.descriptions.append(
                        NameResolver.Description(
                            keys: keys, relation: relation, place: place, isPast: state.modality == .past))
                }
                break
            }
            if !found.contains(index), let reading = clause.readings.first { before = mentioned(in: reading) }
        }
        return found
    }

    /// Where a description or a “which is” says that the thing meant is now.
    static func anchor(_ phrase: NounPhrase, _ id: EntityID, _ resolver: NameResolver) -> Literal? {
        guard resolver.lexicon.has(id, StandardTypes.item) else { return nil }
        var said = phrase.locators.filter { !$0.isPast }.map { ($0.relation, $0.place) }
        for description in resolver.descriptions
        where !description.isPast && !description.keys.isDisjoint(with: names(phrase)) {
            said.append((description.relation, description.place))
        }
        for (relation, place) in said {
            guard let places = try? resolver.candidates(for: place) else { continue }
            for place in places {
                if let perch = resolver.whereabouts.perches(of: id).first(where: { $0.place == place }),
                    ["on", "inside"].contains(perch.predicate),
                    resolver.whereabouts.isDirectly(id, relation, place)
                {
                    return Literal(Fact(perch.predicate, id, place))
                }
                if resolver.lexicon.has(place, StandardTypes.room),
                    resolver.whereabouts.isSomewhere(id, at: place)
                {
                    return Literal(Fact("located", id, place))
                }
            }
        }
        return nil
    }

    static func placeWish(_ relation: Relation) -> Wish {
        switch relation {
        case .on:
            .oneOf([StandardTypes.surface, StandardTypes.container, StandardTypes.landable], lenient: true)
        case .within: .oneOf([StandardTypes.container, StandardTypes.room], lenient: true)
        case .at, .from, .towards: .anything
        }
    }

    private static func names(_ phrase: NounPhrase) -> Set<String> {
        if case .name(let key) = phrase.noun { [key] } else { [] }
    }

    /// The names in a clause: of what it is about, and of the places in it.
    private static func mentioned(in clause: Clause) -> (things: Set<String>, places: Set<String>) {
        var things: [NounPhrase] = []
        var places: [NounPhrase] = []
        func add(_ moves: [Move]) {
            things += moves.flatMap(\.things)
            places += moves.map(\.place)
        }
        func add(_ command: Command) {
            switch command {
            case .carry(let moves): add(moves)
            case .remove(let removed, let place):
                things += removed
                places.append(place)
            case .skill(let use):
                for (index, slot) in use.slots.enumerated() {
                    guard case .things(let phrases) = slot.filling else { continue }
                    if index == 0 { things += phrases } else { places += phrases }
                }
            }
        }
        switch clause.content {
        case .command(let command, _): add(command)
        case .deed(let subject, let command):
            add(command)
            places.append(subject)
        case .presence(let presence):
            if case .located(let place) = presence.claim { places.append(place) }
        case .state(let state): things += state.subjects
        }
        add(clause.additions)
        return (Set(things.flatMap(names)), Set(places.flatMap(names)))
    }

    /// Whether the statement holds now for some thing of every name in it.
    private static func holds(_ state: State, keys: Set<String>, resolver: NameResolver) -> Bool {
        let groups = state.subjects.flatMap { subject -> [[EntityID]] in
            if case .pronoun = subject.noun {
                return keys.sorted().map {
                    Array(resolver.lexicon.meanings[$0]?.tiers.joined().sorted() ?? [])
                }
            }
            return [(try? resolver.candidates(for: subject)) ?? []]
        }
        guard !groups.isEmpty else { return false }
        switch state.predicate {
        case .located(let relation, let phrase):
            guard let places = try? resolver.candidates(for: phrase, as: placeWish(relation)) else {
                return false
            }
            return groups.allSatisfy {
                !resolver.whereabouts.narrow($0, relation, places).isEmpty != state.isNegated
            }
        case .property(let predicate, let isPositive):
            return groups.allSatisfy { ids in
                ids.contains {
                    resolver.world.facts.contains(Fact(predicate, $0)) == (isPositive != state.isNegated)
                }
            }
        case .holding, .heldBy: return false
        }
    }
}
