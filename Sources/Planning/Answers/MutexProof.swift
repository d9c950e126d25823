/// Proves that two atoms can never hold together.
///
/// They can't if they don't at the start and every action that makes one true
/// ends the other, or needs something that can't hold together with the other;
/// a derived atom stands for all that could derive it. Pairs met on the way are
/// taken to exclude each other until one is found that needn't (the greatest
/// fixpoint: h² read backwards, Haslum & Geffner 2000).
struct MutexProof {
    /// Gives up on a proof beyond so many pairs, and on all beyond so many more.
    private static let mostPairs = 20_000
    private static let mostPairsInAll = 200_000
    private var pairsLookedAt = 0

    private struct Pair: Hashable {
        let low: Int32
        let high: Int32
        init(_ first: Int32, _ second: Int32) {
            low = min(first, second)
            high = max(first, second)
        }
    }

    private let task: GroundTask
    private let initial: [UInt64]
    private var adders: [[Int]]
    private var axioms: [[Int]]
    private let changesUnderCondition: [Bool]

    init(_ task: GroundTask, initial: [UInt64]) {
        self.task = task
        self.initial = initial
        adders = Array(repeating: [], count: task.atomCount)
        axioms = adders
        var conditional = Array(repeating: false, count: task.actions.count)
        for (number, action) in task.actions.enumerated() {
            for effect in action.effects {
                for atom in effect.adds where adders[Int(atom)].last != number {
                    adders[Int(atom)].append(number)
                }
                if !effect.conditions.isEmpty, !effect.adds.isEmpty { conditional[number] = true }
            }
        }
        changesUnderCondition = conditional
        for (number, axiom) in task.axioms.enumerated() { axioms[Int(axiom.head)].append(number) }
    }

    /// True only where it is certain.
    mutating func exclude(_ first: Int32, _ second: Int32) -> Bool {
        var assumed: Set<Pair> = []
        var refuted: Set<Pair> = []
        // Each pass takes the refuted pairs as such from the start, until none is added.
        while true {
            assumed.removeAll(keepingCapacity: true)
            let before = refuted.count
            var queue = [Pair(first, second)]
            while let pair = queue.popLast() {
                guard assumed.insert(pair).inserted else { continue }
                pairsLookedAt += 1
                guard assumed.count + refuted.count < Self.mostPairs, pairsLookedAt < Self.mostPairsInAll
                else { return false }
                var needed: [Pair] = []
                if refuted.contains(pair) || !excludes(pair, refuted: refuted, needed: &needed) {
                    refuted.insert(pair)
                } else {
                    queue += needed
                }
            }
            if refuted.contains(Pair(first, second)) { return false }
            if refuted.count == before { return true }
        }
    }

    /// Whether the pair excludes each other if all `needed` do.
    private func excludes(_ pair: Pair, refuted: Set<Pair>, needed: inout [Pair]) -> Bool {
        if pair.low == pair.high { return false }
        if denies(pair.low, pair.high) { return true }
        if pair.low >= task.denialStart || pair.high >= task.denialStart { return false }
        if StateSpace.holds(pair.low, in: initial), StateSpace.holds(pair.high, in: initial) { return false }
        for (atom, other) in [(pair.high, pair.low), (pair.low, pair.high)] where atom >= task.baseCount {
            // Derived: each way to derive it must clash with the other.
            for axiom in axioms[Int(atom)] {
                guard let clash = clash(task.axioms[axiom].body, with: other, refuted: refuted) else {
                    return false
                }
                if let clash { needed.append(clash) }
            }
            return true
        }
        for (atom, other) in [(pair.low, pair.high), (pair.high, pair.low)] {
            for number in adders[Int(atom)] {
                let action = task.actions[number]
                if changesUnderCondition[number] || action.effects[0].adds.contains(other) { return false }
                if action.effects[0].deletes.contains(other) { continue }
                guard let clash = clash(action.conditions, with: other, refuted: refuted) else {
                    return false
                }
                if let clash { needed.append(clash) }
            }
        }
        return true
    }

    private func denies(_ first: Int32, _ second: Int32) -> Bool {
        let (low, high) = (min(first, second), max(first, second))
        guard high >= task.denialStart, low < task.denialStart else { return false }
        return task.denied[Int(high) - task.denialStart] == low
    }

    /// A condition that excludes `other`: certainly (.some(nil)), or if a pair
    /// does (that pair); nil where none may.
    private func clash(_ conditions: [Int32], with other: Int32, refuted: Set<Pair>) -> Pair?? {
        var candidate: Pair?
        for condition in conditions {
            if denies(condition, other) { return .some(nil) }
            if projects(condition, other) { return .some(nil) }
            guard condition < task.denialStart, condition != other else { continue }
            let pair = Pair(condition, other)
            if !refuted.contains(pair),
                candidate.map({ preference(condition) > preference($0.low == other ? $0.high : $0.low) })
                    ?? true
            {
                candidate = pair
            }
        }
        return candidate.map { .some($0) }
    }

    /// Base facts make shorter proofs than derived ones.
    private func preference(_ atom: Int32) -> Int { atom < task.baseCount ? 1 : 0 }

    /// Whether `condition` denies a projection that `other` would make true.
    private func projects(_ condition: Int32, _ other: Int32) -> Bool {
        guard condition >= task.denialStart else { return false }
        let denied = task.denied[Int(condition) - task.denialStart]
        return axioms[Int(denied)].contains { task.axioms[$0].body == [other] }
    }
}
