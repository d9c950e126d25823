import PlanRules
import RobotModel

/// Entities and predicates as small numbers, the same for the same problem:
/// entities are numbered by name, predicates as they are first met.
struct Lexicon {
    /// `on` with two places; or, with open places, «on something»: the
    /// projection of a predicate that `*` in a condition asks about.
    struct Predicate: Hashable {
        let name: String
        let arity: Int
        /// Bit per place that a `*` stands in; 0 for the predicate itself.
        let openPlaces: UInt32
    }

    private(set) var entities: [EntityID]
    private(set) var predicates: [Predicate] = []
    private var entityNumbers: [EntityID: Int32] = [:]
    private var predicateNumbers: [Predicate: Int] = [:]
    private var typeMembers: [String: [Bool]] = [:]
    private let world: WorldState

    init(world: WorldState) {
        self.world = world
        var names = Set(world.entities.keys)
        for fact in world.facts { names.formUnion(fact.arguments) }
        entities = names.sorted()
        for (number, id) in entities.enumerated() { entityNumbers[id] = Int32(number) }
    }

    func number(of entity: EntityID) -> Int32? { entityNumbers[entity] }

    func find(_ name: String, arity: Int) -> Int? {
        predicateNumbers[Predicate(name: name, arity: arity, openPlaces: 0)]
    }

    mutating func predicate(_ name: String, arity: Int, openPlaces: UInt32 = 0) -> Int {
        let key = Predicate(name: name, arity: arity, openPlaces: openPlaces)
        if let number = predicateNumbers[key] { return number }
        predicateNumbers[key] = predicates.count
        predicates.append(key)
        return predicates.count - 1
    }

    /// Which entities carry `type`, by number.
    mutating func members(ofType type: String) -> [Bool] {
        if let known = typeMembers[type] { return known }
        let members = entities.map { world.has($0, type: type) }
        typeMembers[type] = members
        return members
    }

    /// A condition in numbers; `*` becomes a predicate of its own. Nil where
    /// a variable isn't in `scope` or an entity isn't known: nothing matches it.
    mutating func condition(_ literal: Literal, scope: [String: Int]) -> LiftedLiteral? {
        var terms: [Int32] = []
        var openPlaces: UInt32 = 0
        for (place, term) in literal.terms.enumerated() {
            switch term {
            case .any: openPlaces |= 1 << UInt32(place)
            case .entity(let id):
                guard let number = entityNumbers[id] else { return nil }
                terms.append(number)
            case .variable(let name):
                guard let variable = scope[name] else { return nil }
                terms.append(LiftedLiteral.variable(variable))
            }
        }
        let predicate = predicate(literal.predicate, arity: literal.terms.count, openPlaces: openPlaces)
        return LiftedLiteral(predicate: predicate, terms: terms, isPositive: literal.isPositive)
    }

    /// An effect's pattern in numbers, `*` kept in its place.
    mutating func pattern(_ literal: Literal, scope: [String: Int]) -> LiftedLiteral? {
        var terms: [Int32] = []
        for term in literal.terms {
            switch term {
            case .any: terms.append(LiftedLiteral.any)
            case .entity(let id):
                guard let number = entityNumbers[id] else { return nil }
                terms.append(number)
            case .variable(let name):
                guard let variable = scope[name] else { return nil }
                terms.append(LiftedLiteral.variable(variable))
            }
        }
        if literal.isPositive, terms.contains(LiftedLiteral.any) { return nil }
        let predicate = predicate(literal.predicate, arity: literal.terms.count)
        return LiftedLiteral(predicate: predicate, terms: terms, isPositive: literal.isPositive)
    }

    /// The literal that an atom of this predicate stands for, `*` restored.
    func literal(predicate: Int, arguments: ArraySlice<Int32>, isPositive: Bool = true) -> Literal {
        let key = predicates[predicate]
        var rest = arguments
        let terms = (0..<key.arity).map { place -> Term in
            if key.openPlaces & (1 << UInt32(place)) != 0 { return .any }
            return .entity(entities[Int(rest.removeFirst())])
        }
        return Literal(key.name, terms, isPositive: isPositive)
    }
}

/// A predicate over numbers: entities from 0, variables below it.
struct LiftedLiteral: Hashable {
    static let any = Int32.min
    static func variable(_ index: Int) -> Int32 { -1 - Int32(index) }

    let predicate: Int
    let terms: [Int32]
    let isPositive: Bool

    /// The terms with variables replaced; -1 is an unbound variable's value.
    func arguments(_ binding: [Int32]) -> [Int32] {
        terms.map { $0 >= 0 || $0 == Self.any ? $0 : binding[Int(-1 - $0)] }
    }
}
