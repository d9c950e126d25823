/// What can matter for the goals: found backwards from them.
///
/// An end of a fact matters only where the fact holds at the start or a
/// relevant action begins it, so putting down what nobody wants picked up is
/// no way to get a free gripper.
struct Relevance {
    /// Actions worth trying.
    private(set) var isRelevant: [Bool]
    /// Atoms that must be kept in a state.
    private(set) var isTracked: [Bool]
    /// Whether some action was found irrelevant.
    var leavesOut: Bool { isRelevant.contains(false) }

    private let actions: [Grounder.RawAction]
    private let axiomsByHead: [[Int]]
    private let axioms: [Grounder.RawAxiom]
    private let adders: [[Use]]
    private let enders: [[Use]]
    private var isNeeded: [Bool]
    private var isDenied: [Bool]
    private var mayHold: [Bool]
    private var pending: [Int32] = []

    private struct Use {
        let action: Int
        let effect: Int
    }

    init(
        atomCount: Int, actions: [Grounder.RawAction], axioms: [Grounder.RawAxiom], goals: [[Int32]],
        holdsInitially: [Bool], prunes: Bool
    ) {
        self.actions = actions
        self.axioms = axioms
        isRelevant = Array(repeating: !prunes, count: actions.count)
        isTracked = Array(repeating: false, count: atomCount)
        isNeeded = isTracked
        isDenied = isTracked
        mayHold = holdsInitially
        var byHead: [[Int]] = Array(repeating: [], count: atomCount)
        for (number, axiom) in axioms.enumerated() { byHead[Int(axiom.head)].append(number) }
        axiomsByHead = byHead
        var adders: [[Use]] = Array(repeating: [], count: atomCount)
        var enders = adders
        for (number, action) in actions.enumerated() {
            for (place, effect) in action.effects.enumerated() {
                for atom in effect.adds { adders[Int(atom)].append(Use(action: number, effect: place)) }
                for atom in effect.deletes { enders[Int(atom)].append(Use(action: number, effect: place)) }
            }
        }
        self.adders = adders
        self.enders = enders
        for goal in goals { need(goal) }
        if !prunes {
            for action in actions {
                need(action.conditions)
                for effect in action.effects {
                    need(effect.conditions)
                    for atom in effect.adds { mayHold[Int(atom)] = true }
                }
            }
        }
        spread()
        track()
    }

    private mutating func need(_ literals: [Int32]) {
        for literal in literals { need(literal) }
    }

    private mutating func need(_ literal: Int32) {
        let atom = Int(abs(literal) - 1)
        if literal > 0 ? isNeeded[atom] : isDenied[atom] { return }
        if literal > 0 { isNeeded[atom] = true } else { isDenied[atom] = true }
        pending.append(literal)
    }

    private mutating func spread() {
        while let literal = pending.popLast() {
            let atom = Int(abs(literal) - 1)
            for number in axiomsByHead[atom] {
                for part in axioms[number].body { need(literal > 0 ? part : -part) }
            }
            if literal > 0 {
                for use in adders[atom] { take(use) }
            } else if mayHold[atom] {
                for use in enders[atom] { take(use) }
            }
        }
    }

    private mutating func take(_ use: Use) {
        let action = actions[use.action]
        need(action.effects[use.effect].conditions)
        guard !isRelevant[use.action] else { return }
        isRelevant[use.action] = true
        need(action.conditions)
        for effect in action.effects {
            for atom in effect.adds where !mayHold[Int(atom)] {
                mayHold[Int(atom)] = true
                if isDenied[Int(atom)] { pending.append(-atom - 1) }
            }
        }
    }

    /// Besides what is needed, keeps what decides whether a relevant action
    /// changes something kept.
    private mutating func track() {
        var queue: [Int] = []
        func keep(_ atom: Int, _ isTracked: inout [Bool]) {
            if isTracked[atom] { return }
            isTracked[atom] = true
            queue.append(atom)
        }
        for atom in isTracked.indices where isNeeded[atom] || isDenied[atom] { keep(atom, &isTracked) }
        while let atom = queue.popLast() {
            for number in axiomsByHead[atom] {
                for part in axioms[number].body { keep(Int(abs(part) - 1), &isTracked) }
            }
            for use in adders[atom] + enders[atom] where isRelevant[use.action] {
                for part in actions[use.action].effects[use.effect].conditions {
                    keep(Int(abs(part) - 1), &isTracked)
                }
            }
        }
    }
}
