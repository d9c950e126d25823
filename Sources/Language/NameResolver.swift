import PlanRules
import RobotModel

/// Finds what noun phrases mean in a world. A name that fits several things,
/// which neither the type that is wanted, nor where they are said to be,
/// settles, is refused and never guessed.
struct NameResolver {
    /// Something said of things by name, that helps to tell them apart.
    struct Description {
        /// The names that it speaks of.
        var keys: Set<String>
        var relation: Relation
        var place: NounPhrase
        var isPast: Bool
    }

    let lexicon: Lexicon
    let world: WorldState
    let text: InstructionText
    var whereabouts: Whereabouts
    var descriptions: [Description] = []
    /// What “it” and “them” may be: the things of the clause before, then its places.
    var recent: (things: [EntityID], places: [EntityID]) = ([], [])

    init(lexicon: Lexicon, world: WorldState, text: InstructionText) {
        self.lexicon = lexicon
        self.world = world
        self.text = text
        whereabouts = Whereabouts(facts: world.facts, entities: lexicon.entities)
    }

    /// - Throws: `ambiguous`, `unknownEntity`, or `notUnderstood` where the
    ///   thing is not what is wanted there.
    func resolve(_ phrase: NounPhrase, as wish: Wish) throws(Rejection) -> Referent {
        if case .pronoun(let pronoun) = phrase.noun { return try resolve(pronoun, phrase, as: wish) }
        let found = try candidates(for: phrase, as: wish)
        let type = wholeType(of: phrase, found)
        switch phrase.quantifier {
        case .every: return .each(found, type: type)
        case .no: return .none(found, type: type)
        case .some: return found.count == 1 ? .one(found[0]) : .some(found, type: type)
        case .count(let count):
            guard found.count >= count else { throw tooFew(phrase, found, count) }
            return .each(Array(found.prefix(count)), type: nil)
        case .both:
            guard found.count == 2 else {
                throw found.count > 2 ? ambiguous(phrase, found) : tooFew(phrase, found, 2)
            }
            return .each(found, type: nil)
        case .definite:
            if found.count == 1 { return .one(found[0]) }
            if isPlural(phrase) { return .each(found, type: type) }
            throw ambiguous(phrase, found)
        }
    }

    /// Every entity that `phrase` may mean; at least one, in order of id.
    func candidates(for phrase: NounPhrase, as wish: Wish = .anything) throws(Rejection) -> [EntityID] {
        var elsewhere: [EntityID] = []
        var unfit: [EntityID] = []
        for isLenient in [false, true] where !isLenient || wish.isLenient {
            for tier in tiers(for: phrase) {
                let fitting = tier.filter { id in isLenient || lexicon.entities[id].map(wish.fits) == true }
                guard !fitting.isEmpty else {
                    unfit += tier
                    continue
                }
                let narrowed = try narrow(fitting, by: phrase)
                if !narrowed.isEmpty { return described(narrowed, phrase) }
                elsewhere += fitting
            }
        }
        throw elsewhere.isEmpty ? wrongKind(phrase, unfit, wish) : nowhere(phrase, elsewhere)
    }

    func isPlural(_ phrase: NounPhrase) -> Bool {
        guard case .name(let key) = phrase.noun else { return false }
        return lexicon.meanings[key]?.isPlural == true
    }

    // MARK: Narrowing

    /// The meanings of the name, nearest first. One that speaks of several
    /// things means all that bear the name in any way.
    private func tiers(for phrase: NounPhrase) -> [[EntityID]] {
        switch phrase.noun {
        case .pronoun: return []
        case .everything:
            return [
                lexicon.entities.values.filter { $0.types.contains(StandardTypes.item) }.map(\.id).sorted()
            ]
        case .name(let key):
            guard let meaning = lexicon.meanings[key] else { return [] }
            let exact = meaning.identified.filter { $0.rawValue == text.written(phrase.range) }
            if !exact.isEmpty { return [exact] }
            guard phrase.quantifier == .definite, !meaning.isPlural else {
                return [Set(meaning.tiers.joined()).sorted()]
            }
            return meaning.tiers.map { Set($0).sorted() }
        }
    }

    private func narrow(_ found: [EntityID], by phrase: NounPhrase) throws(Rejection) -> [EntityID] {
        var found = found
        if !phrase.adjectives.isEmpty {
            found = found.filter { id in
                let values = lexicon.entities[id]?.properties.values.map(\.description.wordKey) ?? []
                return phrase.adjectives.allSatisfy(values.contains)
            }
        }
        if let owner = phrase.owner.first {
            let owners = try candidates(for: owner)
            found = found.filter { id in owners.contains { whereabouts.isSomewhere(id, at: $0) } }
        }
        if let locator = phrase.locators.first {
            let places = try candidates(for: locator.place)
            let there = whereabouts.narrow(found, locator.relation, places)
            if !there.isEmpty || !locator.isPast { found = there }
        }
        return found
    }

    /// What other sentences say of the name decides between several.
    private func described(_ found: [EntityID], _ phrase: NounPhrase) -> [EntityID] {
        guard found.count > 1, case .name(let key) = phrase.noun else { return found }
        var found = found
        for description in descriptions where description.keys.contains(key) {
            guard let places = try? candidates(for: description.place) else { continue }
            let there = whereabouts.narrow(found, description.relation, places)
            if !there.isEmpty { found = there }
        }
        return found
    }

    /// The type whose entities are just these, so that a goal may say “every”.
    private func wholeType(of phrase: NounPhrase, _ found: [EntityID]) -> String? {
        let types: [String]
        switch phrase.noun {
        case .everything: types = [StandardTypes.item]
        case .name(let key): types = lexicon.meanings[key]?.types ?? []
        case .pronoun: types = []
        }
        guard phrase.locators.isEmpty, phrase.owner.isEmpty, phrase.adjectives.isEmpty else { return nil }
        return types.sorted().first { world.entities(ofType: $0).map(\.id) == found }
    }

    private func resolve(
        _ pronoun: Pronoun, _ phrase: NounPhrase, as wish: Wish
    ) throws(Rejection) -> Referent {
        func fit(_ ids: [EntityID]) -> [EntityID] {
            ids.filter { lexicon.entities[$0].map(wish.fits) == true }
        }
        let things = fit(recent.things)
        switch pronoun {
        case .them where !things.isEmpty:
            return things.count == 1 ? .one(things[0]) : .each(things, type: nil)
        case .it where things.count == 1: return .one(things[0])
        case .it where things.isEmpty:
            let places = fit(recent.places)
            if places.count == 1 { return .one(places[0]) }
        default: break
        }
        let word = text.written(phrase.range)
        throw Rejection(
            .ambiguous, "it isn’t clear what “\(word)” stands for; name it", parts: [word],
            suggestions: things.map(listed))
    }

    // MARK: Rejections

    /// `plate_13 (on kitchen_table_11)`
    func listed(_ id: EntityID) -> String {
        whereabouts.hint(for: id).map { "\(id) (\($0))" } ?? id.rawValue
    }

    func ambiguous(_ phrase: NounPhrase, _ found: [EntityID]) -> Rejection {
        let name = text.written(phrase.range)
        return Rejection(
            .ambiguous,
            "“\(name)” may be any of \(found.count) things: say which by its id, or by where it is",
            parts: [name],
            suggestions: found.prefix(12).map(listed))
    }

    private func tooFew(_ phrase: NounPhrase, _ found: [EntityID], _ count: Int) -> Rejection {
        let name = text.written(phrase.range)
        return Rejection(
            .unknownEntity, "“\(name)” asks for \(count), and there are \(found.count)", parts: [name],
            suggestions: found.map(listed))
    }

    private func nowhere(_ phrase: NounPhrase, _ found: [EntityID]) -> Rejection {
        let found = Set(found).sorted()
        let last = phrase.locators.first?.place.range.upperBound ?? phrase.range.upperBound
        let name = text.written(phrase.range.lowerBound..<max(last, phrase.range.upperBound))
        return Rejection(
            .unknownEntity, "nothing is known that is “\(name)”: say where it is now, or leave that out",
            parts: [name], suggestions: found.prefix(12).map(listed))
    }

    private func wrongKind(_ phrase: NounPhrase, _ found: [EntityID], _ wish: Wish) -> Rejection {
        let name = text.written(phrase.range)
        let fitting = lexicon.entities.values.filter(wish.fits).map(\.id).sorted()
        guard !found.isEmpty else {
            return Rejection(.unknownEntity, "there is nothing called “\(name)”", parts: [name])
        }
        return Rejection(
            .notUnderstood, "“\(name)” isn’t \(wish.text), which is wanted here", parts: [name],
            suggestions: fitting.prefix(5).map(\.rawValue))
    }
}
