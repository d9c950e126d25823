/// Facts over numbers, each once, found by their arguments.
struct AtomTable {
    private(set) var predicateOf: [Int32] = []
    private(set) var argumentStart: [Int32] = [0]
    private(set) var arguments: [Int32] = []
    private var numbers: [UInt64: Int32] = [:]
    private var tails: [Pair: UInt64] = [:]
    private var byPredicate: [[Int32]] = []
    private var byArgument: [UInt64: [Int32]] = [:]

    private struct Pair: Hashable {
        let first: UInt64
        let second: Int32
    }

    var count: Int { predicateOf.count }

    func arguments(of atom: Int32) -> ArraySlice<Int32> {
        arguments[Int(argumentStart[Int(atom)])..<Int(argumentStart[Int(atom) + 1])]
    }

    func find(predicate: Int, arguments: [Int32]) -> Int32? {
        guard let key = key(predicate, arguments) else { return nil }
        return numbers[key]
    }

    /// Returns true where the atom is new; it then has the highest number.
    @discardableResult
    mutating func insert(predicate: Int, arguments: [Int32]) -> (atom: Int32, isNew: Bool) {
        let key = makeKey(predicate, arguments)
        if let known = numbers[key] { return (known, false) }
        let atom = Int32(predicateOf.count)
        numbers[key] = atom
        predicateOf.append(Int32(predicate))
        self.arguments.append(contentsOf: arguments)
        argumentStart.append(Int32(self.arguments.count))
        while byPredicate.count <= predicate { byPredicate.append([]) }
        byPredicate[predicate].append(atom)
        for (place, argument) in arguments.enumerated() {
            byArgument[Self.slot(predicate, place, argument), default: []].append(atom)
        }
        return (atom, true)
    }

    func atoms(of predicate: Int) -> [Int32] {
        predicate < byPredicate.count ? byPredicate[predicate] : []
    }

    func atoms(of predicate: Int, place: Int, argument: Int32) -> [Int32] {
        byArgument[Self.slot(predicate, place, argument)] ?? []
    }

    /// The shortest list that holds every atom that fits `pattern`, in which a
    /// negative term fits anything.
    func candidates(predicate: Int, pattern: [Int32]) -> [Int32] {
        var best = atoms(of: predicate)
        for (place, argument) in pattern.enumerated() where argument >= 0 {
            let list = atoms(of: predicate, place: place, argument: argument)
            if list.count < best.count { best = list }
        }
        return best
    }

    /// Every atom that fits `pattern`, in which a negative term fits anything.
    func matches(predicate: Int, pattern: [Int32]) -> [Int32] {
        candidates(predicate: predicate, pattern: pattern).filter { atom in
            zip(pattern, arguments(of: atom)).allSatisfy { $0 < 0 || $0 == $1 }
        }
    }

    private static func slot(_ predicate: Int, _ place: Int, _ argument: Int32) -> UInt64 {
        UInt64(predicate) << 40 | UInt64(place) << 32 | UInt64(UInt32(bitPattern: argument))
    }

    // Up to two arguments are packed; longer lists go through a table of tails.
    private func key(_ predicate: Int, _ arguments: [Int32]) -> UInt64? {
        var key = UInt64(predicate) << 48
        if arguments.count <= 2 {
            for (place, argument) in arguments.enumerated() {
                key |= UInt64(argument + 1) << UInt64(24 * (1 - place))
            }
            return key
        }
        for argument in arguments {
            guard let next = tails[Pair(first: key, second: argument)] else { return nil }
            key = next
        }
        return key
    }

    private mutating func makeKey(_ predicate: Int, _ arguments: [Int32]) -> UInt64 {
        if arguments.count > 2 {
            var key = UInt64(predicate) << 48
            for argument in arguments {
                let pair = Pair(first: key, second: argument)
                let next = tails[pair] ?? (1 << 63 | UInt64(tails.count))
                tails[pair] = next
                key = next
            }
            return key
        }
        return key(predicate, arguments) ?? 0
    }
}
