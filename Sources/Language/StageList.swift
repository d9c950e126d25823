import PlanRules
import RobotModel

/// The stages of a goal as they grow. ``GoalBuilder`` states the rules.
struct StageList {
    private struct Entry {
        var aim: GoalAim
        var performer: Performer
        /// What it makes true, written out.
        var literals: [Literal]
    }

    /// Literals by what they can clash over.
    private struct Clashes {
        private var byThing: [EntityID: [Literal]] = [:]
        private var byPredicate: [String: [Literal]] = [:]

        init(_ literals: [Literal]) {
            for literal in literals {
                if let thing = literal.placed { byThing[thing, default: []].append(literal) }
                byPredicate[literal.predicate, default: []].append(literal)
            }
        }

        func contains(with old: Literal, where clash: (Literal, Literal) -> Bool) -> Bool {
            if let thing = old.placed, byThing[thing]?.contains(where: { clash($0, old) }) == true {
                return true
            }
            return byPredicate[old.predicate]?.contains { $0.isPositive != old.isPositive && clash($0, old) }
                == true
        }
    }

    private var entries: [Entry] = []
    private let world: WorldState
    private let skills: [SkillName: SkillManifest]

    init(world: WorldState = WorldState(), skills: [SkillName: SkillManifest] = [:]) {
        self.world = world
        self.skills = skills
    }

    var count: Int { entries.count }
    var newestLiterals: [Literal] { entries.last?.literals ?? [] }

    mutating func add(_ aim: GoalAim, by performer: Performer, isAfter: Bool) {
        let new = Entry(aim: aim, performer: performer, literals: literals(of: aim, by: performer))
        if !isAfter, performer == .any, let last = entries.last, last.performer == .any,
            case .achieve(let formula) = aim, case .achieve(let before) = last.aim,
            case let clashes = Clashes(new.literals),
            !last.literals.contains(where: { clashes.contains(with: $0, where: Self.contradict) })
        {
            entries[entries.count - 1].aim = .achieve(.all([before, formula]))
            entries[entries.count - 1].literals += new.literals
        } else {
            entries.append(new)
        }
    }

    /// Whether some stage is to bring `thing` to another place.
    func moves(_ thing: EntityID) -> Bool {
        entries.contains { $0.literals.contains { $0.isPositive && $0.placed == thing } }
    }

    /// Wants `literal` of the stage that was being made when the list had
    /// `index` stages, too.
    mutating func keep(_ literal: Literal, in index: Int) {
        let index = min(index, entries.count - 1)
        guard entries.indices.contains(index), case .achieve(let formula) = entries[index].aim else { return }
        entries[index].aim = .achieve(.all([formula, .literal(literal)]))
    }

    /// The stages, each with what those before it achieved and none undoes.
    func finished() -> [GoalStage] {
        var stages: [GoalStage] = []
        var kept: [(formula: Formula, literals: [Literal])] = []
        for entry in entries {
            let clashes = Clashes(entry.literals)
            kept.removeAll { old in
                old.literals.contains { clashes.contains(with: $0, where: Self.supersedes) }
            }
            guard case .achieve(let formula) = entry.aim else {
                stages.append(GoalStage(entry.aim, by: entry.performer))
                continue
            }
            stages.append(GoalStage(.achieve(.all([formula] + kept.map(\.formula))), by: entry.performer))
            for part in formula.conjuncts where !kept.contains(where: { $0.formula == part }) {
                let literals = part.literals(in: world)
                if !literals.contains(where: isPassing) { kept.append((part, literals)) }
            }
        }
        return stages
    }

    /// Where a robot stands and what it holds is for the moment only.
    private func isPassing(_ literal: Literal) -> Bool {
        literal.isPositive && ["at", "in", "holding", "flying"].contains(literal.predicate)
    }

    private func literals(of aim: GoalAim, by performer: Performer) -> [Literal] {
        switch aim {
        case .achieve(let formula): return formula.literals(in: world)
        case .perform(let call):
            var binding = call.arguments.compactMapValues(\.entity)
            if case .robot(let robot) = performer { binding["self"] = EntityID(robot) }
            let effects = skills[call.skill]?.effects.success ?? []
            return effects.filter(\.conditions.isEmpty).map { $0.literal.bound(by: binding) }
        }
    }

    // MARK: Order

    /// Whether both can’t hold at once.
    static func contradict(_ left: Literal, _ right: Literal) -> Bool {
        if opposes(left, right) || opposes(right, left) { return true }
        guard left.isPositive, right.isPositive, left != right, let thing = left.placed else { return false }
        return thing == right.placed && left.isRoomwide == right.isRoomwide
    }

    /// Whether bringing about `later` may take back `earlier`.
    static func supersedes(_ later: Literal, _ earlier: Literal) -> Bool {
        if contradict(later, earlier) { return true }
        guard later.isPositive, let thing = later.placed, later != earlier else { return false }
        return earlier.isPositive && earlier.placed == thing
    }

    private static func opposes(_ left: Literal, _ right: Literal) -> Bool {
        guard left.isPositive != right.isPositive, left.predicate == right.predicate,
            left.terms.count == right.terms.count
        else { return false }
        return zip(left.terms, right.terms).allSatisfy { $0 == $1 || $0 == .any || $1 == .any }
    }
}

extension Literal {
    /// The entity whose place it tells.
    var placed: EntityID? {
        let index: Int
        switch predicate {
        case "on", "inside", "located", "at", "in", "flying": index = 0
        case "holding": index = 1
        default: return nil
        }
        guard terms.indices.contains(index), case .entity(let id) = terms[index] else { return nil }
        return id
    }

    /// Whether it tells the room only.
    var isRoomwide: Bool { predicate == "located" || predicate == "in" }
}
