import RobotModel

/// Gives the atoms that matter their final numbers and rewrites everything in them.
struct GroundTaskNumbering {
    let actions: [Grounder.RawAction]
    let axioms: [Grounder.RawAxiom]
    let goals: [[Int32]]
    let relevance: Relevance
    let isBase: [Bool]
    let isEarly: [Bool]
    let holdsInitially: [Bool]

    func fill(_ task: inout GroundTask, literal: (Int32) -> Literal) {
        let kept = relevance.isTracked.indices.filter { relevance.isTracked[$0] }
        let ordered = kept.filter { isBase[$0] } + kept.filter { !isBase[$0] }
        var number = Array(repeating: Int32(-1), count: isBase.count)
        for (offset, atom) in ordered.enumerated() { number[atom] = Int32(offset) }
        task.baseCount = kept.filter { isBase[$0] }.count
        task.denialStart = ordered.count
        task.literals = ordered.map { literal(Int32($0)) }
        task.initial = ordered.filter { holdsInitially[$0] }.map { number[$0] }

        let denied = deniedAtoms(number)
        let early = denied.filter { isEarly[$0] }
        var denialNumber = Array(repeating: Int32(-1), count: isBase.count)
        for (offset, atom) in (early + denied.filter { !isEarly[$0] }).enumerated() {
            denialNumber[atom] = Int32(task.denialStart + offset)
            task.denied.append(number[atom])
            task.literals.append(literal(Int32(atom)).negated)
        }
        task.earlyDenials = early.count
        task.atomCount = task.denialStart + task.denied.count

        func final(_ literals: [Int32]) -> [Int32] {
            literals.map { $0 > 0 ? number[Int($0 - 1)] : denialNumber[Int(-$0 - 1)] }
        }
        task.axioms = axioms.filter { number[Int($0.head)] >= 0 }.map {
            GroundTask.Axiom(head: number[Int($0.head)], body: final($0.body))
        }
        for (stage, goal) in goals.enumerated() { task.stageGoals[stage].atoms = final(goal) }
        let released = releasedDenials(denied, denialNumber)
        for (offset, raw) in actions.enumerated() where relevance.isRelevant[offset] {
            var action = GroundTask.Action(schema: raw.schema, binding: raw.binding)
            action.conditions = final(raw.conditions)
            for (place, rawEffect) in raw.effects.enumerated() {
                var effect = GroundTask.Effect()
                effect.adds = rawEffect.adds.map { number[Int($0)] }.filter { $0 >= 0 }
                effect.deletes = rawEffect.deletes.map { number[Int($0)] }.filter { $0 >= 0 }
                guard place == 0 || !(effect.adds.isEmpty && effect.deletes.isEmpty) else { continue }
                effect.conditions = final(rawEffect.conditions)
                effect.relaxedAdds = effect.adds
                for atom in rawEffect.deletes { effect.relaxedAdds += released.byEnd[Int(atom)] ?? [] }
                for atom in rawEffect.adds { effect.relaxedAdds += released.byBeginning[Int(atom)] ?? [] }
                if place > 0, effect.conditions.isEmpty {
                    action.effects[0].adds += effect.adds
                    action.effects[0].deletes += effect.deletes
                    action.effects[0].relaxedAdds += effect.relaxedAdds
                } else {
                    action.effects.append(effect)
                }
            }
            task.actions.append(action)
        }
    }

    /// Kept atoms that some kept condition denies, by number.
    private func deniedAtoms(_ number: [Int32]) -> [Int] {
        var isDenied = Array(repeating: false, count: isBase.count)
        func collect(_ literals: [Int32]) {
            for literal in literals where literal < 0 { isDenied[Int(-literal - 1)] = true }
        }
        goals.forEach(collect)
        for axiom in axioms where number[Int(axiom.head)] >= 0 { collect(axiom.body) }
        for (offset, action) in actions.enumerated() where relevance.isRelevant[offset] {
            collect(action.conditions)
            for effect in action.effects
            where (effect.adds + effect.deletes).contains(where: { number[Int($0)] >= 0 }) {
                collect(effect.conditions)
            }
        }
        return isDenied.indices.filter { isDenied[$0] }
    }

    /// Which denials may become true when a base fact ends or begins: those
    /// that deny it, or something that rests on it.
    private func releasedDenials(
        _ denied: [Int], _ denialNumber: [Int32]
    ) -> (byEnd: [Int: [Int32]], byBeginning: [Int: [Int32]]) {
        var byHead: [Int: [Int]] = [:]
        for (offset, axiom) in axioms.enumerated() { byHead[Int(axiom.head), default: []].append(offset) }
        var byEnd: [Int: [Int32]] = [:]
        var byBeginning: [Int: [Int32]] = [:]
        for atom in denied {
            var seen: Set<Int> = []
            var queue = [atom]
            while let next = queue.popLast() {
                guard seen.insert(next).inserted else { continue }
                if isBase[next] { byEnd[next, default: []].append(denialNumber[atom]) }
                for axiom in byHead[next] ?? [] {
                    for part in axioms[axiom].body {
                        if part > 0 {
                            queue.append(Int(part - 1))
                        } else {
                            byBeginning[Int(-part - 1), default: []].append(denialNumber[atom])
                        }
                    }
                }
            }
        }
        return (byEnd, byBeginning)
    }
}
