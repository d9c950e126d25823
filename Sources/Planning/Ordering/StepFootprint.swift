/// What a step of a plan rests on and changes, in base atoms.
struct StepFootprint {
    /// Must be true, must be false when it runs.
    var needsTrue: Set<Int32> = []
    var needsFalse: Set<Int32> = []
    /// Decide whether a conditional effect happens or an indirect denial holds:
    /// nothing may move them from one side of the step to the other.
    var observes: Set<Int32> = []
    var adds: Set<Int32> = []
    /// Possible ends included: a fact that happens not to hold may in another order.
    var deletes: Set<Int32> = []
}

/// Works footprints out along a sequence of actions.
struct FootprintReader {
    private var space: StateSpace
    private let task: GroundTask
    private let axiomsByHead: [[Int32]]

    init(_ task: GroundTask) {
        self.task = task
        space = StateSpace(task)
        var byHead: [[Int32]] = Array(repeating: [], count: task.atomCount)
        for (number, axiom) in task.axioms.enumerated() { byHead[Int(axiom.head)].append(Int32(number)) }
        axiomsByHead = byHead
    }

    /// One footprint per action from `start`, and one more for `goal` at the end.
    mutating func footprints(of actions: [Int], from start: [UInt64], goal: [Int32]) -> [StepFootprint] {
        let possible = possibleAtoms(actions, from: start)
        var readiness = Array(repeating: 0, count: task.baseCount)
        var state = start
        var footprints: [StepFootprint] = []
        for (offset, action) in actions.enumerated() {
            var footprint = StepFootprint()
            let supporters = supporters(in: state, readiness: readiness)
            require(task.actions[action].conditions, supporters: supporters, &footprint)
            for effect in task.actions[action].effects {
                if !effect.conditions.isEmpty {
                    guard effect.conditions.allSatisfy({ possible[Int($0)] }) else { continue }
                    for atom in effect.conditions {
                        observe(atom, possible: possible, &footprint)
                    }
                    guard space.holdsAll(effect.conditions, in: state) else { continue }
                }
                footprint.adds.formUnion(effect.adds)
                footprint.deletes.formUnion(effect.deletes)
            }
            footprint.deletes.subtract(footprint.adds)
            let next = space.successor(of: state, by: action)
            for atom in footprint.adds.union(footprint.deletes)
            where StateSpace.holds(atom, in: state) != StateSpace.holds(atom, in: next) {
                readiness[Int(atom)] = offset + 1
            }
            state = next
            footprints.append(footprint)
        }
        var last = StepFootprint()
        require(goal, supporters: supporters(in: state, readiness: readiness), &last)
        footprints.append(last)
        return footprints
    }

    /// What may be true at some time while the actions run in any order.
    private mutating func possibleAtoms(_ actions: [Int], from start: [UInt64]) -> [Bool] {
        var base = Set((0..<Int32(task.baseCount)).filter { StateSpace.holds($0, in: start) })
        for action in actions { for effect in task.actions[action].effects { base.formUnion(effect.adds) } }
        return space.closure(ofBase: base)
    }

    private mutating func supporters(in state: [UInt64], readiness: [Int]) -> [Int32] {
        let task = task
        return space.supporters(in: state) { atom in
            if atom < task.baseCount { return readiness[Int(atom)] }
            let denied = task.denied[Int(atom) - task.denialStart]
            return denied < task.baseCount ? readiness[Int(denied)] : .max
        }
    }

    /// Enters the base facts that `atoms`, which all hold, follow from.
    private func require(_ atoms: [Int32], supporters: [Int32], _ footprint: inout StepFootprint) {
        var seen: Set<Int32> = []
        var queue = atoms
        while let atom = queue.popLast() {
            guard seen.insert(atom).inserted else { continue }
            if atom < task.baseCount {
                footprint.needsTrue.insert(atom)
            } else if atom < task.denialStart {
                let supporter = supporters[Int(atom)]
                if supporter >= 0 { queue.append(contentsOf: task.axioms[Int(supporter)].body) }
            } else {
                let number = Int(atom) - task.denialStart
                let denied = task.denied[number]
                if denied < task.baseCount {
                    footprint.needsFalse.insert(denied)
                } else if number < task.earlyDenials {
                    // A projection is false when every fact that it projects is.
                    for axiom in axiomsByHead[Int(denied)] {
                        footprint.needsFalse.formUnion(task.axioms[Int(axiom)].body)
                    }
                } else {
                    observe(denied, possible: nil, &footprint)
                }
            }
        }
    }

    /// Enters every base fact that has a say in whether `atom` holds.
    private func observe(_ atom: Int32, possible: [Bool]?, _ footprint: inout StepFootprint) {
        var seen: Set<Int32> = []
        var queue = [atom]
        while let atom = queue.popLast() {
            guard seen.insert(atom).inserted else { continue }
            if atom < task.baseCount {
                footprint.observes.insert(atom)
            } else if atom >= task.denialStart {
                queue.append(task.denied[Int(atom) - task.denialStart])
            } else {
                for number in axiomsByHead[Int(atom)] {
                    let body = task.axioms[Int(number)].body
                    if let possible, !body.allSatisfy({ possible[Int($0)] }) { continue }
                    queue.append(contentsOf: body)
                }
            }
        }
    }
}
