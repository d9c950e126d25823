import PlanRules
import RobotModel

/// A goal formula without quantifiers, negations pushed to its literals.
indirect enum GoalTree {
    case literal(Literal)
    case and([GoalTree])
    case or([GoalTree])

    static let always = GoalTree.and([])
    static let never = GoalTree.or([])
    /// More literals than this in one goal are refused.
    static let mostLiterals = 200_000

    /// Expands quantifiers over the entities of `world`.
    init(_ formula: Formula, world: WorldState) throws(Rejection) {
        var size = 0
        self = try Self.expand(formula, isPositive: true, world: world, size: &size)
    }

    private static func expand(
        _ formula: Formula, isPositive: Bool, world: WorldState, size: inout Int
    ) throws(Rejection) -> GoalTree {
        func parts(_ formulas: [Formula], size: inout Int) throws(Rejection) -> [GoalTree] {
            var parts: [GoalTree] = []
            for part in formulas {
                parts.append(try expand(part, isPositive: isPositive, world: world, size: &size))
            }
            return parts
        }
        switch formula {
        case .literal(let literal):
            size += 1
            guard size <= mostLiterals else {
                throw Rejection(
                    .overBudget, "the goal speaks of more than \(mostLiterals) facts; ask for less at once")
            }
            return .literal(isPositive ? literal : literal.negated)
        case .not(let inner):
            return try expand(inner, isPositive: !isPositive, world: world, size: &size)
        case .and(let formulas):
            let parts = try parts(formulas, size: &size)
            return isPositive ? .and(parts) : .or(parts)
        case .or(let formulas):
            let parts = try parts(formulas, size: &size)
            return isPositive ? .or(parts) : .and(parts)
        case .forAll(let variable, let type, let inner), .exists(let variable, let type, let inner):
            var formulas: [Formula] = []
            for entity in world.entities(ofType: type) {
                size += 1
                guard size <= mostLiterals else {
                    throw Rejection(
                        .overBudget,
                        "the goal speaks of more than \(mostLiterals) facts; ask for less at once")
                }
                formulas.append(inner.bound(by: [variable: entity.id]))
            }
            let parts = try parts(formulas, size: &size)
            let isUniversal = if case .forAll = formula { true } else { false }
            return isUniversal == isPositive ? .and(parts) : .or(parts)
        }
    }

    /// Nested conjunctions and disjunctions of one part dissolved.
    var flattened: GoalTree {
        switch self {
        case .literal: return self
        case .and(let parts):
            var flat: [GoalTree] = []
            for part in parts {
                let part = part.flattened
                if case .and(let inner) = part { flat += inner } else { flat.append(part) }
            }
            return flat.count == 1 ? flat[0] : .and(flat)
        case .or(let parts):
            var flat: [GoalTree] = []
            for part in parts {
                let part = part.flattened
                if case .or(let inner) = part { flat += inner } else { flat.append(part) }
            }
            return flat.count == 1 ? flat[0] : .or(flat)
        }
    }

    /// What must all be true.
    var conjuncts: [GoalTree] {
        if case .and(let parts) = self { return parts }
        return [self]
    }

    var literals: [Literal] {
        switch self {
        case .literal(let literal): [literal]
        case .and(let parts), .or(let parts): parts.flatMap(\.literals)
        }
    }
}

extension GoalTree: CustomStringConvertible {
    var description: String {
        switch self {
        case .literal(let literal): literal.description
        case .and(let parts): parts.map { "(\($0))" }.joined(separator: " and ")
        case .or(let parts): parts.map { "(\($0))" }.joined(separator: " or ")
        }
    }
}
