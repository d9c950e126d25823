/// States of a ground task as bits, completed with what follows from them.
///
/// A state is `wordCount` words, one bit per atom; the first `baseWordCount`
/// words decide the rest.
struct StateSpace {
    let task: GroundTask
    let wordCount: Int
    let baseWordCount: Int
    private let axiomsByAtom: Incidence
    private let axiomHeads: [Int32]
    private let bodySizes: [Int32]
    let lastBaseMask: UInt64
    private var open: [Int32]
    private var queue: [Int32] = []

    init(_ task: GroundTask) {
        self.task = task
        wordCount = max(1, (task.atomCount + 63) / 64)
        baseWordCount = max(1, (task.baseCount + 63) / 64)
        let rest = task.baseCount % 64
        lastBaseMask = task.baseCount == 0 ? 0 : rest == 0 ? .max : (1 << UInt64(rest)) - 1
        axiomHeads = task.axioms.map(\.head)
        bodySizes = task.axioms.map { Int32($0.body.count) }
        axiomsByAtom = Incidence(inverting: task.axioms.map(\.body), count: task.atomCount)
        open = bodySizes
    }

    mutating func initialState() -> [UInt64] {
        var state = Array(repeating: UInt64(0), count: wordCount)
        for atom in task.initial { Self.set(atom, in: &state) }
        complete(&state)
        return state
    }

    @inline(__always)
    static func holds(_ atom: Int32, in state: [UInt64]) -> Bool {
        state[Int(atom) >> 6] & (1 << UInt64(atom & 63)) != 0
    }

    @inline(__always)
    static func set(_ atom: Int32, in state: inout [UInt64]) {
        state[Int(atom) >> 6] |= 1 << UInt64(atom & 63)
    }

    @inline(__always)
    static func clear(_ atom: Int32, in state: inout [UInt64]) {
        state[Int(atom) >> 6] &= ~(1 << UInt64(atom & 63))
    }

    func holdsAll(_ atoms: [Int32], in state: [UInt64]) -> Bool {
        atoms.allSatisfy { Self.holds($0, in: state) }
    }

    /// The state after an action that is applicable in `state`, completed.
    mutating func successor(of state: [UInt64], by action: Int) -> [UInt64] {
        var next = state
        for word in baseWordCount..<wordCount { next[word] = 0 }
        next[baseWordCount - 1] &= lastBaseMask
        let effects = task.actions[action].effects
        for effect in effects where holdsAll(effect.conditions, in: state) {
            for atom in effect.deletes { Self.clear(atom, in: &next) }
        }
        for effect in effects where holdsAll(effect.conditions, in: state) {
            for atom in effect.adds { Self.set(atom, in: &next) }
        }
        complete(&next)
        return next
    }

    /// Everything that could follow if all base facts of `atoms` held and every
    /// denial were true.
    mutating func closure(ofBase atoms: Set<Int32>) -> [Bool] {
        var holds = Array(repeating: false, count: task.atomCount)
        open = bodySizes
        queue.removeAll(keepingCapacity: true)
        queue.append(contentsOf: atoms)
        queue.append(contentsOf: Int32(task.denialStart)..<Int32(task.atomCount))
        for atom in queue { holds[Int(atom)] = true }
        for number in bodySizes.indices where bodySizes[number] == 0 && !holds[Int(axiomHeads[number])] {
            holds[Int(axiomHeads[number])] = true
            queue.append(axiomHeads[number])
        }
        while let atom = queue.popLast() {
            for number in axiomsByAtom[Int(atom)] {
                open[Int(number)] -= 1
                let head = axiomHeads[Int(number)]
                if open[Int(number)] == 0, !holds[Int(head)] {
                    holds[Int(head)] = true
                    queue.append(head)
                }
            }
        }
        return holds
    }

    /// Which axiom derives each derived atom of `state` from what became true
    /// earliest, by `readiness` of atoms (base facts and early denials; others
    /// count as last); -1 for atoms that aren't derived.
    mutating func supporters(in state: [UInt64], readiness: (Int32) -> Int) -> [Int32] {
        var supporter = Array(repeating: Int32(-1), count: task.atomCount)
        var isDerived = Array(repeating: false, count: task.atomCount)
        var given: [(atom: Int32, readiness: Int)] = []
        for atom in 0..<Int32(task.atomCount) where Self.holds(atom, in: state) {
            if atom < task.baseCount || atom >= task.denialStart { given.append((atom, readiness(atom))) }
        }
        given.sort { ($0.readiness, $0.atom) < ($1.readiness, $1.atom) }
        open = bodySizes
        queue.removeAll(keepingCapacity: true)
        func derive(_ axiom: Int32, _ queue: inout [Int32]) {
            let head = axiomHeads[Int(axiom)]
            guard !isDerived[Int(head)] else { return }
            isDerived[Int(head)] = true
            supporter[Int(head)] = axiom
            queue.append(head)
        }
        for number in bodySizes.indices where bodySizes[number] == 0 { derive(Int32(number), &queue) }
        for (atom, _) in given {
            queue.append(atom)
            while let atom = queue.popLast() {
                for number in axiomsByAtom[Int(atom)] {
                    open[Int(number)] -= 1
                    if open[Int(number)] == 0 { derive(number, &queue) }
                }
            }
        }
        return supporter
    }

    /// Derives everything that follows from the base facts of `state`, whose
    /// other bits are clear: first what needs no denials, then with those of
    /// base facts, then with the rest.
    private mutating func complete(_ state: inout [UInt64]) {
        open.withUnsafeMutableBufferPointer { open in
            bodySizes.withUnsafeBufferPointer { sizes in
                for number in sizes.indices { open[number] = sizes[number] }
            }
        }
        queue.removeAll(keepingCapacity: true)
        for number in bodySizes.indices where bodySizes[number] == 0 { derive(number, &state) }
        for word in 0..<baseWordCount {
            var bits = word == baseWordCount - 1 ? state[word] & lastBaseMask : state[word]
            while bits != 0 {
                queue.append(Int32(word << 6 + bits.trailingZeroBitCount))
                bits &= bits - 1
            }
        }
        drain(&state)
        deny(0..<task.earlyDenials, &state)
        deny(task.earlyDenials..<task.denied.count, &state)
    }

    private mutating func deny(_ denials: Range<Int>, _ state: inout [UInt64]) {
        for number in denials where !Self.holds(task.denied[number], in: state) {
            let atom = Int32(task.denialStart + number)
            Self.set(atom, in: &state)
            queue.append(atom)
        }
        drain(&state)
    }

    private mutating func drain(_ state: inout [UInt64]) {
        while let atom = queue.popLast() {
            for number in axiomsByAtom[Int(atom)] {
                open[Int(number)] -= 1
                if open[Int(number)] == 0 { derive(Int(number), &state) }
            }
        }
    }

    @inline(__always)
    private mutating func derive(_ axiom: Int, _ state: inout [UInt64]) {
        let head = axiomHeads[axiom]
        if !Self.holds(head, in: state) {
            Self.set(head, in: &state)
            queue.append(head)
        }
    }
}
