import Coordination
import PlanRules
import Planning
import RobotModel

/// The world as shared memory has it, kept up by what the core enters. What is
/// in doubt counts as it was believed before the doubt, as in planning.
struct BelievedWorld: Sendable {
    private(set) var state: WorldState
    private let rules: [DerivedRule]

    init(_ state: WorldState, rules: [DerivedRule]) {
        self.state = state
        self.rules = rules
    }

    mutating func apply(_ claim: EffectClaim) {
        if claim.standing == .success { succeed(claim.effects) }
        state.enter(claim.observed)
    }

    /// Makes happen what an attempt does when it succeeds.
    mutating func succeed(_ effects: [Effect]) { state.apply(effects, rules: rules) }

    mutating func enter(_ literals: [Literal]) { state.enter(literals) }

    /// What of a formula doesn't hold; nil where all does.
    func unmet(_ formula: Formula) -> String? {
        let index = FactIndex(state, rules: rules)
        guard !index.holds(formula, in: state) else { return nil }
        guard case .and(let parts) = formula else { return "\(formula) doesn’t hold" }
        return parts.filter { !index.holds($0, in: state) }.map { "\($0) doesn’t hold" }
            .joined(separator: ", ")
    }
}
