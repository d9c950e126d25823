import RobotModel

/// Facts over small numbers, each once, found by predicate and arguments.
struct FactTable: Sendable {
    struct Predicate: Hashable, Sendable {
        let name: String
        let arity: Int
    }

    private(set) var entities: [EntityID] = []
    private var entityNumbers: [EntityID: Int32] = [:]
    private var predicateNumbers: [Predicate: Int] = [:]
    private(set) var predicates: [Predicate] = []

    /// Per fact its predicate and where its arguments start.
    private(set) var predicateOf: [Int32] = []
    private var start: [Int32] = [0]
    private var flat: [Int32] = []
    private var rows: Set<[Int32]> = []
    private var byPredicate: [[Int32]] = []
    private var byArgument: [UInt64: [Int32]] = [:]

    var count: Int { predicateOf.count }

    mutating func number(_ entity: EntityID) -> Int32 {
        if let known = entityNumbers[entity] { return known }
        let number = Int32(entities.count)
        entityNumbers[entity] = number
        entities.append(entity)
        return number
    }

    func find(_ entity: EntityID) -> Int32? { entityNumbers[entity] }

    mutating func number(_ predicate: Predicate) -> Int {
        if let known = predicateNumbers[predicate] { return known }
        predicateNumbers[predicate] = predicates.count
        predicates.append(predicate)
        byPredicate.append([])
        return predicates.count - 1
    }

    func find(_ predicate: Predicate) -> Int? { predicateNumbers[predicate] }

    func arguments(_ fact: Int32) -> ArraySlice<Int32> {
        flat[Int(start[Int(fact)])..<Int(start[Int(fact) + 1])]
    }

    func fact(_ number: Int32) -> Fact {
        Fact(
            predicates[Int(predicateOf[Int(number)])].name, arguments(number).map { entities[Int($0)] })
    }

    func contains(_ predicate: Int, _ arguments: [Int32]) -> Bool {
        rows.contains([Int32(predicate)] + arguments)
    }

    mutating func insert(_ predicate: Int, _ arguments: [Int32]) {
        guard rows.insert([Int32(predicate)] + arguments).inserted else { return }
        let fact = Int32(predicateOf.count)
        predicateOf.append(Int32(predicate))
        flat.append(contentsOf: arguments)
        start.append(Int32(flat.count))
        byPredicate[predicate].append(fact)
        for (place, argument) in arguments.enumerated() {
            byArgument[Self.slot(predicate, place, argument), default: []].append(fact)
        }
    }

    func facts(of predicate: Int) -> [Int32] { byPredicate[predicate] }

    /// The shortest list with every fact that fits; a negative argument is open.
    func candidates(_ predicate: Int, _ pattern: [Int32]) -> [Int32] {
        var best = byPredicate[predicate]
        for (place, argument) in pattern.enumerated() where argument >= 0 {
            let list = byArgument[Self.slot(predicate, place, argument)] ?? []
            if list.count < best.count { best = list }
        }
        return best
    }

    func hasMatch(_ predicate: Int, _ pattern: [Int32]) -> Bool {
        candidates(predicate, pattern).contains { fact in
            zip(pattern, arguments(fact)).allSatisfy { $0 < 0 || $0 == $1 }
        }
    }

    private static func slot(_ predicate: Int, _ place: Int, _ argument: Int32) -> UInt64 {
        UInt64(predicate) << 40 | UInt64(place) << 32 | UInt64(UInt32(bitPattern: argument))
    }
}
