import RobotModel

/// Everything that could ever hold and be done if nothing that holds ever
/// ended: a fixpoint over rules and skills, each new fact tried once in every
/// place that it fits (semi-naive evaluation).
struct Reachability {
    struct Instance {
        let template: Int
        let bindingStart: Int
    }

    /// More instances than this are refused: the problem is too large.
    static let mostInstances = 4_000_000

    private(set) var atoms = AtomTable()
    private(set) var instances: [Instance] = []
    private(set) var bindings: [Int32] = []
    /// Atoms below this number hold at the start.
    let initialCount: Int32

    private let task: LiftedTask
    private let templates: [RuleTemplate]
    private let isStatic: [Bool]
    private var general: [[Use]]
    private var byFirst: [UInt64: [Use]] = [:]

    /// A place in some body that an atom may fill.
    private struct Use {
        let template: Int
        let place: Int
    }

    /// - Parameter isStatic: predicates, by number, that no skill changes and no
    ///   rule derives.
    init(
        task: LiftedTask, initial: [(predicate: Int, arguments: [Int32])], isStatic: [Bool],
        budget: PlanningBudget
    ) throws(Rejection) {
        self.task = task
        templates = task.templates
        self.isStatic = isStatic
        general = Array(repeating: [], count: task.lexicon.predicates.count)
        for fact in initial { atoms.insert(predicate: fact.predicate, arguments: fact.arguments) }
        initialCount = Int32(atoms.count)
        for (number, template) in templates.enumerated() {
            for (place, literal) in template.body.enumerated() {
                let use = Use(template: number, place: place)
                if let first = literal.terms.first, first >= 0 {
                    byFirst[Self.slot(literal.predicate, first), default: []].append(use)
                } else {
                    general[literal.predicate].append(use)
                }
            }
            if template.body.isEmpty {
                var binding = Array(repeating: Int32(-1), count: template.domains.count)
                bindRest(number, binding: &binding, from: 0)
            }
        }
        var next: Int32 = 0
        while Int(next) < atoms.count {
            spread(next)
            next += 1
            if next % 256 == 0 {
                try budget.check()
                guard instances.count <= Self.mostInstances else {
                    throw Rejection(
                        .overBudget,
                        "the world is too large to plan in: more than \(Self.mostInstances) ways to act")
                }
            }
        }
    }

    func binding(of instance: Instance) -> ArraySlice<Int32> {
        bindings[instance.bindingStart..<instance.bindingStart + templates[instance.template].domains.count]
    }

    private static func slot(_ predicate: Int, _ first: Int32) -> UInt64 {
        UInt64(predicate) << 32 | UInt64(UInt32(bitPattern: first))
    }

    private mutating func spread(_ atom: Int32) {
        let predicate = Int(atoms.predicateOf[Int(atom)])
        for use in general[predicate] { fill(use, with: atom) }
        if let first = atoms.arguments(of: atom).first, let uses = byFirst[Self.slot(predicate, first)] {
            for use in uses { fill(use, with: atom) }
        }
    }

    private mutating func fill(_ use: Use, with atom: Int32) {
        let template = templates[use.template]
        var binding = Array(repeating: Int32(-1), count: template.domains.count)
        guard unify(template.body[use.place], atom, domains: template.domains, binding: &binding) else {
            return
        }
        var waiting = Array(template.body.indices)
        waiting.remove(at: use.place)
        join(use, newest: atom, waiting: waiting, binding: binding)
    }

    /// Fills the body's other places with atoms up to the newest, those before
    /// its own place with older ones only: each instance arises once.
    private mutating func join(_ use: Use, newest: Int32, waiting: [Int], binding: [Int32]) {
        let template = templates[use.template]
        var best: (offset: Int, list: [Int32])?
        for (offset, place) in waiting.enumerated() {
            let literal = template.body[place]
            let pattern = literal.arguments(binding)
            let list: [Int32]
            if pattern.allSatisfy({ $0 >= 0 }) {
                guard let found = atoms.find(predicate: literal.predicate, arguments: pattern) else { return }
                list = [found]
            } else {
                list = atoms.candidates(predicate: literal.predicate, pattern: pattern)
            }
            if list.isEmpty { return }
            if best.map({ list.count < $0.list.count }) ?? true { best = (offset, list) }
            if list.count == 1 { break }
        }
        guard let best else {
            var binding = binding
            bindRest(use.template, binding: &binding, from: 0)
            return
        }
        let place = waiting[best.offset]
        var rest = waiting
        rest.remove(at: best.offset)
        let limit = place < use.place ? newest : newest + 1
        for atom in best.list {
            if atom >= limit { break }
            var extended = binding
            if unify(template.body[place], atom, domains: template.domains, binding: &extended) {
                join(use, newest: newest, waiting: rest, binding: extended)
            }
        }
    }

    private func unify(_ literal: LiftedLiteral, _ atom: Int32, domains: [[Bool]?], binding: inout [Int32])
        -> Bool
    {
        for (term, argument) in zip(literal.terms, atoms.arguments(of: atom)) {
            if term >= 0 {
                if term != argument { return false }
                continue
            }
            let variable = Int(-1 - term)
            if binding[variable] >= 0 {
                if binding[variable] != argument { return false }
            } else {
                if let domain = domains[variable], !domain[Int(argument)] { return false }
                binding[variable] = argument
            }
        }
        return true
    }

    /// Gives variables that no positive condition binds every value they may have.
    private mutating func bindRest(_ template: Int, binding: inout [Int32], from start: Int) {
        guard let open = binding[start...].firstIndex(of: -1) else { return emit(template, binding) }
        guard let domain = templates[template].domains[open] else { return }
        for entity in domain.indices where domain[entity] {
            binding[open] = Int32(entity)
            bindRest(template, binding: &binding, from: open + 1)
        }
        binding[open] = -1
    }

    private mutating func emit(_ number: Int, _ binding: [Int32]) {
        let template = templates[number]
        for denial in template.denials where isStatic[denial.predicate] {
            if atoms.find(predicate: denial.predicate, arguments: denial.arguments(binding)) != nil { return }
        }
        if case .action(let schema) = template.kind, !task.schemas[schema].exclusions.isEmpty {
            let call = task.schemas[schema].call(binding[...], lexicon: task.lexicon)
            if task.schemas[schema].exclusions.contains(call.arguments) { return }
        }
        if template.kind != .conditionalEffect {
            instances.append(Instance(template: number, bindingStart: bindings.count))
            bindings.append(contentsOf: binding)
        }
        for head in template.heads {
            atoms.insert(predicate: head.predicate, arguments: head.arguments(binding))
        }
    }
}
