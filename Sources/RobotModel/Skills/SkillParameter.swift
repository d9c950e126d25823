/// A named, typed value that a skill takes or returns.
public struct SkillParameter: Hashable, Sendable, Codable {
    public var name: String
    /// `number`, `text`, `boolean`, `pose`, or a type that entities carry
    /// (`item`, `surface`, `entity` for any).
    public var type: String
    /// The frame of a pose.
    public var frame: String?
    /// The unit of a number, e.g. `m`.
    public var unit: String?
    /// Used where a call leaves the argument out.
    public var `default`: Value?

    public init(
        name: String, type: String, frame: String? = nil, unit: String? = nil,
        default: Value? = nil
    ) {
        self.name = name
        self.type = type
        self.frame = frame
        self.unit = unit
        self.default = `default`
    }

    /// Any entity, whatever its type.
    public static let anyEntity = "entity"

    /// Whether arguments are entities, and not plain values.
    public var takesEntity: Bool {
        switch type {
        case "number", "text", "boolean", "pose": false
        default: true
        }
    }

    /// `value` as this parameter takes it, or nil where it is of another kind.
    /// A text becomes an entity where one is wanted. The entity's own types
    /// aren't looked at; that takes a world.
    public func accept(_ value: Value) -> Value? {
        switch (type, value) {
        case ("number", .number), ("text", .text), ("boolean", .boolean), ("pose", .pose): value
        case ("text", .entity(let id)): .text(id.rawValue)
        case (_, .entity) where takesEntity: value
        case (_, .text(let text)) where takesEntity && IdentifierRules.allows(text):
            .entity(EntityID(text))
        default: nil
        }
    }
}
