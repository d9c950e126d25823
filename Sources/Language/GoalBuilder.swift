import PlanRules
import RobotModel

/// Turns clauses into the stages of a goal.
///
/// Rules:
/// 1. Clauses that no robot is named for, and that no word puts in order, are
///    one stage: their facts may be brought about in any order and at once.
/// 2. “then” begins a stage; so does a clause that takes back what one before
///    it asks for.
/// 3. A command to a named robot is a stage of its own; so is every command
///    where one robot is spoken to (“you are at the table”) or must do it all,
///    because some command only moves a robot or fills its gripper.
/// 4. What a stage achieves, the stages after it keep, unless they undo it.
struct GoalBuilder {
    private(set) var resolver: NameResolver
    private var maker: FormulaMaker
    private let context: LanguageContext
    private let speaker: Speaker
    private var stages = StageList()
    private var observations: [Literal] = []
    /// Where things that were said to be somewhere are to stay, and for which stage.
    private var anchors: [(stage: Int, literal: Literal)] = []
    private var newAnchors: [Literal] = []
    private(set) var needs = SpeakerNeeds()

    /// Who unnamed commands are for.
    enum Speaker: Hashable {
        case team
        /// One and the same, whichever it is.
        case anyOne
        case robot(RobotID)
    }

    /// More clauses than this are several tasks.
    static let mostClauses = 256

    init(lexicon: Lexicon, context: LanguageContext, text: InstructionText, speaker: Speaker) {
        self.context = context
        self.speaker = speaker
        resolver = NameResolver(lexicon: lexicon, world: context.world, text: text)
        maker = FormulaMaker(lexicon: lexicon)
        stages = StageList(world: context.world, skills: context.team.skills)
    }

    mutating func build(_ clauses: [ParsedClause]) throws(Rejection) -> Goal {
        guard clauses.count <= Self.mostClauses else {
            throw Rejection(
                .invalidRequest,
                "the instruction has \(clauses.count) parts, more than \(Self.mostClauses): split it into tasks"
            )
        }
        let described = Descriptions.find(in: clauses, resolver: &resolver)
        var addressee: RobotID?
        for (index, clause) in clauses.enumerated() where !described.contains(index) {
            if clause.startsSentence { addressee = nil }
            try add(clause, addressee: &addressee)
        }
        let anchored = anchors.filter { anchor in
            guard case .entity(let thing)? = anchor.literal.terms.first else { return false }
            return !stages.moves(thing)
        }
        for anchor in anchored { stages.keep(anchor.literal, in: anchor.stage) }
        return Goal(stages: stages.finished(), observations: observations)
    }

    /// Takes the first reading that makes sense of its names. A reading whose
    /// name fits several things is not passed over: that would be a guess.
    private mutating func add(_ clause: ParsedClause, addressee: inout RobotID?) throws(Rejection) {
        var refused: [Rejection] = []
        for reading in Self.ordered(clause.readings) {
            var attempt = self
            var named = addressee
            do throws(Rejection) {
                try attempt.add(reading, isAfter: clause.isAfter, addressee: &named)
                self = attempt
                addressee = named
                return
            } catch {
                if error.code == .ambiguous { throw error }
                refused.append(error)
            }
        }
        let worst = refused.first { $0.code == .unknownEntity } ?? refused.first
        throw worst ?? Rejection(.notUnderstood, "this isn’t understood")
    }

    /// Skills whose phrases ask for narrower types come before wider ones,
    /// and before what needs no skill’s phrase.
    private static func ordered(_ readings: [Clause]) -> [Clause] {
        func rank(_ clause: Clause) -> Int {
            switch clause.content {
            case .command(let command, _), .deed(_, let command):
                switch command {
                case .remove: 100
                case .skill(let use): 10 + use.precision
                case .carry: 5
                }
            case .presence, .state: 200
            }
        }
        return readings.enumerated()
            .sorted { (rank($1.element), $0.offset) < (rank($0.element), $1.offset) }.map(\.element)
    }

    private mutating func add(
        _ clause: Clause, isAfter: Bool, addressee: inout RobotID?
    ) throws(Rejection) {
        switch clause.content {
        case .presence(let presence):
            if let phrase = presence.addressee.first { addressee = try robot(phrase) }
            needs.isSpokenTo = addressee == nil || needs.isSpokenTo
            let robot: RobotID? =
                if let addressee { addressee } else if case .robot(let id) = speaker { id } else { nil }
            if let robot { try observe(presence, of: robot) }
        case .command(let command, let to):
            if let phrase = to.first { addressee = try robot(phrase) }
            try order(command, addressee: addressee, isAfter: isAfter)
        case .deed(let subject, let command):
            let robot = try robot(subject)
            let aims = try aims(of: command, robot: robot)
            for aim in aims {
                stages.add(aim.aim, by: aim.isPersonal ? .any : .robot(robot), isAfter: isAfter)
            }
        case .state(let state):
            stages.add(.achieve(try formula(of: state)), by: .any, isAfter: isAfter)
        }
        for move in clause.additions {
            stages.add(.achieve(try formula(of: move)), by: .any, isAfter: false)
        }
        anchors += newAnchors.map { (stages.count - 1, $0) }
        newAnchors = []
        for literal in stages.newestLiterals { resolver.whereabouts.assume(literal) }
    }

    private mutating func order(
        _ command: Command, addressee: RobotID?, isAfter: Bool
    ) throws(Rejection) {
        var robot: RobotID? =
            if let addressee { addressee } else if case .robot(let id) = speaker { id } else { nil }
        if robot == nil, case .skill(let use) = command { robot = try onlyRobot(for: use) }
        let aims = try aims(of: command, robot: robot)
        let performer: Performer =
            if let robot { .robot(robot) } else if speaker == .anyOne { .same("you") } else { .any }
        for (index, aim) in aims.enumerated() {
            stages.add(aim.aim, by: performer, isAfter: isAfter && index == 0)
        }
        guard addressee == nil else { return }
        needs.note(command, aims: aims.map(\.aim), skills: context.team.skills)
    }

    // MARK: Clauses

    private struct Aim {
        var aim: GoalAim
        /// Whether it is about the robot itself.
        var isPersonal: Bool
    }

    private mutating func aims(of command: Command, robot: RobotID?) throws(Rejection) -> [Aim] {
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

    private mutating func formula(of move: Move) throws(Rejection) -> Formula {
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

    private mutating func formula(of state: State) throws(Rejection) -> Formula {
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

    // MARK: Names

    private func referents(_ phrases: [NounPhrase], as wish: Wish) throws(Rejection) -> [Referent] {
        var found: [Referent] = []
        for phrase in phrases { found.append(try resolver.resolve(phrase, as: wish)) }
        return found
    }

    /// Who does what is about the robot itself where nobody is named: the only
    /// one that has the skill.
    private func onlyRobot(for use: SkillUse) throws(Rejection) -> RobotID? {
        guard let manifest = context.team.skills[use.skill], FormulaMaker.isPersonal(manifest) else {
            return nil
        }
        let able = context.team.robots.values.filter { $0.skills.contains(use.skill) }.map(\.id).sorted()
        if able.count == 1 { return able[0] }
        let missing = manifest.parameters.first { parameter in
            parameter.default == nil && !use.slots.contains { $0.name == parameter.name }
        }
        guard let missing, !able.isEmpty else { return nil }
        throw Rejection(
            .ambiguous,
            "\(use.skill) needs to know its \(missing.name), or which robot is meant: name it",
            parts: [use.skill.rawValue],
            suggestions: able.map { resolver.listed(EntityID($0)) })
    }

    private func robot(_ phrase: NounPhrase) throws(Rejection) -> RobotID {
        guard case .one(let id) = try resolver.resolve(phrase, as: .type(StandardTypes.robot)) else {
            throw Rejection(
                .ambiguous, "speak to one robot at a time", parts: [resolver.text.written(phrase.range)])
        }
        return RobotID(id)
    }

    /// “into the plate which is on the table”: when all is done, the plate is
    /// still there, unless it is asked for elsewhere.
    private mutating func anchor(_ phrase: NounPhrase, _ referents: [Referent]) {
        for case .one(let id) in referents {
            guard let literal = Descriptions.anchor(phrase, id, resolver) else { continue }
            newAnchors.append(literal)
        }
    }

    /// Where a person says that the robot is replaces where it was believed to be.
    private mutating func observe(_ presence: Presence, of robot: RobotID) throws(Rejection) {
        let id = EntityID(robot)
        var seen: [Literal] = []
        switch presence.claim {
        case .holding(let phrases):
            for thing in try referents(phrases, as: .type(StandardTypes.item)).flatMap(\.entities) {
                seen.append(Literal(Fact("holding", id, thing)))
            }
        case .located(let phrase):
            guard case .one(let place) = try resolver.resolve(phrase, as: .anything) else {
                throw Rejection(
                    .ambiguous, "a robot is at one place", parts: [resolver.text.written(phrase.range)])
            }
            let isRoom = resolver.lexicon.has(place, StandardTypes.room)
            let fact = Fact(isRoom ? "in" : "at", id, place)
            seen = context.world.facts.sorted()
                .filter { $0.predicate == fact.predicate && $0.arguments.first == id && $0 != fact }
                .map { Literal($0, isPositive: false) }
            seen.append(Literal(fact))
        }
        for literal in seen {
            resolver.whereabouts.assume(literal)
            observations.append(literal)
        }
    }
}

extension FormulaMaker {
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
