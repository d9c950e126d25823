import PlanRules
import RobotModel

/// Turns things and relations into formulas over entities and types.
struct FormulaMaker {
    let lexicon: Lexicon
    private var variables: Set<String> = []

    init(lexicon: Lexicon) { self.lexicon = lexicon }

    /// A term, and the entities that it ranges over.
    struct Item {
        var term: Term
        var entities: [EntityID]
    }

    /// `body` of each, some or none of what `referent` means. One formula with
    /// a quantifier where a type says it and all are of one kind; else one
    /// formula for each entity.
    mutating func quantify(
        _ referent: Referent, _ body: (inout FormulaMaker, Item) -> Formula
    ) -> Formula {
        switch referent {
        case .one(let id): return body(&self, Item(term: .entity(id), entities: [id]))
        case .each(let ids, let type):
            if let type, let variable = variable(for: type, ids) {
                return .forAll(
                    variable: variable, type: type,
                    body(&self, Item(term: .variable(variable), entities: ids)))
            }
            return .all(ids.map { body(&self, Item(term: .entity($0), entities: [$0])) })
        case .some(let ids, let type):
            if let type, let variable = variable(for: type, ids) {
                return .exists(
                    variable: variable, type: type,
                    body(&self, Item(term: .variable(variable), entities: ids)))
            }
            let parts = ids.map { body(&self, Item(term: .entity($0), entities: [$0])) }
            return parts.count == 1 ? parts[0] : .or(parts)
        case .none(let ids, let type):
            if let type, let variable = variable(for: type, ids) {
                let inner = body(&self, Item(term: .variable(variable), entities: ids)).negated
                return .forAll(variable: variable, type: type, inner)
            }
            return .all(ids.map { body(&self, Item(term: .entity($0), entities: [$0])).negated })
        }
    }

    /// The body for every combination of several referents.
    mutating func quantify(
        _ referents: [Referent], _ body: (inout FormulaMaker, Item) -> Formula
    ) -> Formula {
        var parts: [Formula] = []
        for referent in referents { parts.append(quantify(referent, body)) }
        return .all(parts)
    }

    /// The body for every thing and the place. “A mug on every table” is a mug
    /// for each table, so such a place comes first.
    mutating func quantify(
        _ things: [Referent], _ place: Referent, _ body: (inout FormulaMaker, Item, Item) -> Formula
    ) -> Formula {
        if things.contains(where: \.isAny), case .each = place {
            return quantify(place) { maker, place in
                maker.quantify(things) { maker, thing in body(&maker, thing, place) }
            }
        }
        return quantify(things) { maker, thing in
            maker.quantify(place) { maker, place in body(&maker, thing, place) }
        }
    }

    /// `body` for every combination of what the slots mean.
    mutating func combined(
        _ slots: ArraySlice<(name: String, referents: [Referent])>, _ terms: [String: Term],
        _ body: (inout FormulaMaker, [String: Term]) -> Formula
    ) -> Formula {
        guard let slot = slots.first else { return body(&self, terms) }
        return quantify(slot.referents) { maker, item in
            var terms = terms
            terms[slot.name] = item.term
            return maker.combined(slots.dropFirst(), terms, body)
        }
    }

    /// `thing` is out of and off `place`, and so off what bears it there.
    func removed(_ thing: Item, from place: Item, _ whereabouts: Whereabouts) -> Formula {
        var parts = [located(thing, .within, place).negated]
        if case .entity(let id) = thing.term, case .entity(let from) = place.term {
            for perch in whereabouts.perches(of: id) where whereabouts.isSomewhere(perch.place, at: from) {
                parts.append(.literal(Literal(Fact(perch.predicate, id, perch.place), isPositive: false)))
            }
        }
        return .all(parts)
    }

    /// `thing` is `relation` `place`, by what the place is:
    /// - a room: it is somewhere in it, and no robot holds it;
    /// - “on” a thing that only holds things inside is inside it;
    /// - “in” a thing that only bears things is on it;
    /// - “to” a thing that does both is either.
    func located(_ thing: Item, _ relation: Relation, _ place: Item) -> Formula {
        func literal(_ predicate: String, _ terms: Term...) -> Formula { .literal(Literal(predicate, terms)) }
        let isRobot = all(thing, StandardTypes.robot)
        if all(place, StandardTypes.room) {
            if isRobot { return literal("in", thing.term, place.term) }
            let located = literal("located", thing.term, place.term)
            guard all(thing, StandardTypes.item) else { return located }
            return .and([located, .literal(Literal("holding", [.any, thing.term], isPositive: false))])
        }
        let bears = all(place, StandardTypes.surface)
        let holds = all(place, StandardTypes.container)
        let on = literal("on", thing.term, place.term)
        let inside = literal("inside", thing.term, place.term)
        switch relation {
        case .on: return holds && !bears ? inside : on
        case .within: return bears && !holds ? on : inside
        case .at, .towards, .from:
            if isRobot { return literal("at", thing.term, place.term) }
            if all(place, StandardTypes.robot) { return literal("holding", place.term, thing.term) }
            if bears, holds { return .or([on, inside]) }
            return holds ? inside : on
        }
    }

    /// What `manifest` achieves of things, with its parameters as `terms`;
    /// with `robot`, what it does to the robot where it does nothing else. Nil
    /// where there is nothing to achieve, so that it can only be performed.
    func achieved(by manifest: SkillManifest, terms: [String: Term], robot: EntityID?) -> Formula? {
        let types = Dictionary(
            manifest.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let literals = manifest.effects.success.filter(\.conditions.isEmpty).map(\.literal)
        func isSettled(_ literal: Literal) -> Bool {
            literal.terms.allSatisfy {
                if case .variable(let name) = $0 { types[name]?.takesEntity == true } else { $0 != .any }
            }
        }
        func isPersonal(_ literal: Literal) -> Bool { literal.terms.contains(.variable("self")) }
        var aims = literals.filter { isSettled($0) && !isPersonal($0) }
        if aims.isEmpty {
            let personal = literals.filter { literal in
                literal.isPositive && isPersonal(literal)
                    && isSettled(Literal(literal.predicate, literal.terms.filter { $0 != .variable("self") }))
            }
            if personal.isEmpty {
                aims = literals.filter { !$0.isPositive && !isPersonal($0) }
            } else if robot != nil {
                aims = personal
            }
        }
        guard !aims.isEmpty else { return nil }
        var terms = terms
        if let robot { terms["self"] = .entity(robot) }
        var open: [SkillParameter] = []
        for parameter in manifest.parameters where terms[parameter.name] == nil && parameter.takesEntity {
            if case .entity(let id)? = parameter.default.flatMap(parameter.accept) {
                terms[parameter.name] = .entity(id)
            } else if aims.contains(where: { $0.terms.contains(.variable(parameter.name)) }) {
                open.append(parameter)
            }
        }
        let body = Formula.all(aims.map { .literal($0.with(terms)) })
        return open.reduce(body) { .exists(variable: $1.name, type: $1.type, $0) }
    }

    /// Whether `manifest` only moves the robot or fills its gripper.
    static func isPersonal(_ manifest: SkillManifest) -> Bool {
        let literals = manifest.effects.success.filter(\.conditions.isEmpty).map(\.literal)
        let isLasting = literals.contains { literal in
            !literal.terms.contains(.variable("self")) && !literal.terms.contains(.any)
                && literal.terms.allSatisfy { term in
                    if case .variable(let name) = term {
                        manifest.parameters.contains { $0.name == name }
                    } else {
                        true
                    }
                }
        }
        return !isLasting && literals.contains { $0.isPositive && $0.terms.contains(.variable("self")) }
    }

    func all(_ item: Item, _ type: String) -> Bool {
        item.entities.allSatisfy { lexicon.has($0, type) }
    }

    /// A fresh variable; nil where the entities are of different kinds, and so
    /// a formula for one is none for the other.
    private mutating func variable(for type: String, _ ids: [EntityID]) -> String? {
        let kinds = Set(ids.map { id in Self.kinds.filter { lexicon.has(id, $0) } })
        guard kinds.count <= 1, IdentifierRules.allows(type) else { return nil }
        let stem = String(type.prefix(1))
        var name = stem
        var number = 2
        while variables.contains(name) {
            name = "\(stem)\(number)"
            number += 1
        }
        variables.insert(name)
        return name
    }

    private static let kinds = [
        StandardTypes.room, StandardTypes.surface, StandardTypes.container, StandardTypes.robot,
        StandardTypes.item,
    ]
}

extension Formula {
    /// A conjunction without conjunctions in it.
    static func all(_ parts: [Formula]) -> Formula {
        var seen: Set<Formula> = []
        let flat = parts.flatMap(\.conjuncts).filter { seen.insert($0).inserted }
        return flat.count == 1 ? flat[0] : .and(flat)
    }

    /// The parts that must all hold.
    var conjuncts: [Formula] {
        if case .and(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
    }

    var negated: Formula {
        switch self {
        case .literal(let literal): .literal(literal.negated)
        case .not(let inner): inner
        default: .not(self)
        }
    }

    /// Every literal that must hold in `world`, quantifiers written out; what
    /// stands under “or”, “exists” or “not” is left out.
    func literals(in world: WorldState) -> [Literal] {
        switch self {
        case .literal(let literal): [literal]
        case .and(let parts): parts.flatMap { $0.literals(in: world) }
        case .forAll(let variable, let type, let inner):
            world.entities(ofType: type).flatMap { inner.bound(by: [variable: $0.id]).literals(in: world) }
        case .or, .exists, .not: []
        }
    }
}

extension Literal {
    /// The literal with terms for some of its variables.
    func with(_ terms: [String: Term]) -> Literal {
        let replaced = self.terms.map { term in
            if case .variable(let name) = term, let other = terms[name] { other } else { term }
        }
        return Literal(predicate, replaced, isPositive: isPositive)
    }
}
