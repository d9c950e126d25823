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
    var resolver: NameResolver
    var maker: FormulaMaker
    let context: LanguageContext
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

    // MARK: Names

    func referents(_ phrases: [NounPhrase], as wish: Wish) throws(Rejection) -> [Referent] {
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
    mutating func anchor(_ phrase: NounPhrase, _ referents: [Referent]) {
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
            let things = try referents(phrases, as: .type(StandardTypes.item)).flatMap(\.entities)
            seen = things.map { Literal(Fact("holding", id, $0)) }
            resolver.recent = (things, [])
        case .located(let phrase):
            guard case .one(let place) = try resolver.resolve(phrase, as: .anything) else {
                throw Rejection(
                    .ambiguous, "a robot is at one place", parts: [resolver.text.written(phrase.range)])
            }
            resolver.recent = ([], [place])
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
