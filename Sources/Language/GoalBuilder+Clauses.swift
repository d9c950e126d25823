import PlanRules
import RobotModel

/// What a single clause asks for, by the things that it names.
extension GoalBuilder {
    /// Something to bring about.
    struct Aim {
        var aim: GoalAim
        /// Whether it is about the robot itself.
        var isPersonal: Bool
    }

    /// What a command asks for.
    mutating func aims(of command: Command, robot: RobotID?) throws(Rejection) -> [Aim] {
        switch command {
        case .carry(let moves):
            var parts: [Formula] = []
            for move in moves { parts.append(try formula(of: move)) }
            return [Aim(aim: .achieve(.all(parts)), isPersonal: false)]
        case .remove(let things, let place):
            let places = try resolver.resolve(place, as: .anything)
            let there = Locator(relation: .from, place: place, isPast: false)
            let things = try referents(things.map { $0.located(there) }, as: .type(StandardTypes.item))
            resolver.recent = (things.flatMap(\.entities), places.entities)
            let whereabouts = resolver.whereabouts
            let formula = maker.quantify(things, places) { maker, thing, place in
                maker.removed(thing, from: place, whereabouts)
            }
            return [Aim(aim: .achieve(formula), isPersonal: false)]
        case .skill(let use): return try aims(of: use, robot: robot)
        }
    }

    private mutating func aims(of said: SkillUse, robot: RobotID?) throws(Rejection) -> [Aim] {
        let use = try entering(said)
        guard let manifest = context.team.skills[use.skill] else {
            throw Rejection(.unknownSkill, "no skill is called “\(use.skill)”", parts: [use.skill.rawValue])
        }
        var slots: [(name: String, referents: [Referent])] = []
        var values: [String: Value] = [:]
        for (name, phrases) in located(use, manifest) {
            guard let parameter = manifest.parameters.first(where: { $0.name == name }) else { continue }
            let found = try referents(phrases, as: .type(parameter.type))
            if !slots.isEmpty { for phrase in phrases { anchor(phrase, found) } }
            slots.append((name, found))
        }
        for slot in use.slots { if case .value(let value) = slot.filling { values[slot.name] = value } }
        resolver.recent = (
            slots.first?.referents.flatMap(\.entities) ?? [],
            slots.dropFirst().flatMap { $0.referents.flatMap(\.entities) }
        )
        let isPersonal = FormulaMaker.isPersonal(manifest)
        let known = robot.map { EntityID($0) }
        var terms: [String: Term] = [:]
        for slot in slots { terms[slot.name] = slot.referents.first?.entities.first.map(Term.entity) }
        if values.isEmpty, maker.achieved(by: manifest, terms: terms, robot: known) != nil {
            // “A mug on every table” is a mug for each table: “every” comes first.
            let anyLast =
                slots.filter { !$0.referents.contains(where: \.isAny) }
                + slots.filter { $0.referents.contains(where: \.isAny) }
            let formula = maker.combined(anyLast[...], [:]) { maker, terms in
                maker.achieved(by: manifest, terms: terms, robot: known) ?? .always
            }
            return [Aim(aim: .achieve(formula), isPersonal: isPersonal)]
        }
        var calls = [SkillCall(skill: use.skill, robot: robot, arguments: values)]
        for slot in slots {
            calls = calls.flatMap { call in
                slot.referents.flatMap { referent -> [SkillCall] in
                    let ids =
                        if case .some(let ids, _) = referent { Array(ids.prefix(1)) } else {
                            referent.entities
                        }
                    return ids.map { id in
                        var call = call
                        call.arguments[slot.name] = .entity(id)
                        return call
                    }
                }
            }
        }
        return calls.map { Aim(aim: .perform($0), isPersonal: isPersonal) }
    }

    /// Who goes to a room goes into it: a phrase for standing close to a thing
    /// (“fly to {target}”) that is filled with a room is the skill that enters rooms.
    private func entering(_ use: SkillUse) throws(Rejection) -> SkillUse {
        let skills = context.team.skills.values.sorted { $0.name < $1.name }
        guard use.slots.count == 1, case .things(let phrases) = use.slots[0].filling,
            context.team.skills[use.skill]?.parameter(of: "at") == use.slots[0].name,
            let enter = skills.first(where: { $0.parameter(of: "in") != nil }),
            let room = enter.parameter(of: "in")
        else { return use }
        for referent in try referents(phrases, as: .anything) {
            let areRooms = referent.entities.allSatisfy { resolver.lexicon.has($0, StandardTypes.room) }
            guard areRooms else { return use }
        }
        let slot = SkillUse.Slot(name: room, filling: .things(phrases))
        return SkillUse(skill: enter.name, slots: [slot], precision: use.precision)
    }

    /// The slots that are parameters, each with what the phrase’s other slots
    /// («from {place}») say of where its thing is.
    private func located(_ use: SkillUse, _ manifest: SkillManifest) -> [(String, [NounPhrase])] {
        var found: [(String, [NounPhrase])] = []
        for slot in use.slots {
            guard case .things(let phrases) = slot.filling else { continue }
            if manifest.parameters.contains(where: { $0.name == slot.name }) {
                found.append((slot.name, phrases))
            } else if !found.isEmpty, let place = phrases.first {
                let there = Locator(relation: .from, place: place, isPast: false)
                let (name, things) = found.removeLast()
                found.append((name, things.map { $0.located(there) }))
            }
        }
        return found
    }

    mutating func formula(of move: Move) throws(Rejection) -> Formula {
        let wish: Wish =
            switch move.relation {
            case .on: .oneOf([StandardTypes.surface, StandardTypes.container])
            case .within: .oneOf([StandardTypes.container, StandardTypes.room, StandardTypes.surface])
            case .at, .towards, .from:
                .oneOf([
                    StandardTypes.surface, StandardTypes.container, StandardTypes.room, StandardTypes.robot,
                ])
            }
        let things = try referents(move.things, as: .type(StandardTypes.item))
        let place = try resolver.resolve(move.place, as: wish)
        anchor(move.place, [place])
        resolver.recent = (things.flatMap(\.entities), place.entities)
        return maker.quantify(things, place) { maker, thing, place in
            maker.located(thing, move.relation, place)
        }
    }

    mutating func formula(of state: State) throws(Rejection) -> Formula {
        var formula: Formula
        switch state.predicate {
        case .located(let relation, let phrase):
            let subjects = try referents(state.subjects, as: .anything)
            let place = try resolver.resolve(phrase, as: Descriptions.placeWish(relation))
            anchor(phrase, [place])
            resolver.recent = (subjects.flatMap(\.entities), place.entities)
            formula = maker.quantify(subjects, place) { maker, thing, place in
                let inner = maker.located(thing, relation, place)
                return state.isNegated ? inner.negated : inner
            }
        case .property(let predicate, let isPositive):
            let wish: Wish = predicate == "open" ? .oneOf([StandardTypes.openable], lenient: true) : .anything
            let subjects = try referents(state.subjects, as: wish)
            resolver.recent = (subjects.flatMap(\.entities), [])
            formula = maker.quantify(subjects) { _, thing in
                .literal(Literal(predicate, [thing.term], isPositive: isPositive != state.isNegated))
            }
        case .holding(let phrases):
            let robots = try referents(state.subjects, as: .type(StandardTypes.robot))
            formula = try holding(robots, referents(phrases, as: .type(StandardTypes.item)), state.isNegated)
        case .heldBy(let phrase):
            let things = try referents(state.subjects, as: .type(StandardTypes.item))
            formula = try holding(
                [resolver.resolve(phrase, as: .type(StandardTypes.robot))], things, state.isNegated)
        }
        return formula
    }

    private mutating func holding(_ robots: [Referent], _ things: [Referent], _ isNegated: Bool) -> Formula {
        resolver.recent = (things.flatMap(\.entities), robots.flatMap(\.entities))
        return maker.quantify(things) { maker, thing in
            maker.quantify(robots) { _, robot in
                .literal(Literal("holding", [robot.term, thing.term], isPositive: !isNegated))
            }
        }
    }
}

extension SkillManifest {
    /// The entity parameter that success relates to the robot: `target` for
    /// `at(self, target)`.
    fileprivate func parameter(of predicate: String) -> String? {
        for effect in effects.success where effect.conditions.isEmpty && effect.literal.isPositive {
            guard effect.literal.predicate == predicate, effect.literal.terms.count == 2,
                effect.literal.terms[0] == .variable("self"),
                case .variable(let name) = effect.literal.terms[1],
                parameters.contains(where: { $0.name == name && $0.takesEntity })
            else { continue }
            return name
        }
        return nil
    }
}
