/// Narrows the variables of derived rules to what anybody asks about: `near`
/// is wanted between a robot and a thing, never between two chairs.
///
/// Works per argument place: from conditions and goals down through the rules
/// until nothing new is asked for. Facts that never change narrow as well.
struct DemandAnalysis {
    private let staticValues: [Int: [[Bool]]]
    private var demand: [Int: [[Bool]]] = [:]
    private let everything: [Bool]

    /// - Parameter staticValues: for each predicate that never changes and each
    ///   place, which entities stand there.
    init(entityCount: Int, staticValues: [Int: [[Bool]]]) {
        self.staticValues = staticValues
        everything = Array(repeating: true, count: entityCount)
    }

    /// Sets the domains of all axioms in `task` and drops those that can't apply.
    mutating func narrow(_ task: inout LiftedTask) {
        for literals in task.stageGoals {
            for literal in literals { ask(literal, domains: [], derived: task.derived) }
        }
        for template in task.templates where template.kind != .axiom {
            for literal in template.body + template.denials {
                ask(literal, domains: template.domains, derived: task.derived)
            }
        }
        for template in task.templates {
            guard case .action(let schema) = template.kind else { continue }
            for effect in task.schemas[schema].effects {
                for literal in effect.conditions {
                    ask(literal, domains: template.domains, derived: task.derived)
                }
            }
        }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for template in task.templates where template.kind == .axiom {
                guard let domains = domains(of: template) else { continue }
                for literal in template.body + template.denials {
                    if ask(literal, domains: domains, derived: task.derived) { isGrowing = true }
                }
            }
        }
        var idle: Set<Int> = []
        for (number, template) in task.templates.enumerated() where template.kind == .axiom {
            if let domains = domains(of: template) {
                task.narrow(number, domains: domains)
            } else {
                idle.insert(number)
            }
        }
        task.removeTemplates(idle)
    }

    /// Returns true where something new is asked for.
    @discardableResult
    private mutating func ask(_ literal: LiftedLiteral, domains: [[Bool]?], derived: Set<Int>) -> Bool {
        guard derived.contains(literal.predicate) else { return false }
        var places =
            demand[literal.predicate]
            ?? literal.terms.map { _ in Array(repeating: false, count: everything.count) }
        var isNew = demand[literal.predicate] == nil
        for (place, term) in literal.terms.enumerated() {
            if term >= 0 {
                if !places[place][Int(term)] {
                    places[place][Int(term)] = true
                    isNew = true
                }
                continue
            }
            let variable = Int(-1 - term)
            let wanted = (variable < domains.count ? domains[variable] : nil) ?? everything
            for entity in wanted.indices where wanted[entity] && !places[place][entity] {
                places[place][entity] = true
                isNew = true
            }
        }
        demand[literal.predicate] = places
        return isNew
    }

    /// What each variable may stand for: asked for by the head, allowed by the
    /// unchanging facts in the body. Nil where some variable is left nothing.
    private func domains(of template: RuleTemplate) -> [[Bool]?]? {
        guard let head = template.heads.first, let asked = demand[head.predicate] else { return nil }
        var domains = template.domains.map { _ in everything }
        func narrow(_ literal: LiftedLiteral, by places: [[Bool]]) {
            for (place, term) in literal.terms.enumerated() where term < 0 {
                let variable = Int(-1 - term)
                for entity in everything.indices where !places[place][entity] {
                    domains[variable][entity] = false
                }
            }
        }
        narrow(head, by: asked)
        for literal in template.body {
            if let values = staticValues[literal.predicate] { narrow(literal, by: values) }
        }
        guard domains.allSatisfy({ $0.contains(true) }) else { return nil }
        return domains
    }
}
