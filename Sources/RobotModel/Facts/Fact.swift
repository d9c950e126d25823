/// A predicate over entities, e.g. `on(apple, kitchen_table)`.
public struct Fact: Hashable, Sendable, Comparable {
    public let predicate: String
    public let arguments: [EntityID]

    public init(_ predicate: String, _ arguments: [EntityID]) {
        self.predicate = predicate
        self.arguments = arguments
    }

    public init(_ predicate: String, _ arguments: EntityID...) {
        self.init(predicate, arguments)
    }

    public static func < (left: Fact, right: Fact) -> Bool {
        if left.predicate != right.predicate { return left.predicate < right.predicate }
        return left.arguments.lexicographicallyPrecedes(right.arguments)
    }
}

extension Fact: CustomStringConvertible {
    public var description: String {
        "\(predicate)(\(arguments.map(\.rawValue).joined(separator: ", ")))"
    }
}
