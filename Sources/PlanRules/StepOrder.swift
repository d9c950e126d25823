import RobotModel

/// Steps in an order in which each comes after those it waits for, ties as
/// they are listed.
struct StepOrder {
    private(set) var steps: [PlanStep]
    let ids: Set<StepID>
    private let others: Set<StepID>

    /// - Parameter others: steps that are over or under way, which may be waited
    ///   for and aren't in the list.
    init(_ steps: [PlanStep], ignoring others: Set<StepID>) {
        self.steps = steps
        ids = Set(steps.map(\.id))
        self.others = others
    }

    /// Lets each of `touched` wait for the step before it at its robot and at
    /// each of its resources, and the next one for it.
    ///
    /// - Throws: `badOrder` where steps wait for each other in a circle, or for
    ///   one that isn't there.
    mutating func separate(_ touched: Set<StepID>) throws(PlanFlaw) {
        let order = try sequence()
        var last: [String: Int] = [:]
        for index in order {
            let names = ["robot \(steps[index].robot)"] + steps[index].terms.resources
            for name in names {
                guard let earlier = last.updateValue(index, forKey: name), earlier != index,
                    touched.contains(steps[index].id) || touched.contains(steps[earlier].id),
                    !waits(index, for: earlier)
                else { continue }
                steps[index].after.append(steps[earlier].id)
            }
        }
    }

    private func sequence() throws(PlanFlaw) -> [Int] {
        var done: Set<StepID> = []
        var waiting = Array(steps.indices)
        var order: [Int] = []
        for step in steps {
            if let missing = step.after.first(where: { !ids.contains($0) && !others.contains($0) }) {
                throw PlanFlaw(.badOrder, "waits for \(missing), which isn’t in the plan", step: step.id)
            }
        }
        while !waiting.isEmpty {
            guard
                let next = waiting.firstIndex(where: {
                    steps[$0].after.allSatisfy { done.contains($0) || !ids.contains($0) }
                })
            else {
                throw PlanFlaw(
                    .badOrder, "steps wait for each other in a circle", step: steps[waiting[0]].id)
            }
            let index = waiting.remove(at: next)
            order.append(index)
            done.insert(steps[index].id)
        }
        return order
    }

    private func waits(_ index: Int, for earlier: Int) -> Bool {
        let wanted = steps[earlier].id
        let position = Dictionary(uniqueKeysWithValues: steps.indices.map { (steps[$0].id, $0) })
        var open = steps[index].after
        var seen: Set<StepID> = []
        while let id = open.popLast() {
            if id == wanted { return true }
            guard seen.insert(id).inserted, let next = position[id] else { continue }
            open += steps[next].after
        }
        return false
    }
}
