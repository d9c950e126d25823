import RobotModel

/// The least model of derived rules over a table of base facts, each new fact
/// tried once in every place that it fits.
///
/// Where it is said what will be asked, only what that can depend on is derived.
struct RuleClosure {
    private struct Atom {
        let predicate: Int
        /// An entity from 0, a variable below: -1 the first, -2 the second, …
        let terms: [Int32]
        let isPositive: Bool
        static let any = Int32.min
    }

    private struct Rule {
        let head: Atom
        let body: [Atom]
        let variableCount: Int
        /// Per variable what it may stand for; nil for anything.
        var domains: [Set<Int32>?]
    }

    private var table: FactTable
    private var rules: [Rule] = []
    private var uses: [[(rule: Int, place: Int)]] = []

    static func close(_ table: FactTable, rules: [DerivedRule], asking: [Literal]?) -> FactTable {
        var closure = RuleClosure(table: table)
        for rule in rules { closure.add(rule) }
        if let asking { closure.narrow(to: asking) }
        closure.run()
        return closure.table
    }

    private init(table: FactTable) { self.table = table }

    private mutating func add(_ rule: DerivedRule) {
        var scope: [String: Int32] = [:]
        func atom(_ literal: Literal, _ table: inout FactTable, _ scope: inout [String: Int32]) -> Atom {
            let predicate = table.number(
                FactTable.Predicate(name: literal.predicate, arity: literal.terms.count))
            let terms = literal.terms.map { term -> Int32 in
                switch term {
                case .any: return Atom.any
                case .entity(let id): return table.number(id)
                case .variable(let name):
                    let variable = scope[name] ?? -1 - Int32(scope.count)
                    scope[name] = variable
                    return variable
                }
            }
            return Atom(predicate: predicate, terms: terms, isPositive: literal.isPositive)
        }
        let body = rule.body.map { atom($0, &table, &scope) }
        let head = atom(rule.head, &table, &scope)
        rules.append(
            Rule(
                head: head, body: body, variableCount: scope.count,
                domains: Array(repeating: nil, count: scope.count)))
    }

    // MARK: What is asked

    /// Per place of a derived predicate what is asked there; nil for anything.
    private typealias Demand = [Set<Int32>?]

    private mutating func narrow(to asking: [Literal]) {
        let derived = Set(rules.map(\.head.predicate))
        var demand: [Int: Demand] = [:]
        func ask(_ predicate: Int, _ places: Demand) -> Bool {
            guard derived.contains(predicate) else { return false }
            guard let known = demand[predicate] else {
                demand[predicate] = places
                return true
            }
            let joined = zip(known, places).map { old, new -> Set<Int32>? in
                guard let old, let new else { return nil }
                return old.union(new)
            }
            demand[predicate] = joined
            return joined != known
        }
        for literal in asking {
            let predicate = table.number(
                FactTable.Predicate(name: literal.predicate, arity: literal.terms.count))
            _ = ask(
                predicate,
                literal.terms.map { term in
                    if case .entity(let id) = term { [table.number(id)] } else { nil }
                })
        }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for number in rules.indices {
                guard let asked = demand[rules[number].head.predicate] else { continue }
                var domains: [Set<Int32>?] = Array(repeating: nil, count: rules[number].variableCount)
                for (term, values) in zip(rules[number].head.terms, asked) where term < 0 && term != Atom.any
                {
                    let variable = Int(-1 - term)
                    if let values {
                        domains[variable] = domains[variable].map { $0.intersection(values) } ?? values
                    }
                }
                rules[number].domains = domains
                for atom in rules[number].body {
                    let places = atom.terms.map { term -> Set<Int32>? in
                        if term == Atom.any { return nil }
                        return term >= 0 ? [term] : domains[Int(-1 - term)]
                    }
                    if ask(atom.predicate, places) { isGrowing = true }
                }
            }
        }
        rules.removeAll { demand[$0.head.predicate] == nil }
    }

    // MARK: Derivation

    private mutating func run() {
        uses = Array(repeating: [], count: table.predicates.count)
        for (number, rule) in rules.enumerated() {
            for (place, atom) in rule.body.enumerated() where atom.isPositive {
                uses[atom.predicate].append((number, place))
            }
            if !rule.body.contains(where: \.isPositive) {
                join(
                    rule, newest: -1, filled: -1, waiting: [],
                    binding: Array(repeating: -1, count: rule.variableCount))
            }
        }
        var next: Int32 = 0
        while Int(next) < table.count {
            for (number, place) in uses[Int(table.predicateOf[Int(next)])] {
                let rule = rules[number]
                var binding = Array(repeating: Int32(-1), count: rule.variableCount)
                guard unify(rule, place, next, &binding) else { continue }
                let waiting = rule.body.indices.filter { $0 != place && rule.body[$0].isPositive }
                join(rule, newest: next, filled: place, waiting: waiting, binding: binding)
            }
            next += 1
        }
    }

    /// Fills the body's other places with facts up to the newest, those before
    /// the filled place with older ones only, so that nothing is found twice.
    private mutating func join(_ rule: Rule, newest: Int32, filled: Int, waiting: [Int], binding: [Int32]) {
        guard let place = waiting.first else {
            let holds = rule.body.allSatisfy {
                $0.isPositive || !table.hasMatch($0.predicate, pattern($0, binding))
            }
            let head = pattern(rule.head, binding)
            if holds, !head.contains(where: { $0 < 0 }) { table.insert(rule.head.predicate, head) }
            return
        }
        let atom = rule.body[place]
        let limit = place < filled ? newest : newest + 1
        for fact in table.candidates(atom.predicate, pattern(atom, binding)) {
            if fact >= limit { break }
            var extended = binding
            if unify(rule, place, fact, &extended) {
                join(
                    rule, newest: newest, filled: filled, waiting: Array(waiting.dropFirst()),
                    binding: extended)
            }
        }
    }

    private func pattern(_ atom: Atom, _ binding: [Int32]) -> [Int32] {
        atom.terms.map { $0 >= 0 ? $0 : $0 == Atom.any ? -1 : binding[Int(-1 - $0)] }
    }

    private func unify(_ rule: Rule, _ place: Int, _ fact: Int32, _ binding: inout [Int32]) -> Bool {
        for (term, argument) in zip(rule.body[place].terms, table.arguments(fact)) {
            if term == Atom.any { continue }
            if term >= 0 {
                if term != argument { return false }
                continue
            }
            let variable = Int(-1 - term)
            if binding[variable] >= 0 {
                if binding[variable] != argument { return false }
            } else {
                if let domain = rule.domains[variable], !domain.contains(argument) { return false }
                binding[variable] = argument
            }
        }
        return true
    }
}
