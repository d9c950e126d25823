import PlanRules
import RobotModel

/// Turns a lifted problem into bits: instantiates, drops what always holds and
/// what nobody asks about, and numbers the rest.
struct Grounder {
    /// A literal over the atoms that can hold: `atom + 1`, negative where denied.
    typealias SignedAtom = Int32

    struct RawEffect {
        var conditions: [SignedAtom]
        var adds: [Int32] = []
        var deletes: [Int32] = []
    }

    struct RawAction {
        let schema: Int
        let binding: [Int32]
        var conditions: [SignedAtom]
        var effects: [RawEffect]
    }

    struct RawAxiom {
        let head: Int32
        var body: [SignedAtom]
    }

    private let lifted: LiftedTask
    private let reach: Reachability
    private let isBase: [Bool]
    private(set) var actions: [RawAction] = []
    private(set) var axioms: [RawAxiom] = []
    private(set) var holdsAlways: [Bool]
    private var canEnd: [Bool]

    static func ground(
        _ task: LiftedTask, world: WorldState, prunes: Bool, budget: PlanningBudget
    ) throws(Rejection) -> GroundTask {
        var grounder = try Grounder(task, world: world, budget: budget)
        try grounder.instantiate(budget: budget)
        grounder.findConstants()
        return grounder.number(prunes: prunes)
    }

    private init(_ task: LiftedTask, world: WorldState, budget: PlanningBudget) throws(Rejection) {
        var task = task
        let count = task.lexicon.predicates.count
        var isStatic = (0..<count).map { !task.derived.contains($0) }
        for schema in task.schemas {
            for effect in schema.effects { isStatic[effect.change.predicate] = false }
        }
        var initial: [(predicate: Int, arguments: [Int32])] = []
        var numbers: [Lexicon.Predicate: Int] = [:]
        for (number, key) in task.lexicon.predicates.enumerated() where key.openPlaces == 0 {
            numbers[key] = number
        }
        for fact in world.facts.sorted() {
            let key = Lexicon.Predicate(name: fact.predicate, arity: fact.arguments.count, openPlaces: 0)
            guard let predicate = numbers[key] else { continue }
            initial.append((predicate, fact.arguments.compactMap(task.lexicon.number)))
        }
        var staticValues: [Int: [[Bool]]] = [:]
        for (number, key) in task.lexicon.predicates.enumerated() where isStatic[number] {
            let none = Array(repeating: false, count: task.lexicon.entities.count)
            staticValues[number] = Array(repeating: none, count: key.arity)
        }
        for fact in initial where isStatic[fact.predicate] {
            for (place, argument) in fact.arguments.enumerated() {
                staticValues[fact.predicate]?[place][Int(argument)] = true
            }
        }
        var demand = DemandAnalysis(entityCount: task.lexicon.entities.count, staticValues: staticValues)
        demand.narrow(&task)
        lifted = task
        reach = try Reachability(task: task, initial: initial, isStatic: isStatic, budget: budget)
        isBase = (0..<count).map { !task.derived.contains($0) }
        holdsAlways = Array(repeating: false, count: reach.atoms.count)
        canEnd = Array(repeating: false, count: reach.atoms.count)
    }

    private func isBase(_ atom: Int32) -> Bool { isBase[Int(reach.atoms.predicateOf[Int(atom)])] }
    private func holdsInitially(_ atom: Int32) -> Bool { atom < reach.initialCount && isBase(atom) }

    // MARK: Instances

    private mutating func instantiate(budget: PlanningBudget) throws(Rejection) {
        for (number, instance) in reach.instances.enumerated() {
            if number % 1024 == 0 { try budget.check() }
            let template = lifted.templates[instance.template]
            let binding = Array(reach.binding(of: instance))
            switch template.kind {
            case .conditionalEffect: continue
            case .axiom:
                guard let head = template.heads.first,
                    let atom = reach.atoms.find(
                        predicate: head.predicate, arguments: head.arguments(binding)),
                    let body = signed(template.body + template.denials, binding)
                else { continue }
                axioms.append(RawAxiom(head: atom, body: body))
            case .action(let schema):
                guard let conditions = signed(lifted.schemas[schema].conditions, binding) else { continue }
                actions.append(
                    RawAction(
                        schema: schema, binding: binding, conditions: conditions,
                        effects: effects(of: lifted.schemas[schema], binding)))
            }
        }
    }

    /// Ground literals; those that deny what can never hold vanish. Nil where
    /// one asks for what can never hold.
    private func signed(_ literals: [LiftedLiteral], _ binding: [Int32]) -> [SignedAtom]? {
        var result: [SignedAtom] = []
        for literal in literals {
            let atom = reach.atoms.find(predicate: literal.predicate, arguments: literal.arguments(binding))
            if literal.isPositive {
                guard let atom else { return nil }
                if !result.contains(atom + 1) { result.append(atom + 1) }
            } else if let atom, !result.contains(-atom - 1) {
                result.append(-atom - 1)
            }
        }
        return result
    }

    private mutating func effects(of schema: ActionSchema, _ binding: [Int32]) -> [RawEffect] {
        var effects = [RawEffect(conditions: [])]
        for effect in schema.effects {
            forEachMatch(of: effect.conditions[...], binding: binding, conditions: []) {
                binding, conditions in
                var number = effects.firstIndex { $0.conditions == conditions } ?? effects.count
                if number == effects.count { effects.append(RawEffect(conditions: conditions)) }
                if conditions.isEmpty { number = 0 }
                let pattern = effect.change.arguments(binding)
                if effect.change.isPositive {
                    if let atom = reach.atoms.find(predicate: effect.change.predicate, arguments: pattern) {
                        effects[number].adds.append(atom)
                    }
                } else {
                    effects[number].deletes += reach.atoms.matches(
                        predicate: effect.change.predicate, pattern: pattern)
                }
            }
        }
        for number in effects.indices {
            let adds = effects[number].adds + effects[0].adds
            effects[number].deletes.removeAll { adds.contains($0) }
            for atom in effects[number].deletes { canEnd[Int(atom)] = true }
        }
        return effects
    }

    private func forEachMatch(
        of literals: ArraySlice<LiftedLiteral>, binding: [Int32], conditions: [SignedAtom],
        _ body: (_ binding: [Int32], _ conditions: [SignedAtom]) -> Void
    ) {
        guard let literal = literals.first else { return body(binding, conditions.sorted()) }
        let highest = literal.terms.map { $0 < 0 ? Int(-1 - $0) + 1 : 0 }.max() ?? 0
        var binding = binding
        while binding.count < highest { binding.append(-1) }
        let pattern = literal.arguments(binding)
        if !literal.isPositive {
            let atom = reach.atoms.find(predicate: literal.predicate, arguments: pattern)
            return forEachMatch(
                of: literals.dropFirst(), binding: binding,
                conditions: atom.map { conditions + [-$0 - 1] } ?? conditions, body)
        }
        for atom in reach.atoms.matches(predicate: literal.predicate, pattern: pattern) {
            var extended = binding
            var fits = true
            for (term, argument) in zip(literal.terms, reach.atoms.arguments(of: atom)) where term < 0 {
                let variable = Int(-1 - term)
                if extended[variable] < 0 { extended[variable] = argument }
                if extended[variable] != argument { fits = false }
            }
            if fits {
                forEachMatch(
                    of: literals.dropFirst(), binding: extended, conditions: conditions + [atom + 1], body)
            }
        }
    }

    // MARK: Constants

    /// Marks what holds from the start and never ends, and what follows from it.
    private mutating func findConstants() {
        for atom in 0..<reach.initialCount where isBase(atom) && !canEnd[Int(atom)] {
            holdsAlways[Int(atom)] = true
        }
        var waiting: [[Int]] = Array(repeating: [], count: reach.atoms.count)
        var open = axioms.map { axiom in axiom.body.count }
        var settled: [Int32] = []
        for (number, axiom) in axioms.enumerated() {
            for literal in axiom.body where literal > 0 {
                if holdsAlways[Int(literal - 1)] {
                    open[number] -= 1
                } else {
                    waiting[Int(literal - 1)].append(number)
                }
            }
            if open[number] == 0 { settled.append(axiom.head) }
        }
        while let atom = settled.popLast() {
            guard !holdsAlways[Int(atom)] else { continue }
            holdsAlways[Int(atom)] = true
            for number in waiting[Int(atom)] {
                open[number] -= 1
                if open[number] == 0 { settled.append(axioms[number].head) }
            }
        }
        func simplified(_ literals: [SignedAtom]) -> [SignedAtom]? {
            if literals.contains(where: { $0 < 0 && holdsAlways[Int(-$0 - 1)] }) { return nil }
            return literals.filter { $0 < 0 || !holdsAlways[Int($0 - 1)] }
        }
        axioms = axioms.compactMap { axiom in
            guard !holdsAlways[Int(axiom.head)], let body = simplified(axiom.body) else { return nil }
            return RawAxiom(head: axiom.head, body: body)
        }
        actions = actions.compactMap { action in
            guard let conditions = simplified(action.conditions) else { return nil }
            var action = action
            action.conditions = conditions
            action.effects = action.effects.compactMap { effect in
                guard let conditions = simplified(effect.conditions) else { return nil }
                var effect = effect
                effect.conditions = conditions
                effect.adds.removeAll { holdsAlways[Int($0)] }
                return effect
            }
            return action
        }
    }

    // MARK: Numbers

    private func number(prunes: Bool) -> GroundTask {
        var task = GroundTask(lifted: lifted, reachable: reach.atoms)
        var goals: [[SignedAtom]] = []
        for literals in lifted.stageGoals {
            var goal = GroundTask.StageGoal()
            var atoms: [SignedAtom] = []
            for literal in literals {
                let atom = reach.atoms.find(predicate: literal.predicate, arguments: literal.terms)
                let always = atom.map { holdsAlways[Int($0)] } ?? false
                if let atom, !always {
                    atoms.append(literal.isPositive ? atom + 1 : -atom - 1)
                } else if literal.isPositive != always {
                    goal.unreachable.append(
                        lifted.lexicon.literal(
                            predicate: literal.predicate, arguments: literal.terms[...],
                            isPositive: literal.isPositive))
                }
            }
            goals.append(atoms)
            task.stageGoals.append(goal)
        }
        let relevance = Relevance(
            atomCount: reach.atoms.count, actions: actions, axioms: axioms, goals: goals,
            holdsInitially: (0..<Int32(reach.atoms.count)).map(holdsInitially), prunes: prunes)
        task.isComplete = !relevance.leavesOut
        GroundTaskNumbering(
            actions: actions, axioms: axioms, goals: goals, relevance: relevance,
            isBase: (0..<Int32(reach.atoms.count)).map(isBase),
            isEarly: (0..<reach.atoms.count).map {
                let predicate = Int(reach.atoms.predicateOf[$0])
                return isBase[predicate] || lifted.projectionsOfBase.contains(predicate)
            },
            holdsInitially: (0..<Int32(reach.atoms.count)).map(holdsInitially)
        ).fill(&task) { atom in
            lifted.lexicon.literal(
                predicate: Int(reach.atoms.predicateOf[Int(atom)]), arguments: reach.atoms.arguments(of: atom)
            )
        }
        return task
    }
}
