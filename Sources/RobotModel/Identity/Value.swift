/// A value that a skill takes or returns, or a property of an entity.
///
/// In JSON an entity is its name, so a decoded string is `.text` until a
/// manifest says that the parameter is an entity (``SkillParameter/accept(_:)``).
public enum Value: Hashable, Sendable {
    case entity(EntityID)
    case text(String)
    case number(Double)
    case boolean(Bool)
    case pose(Pose)

    /// The entity's id, where this is one.
    public var entity: EntityID? {
        if case .entity(let id) = self { id } else { nil }
    }

    /// The number, where this is one.
    public var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}

extension Value: CustomStringConvertible {
    public var description: String {
        switch self {
        case .entity(let id): id.rawValue
        case .text(let text): text
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
        case .boolean(let truth): "\(truth)"
        case .pose(let pose):
            "(\(pose.xMeters), \(pose.yMeters), \(pose.zMeters); \(pose.yawRadians)) in \(pose.frame)"
        }
    }
}

extension Value: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let truth = try? container.decode(Bool.self) {
            self = .boolean(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let named = try? container.decode(NamedEntity.self) {
            self = .entity(named.entity)
        } else {
            self = .pose(try container.decode(Pose.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .entity(let id):
            if encoder.userInfo[.isExact] as? Bool == true {
                try container.encode(NamedEntity(entity: id))
            } else {
                try container.encode(id.rawValue)
            }
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .boolean(let truth): try container.encode(truth)
        case .pose(let pose): try container.encode(pose)
        }
    }
}

/// An entity that stays one: `{"entity": "apple"}`.
private struct NamedEntity: Codable {
    var entity: EntityID
}

extension CodingUserInfoKey {
    /// Set to true, an encoder writes what is read back as it was, to the last
    /// nanosecond, entities as entities: for records, not for people.
    public static let isExact: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "pons.isExact") else {
            preconditionFailure("any text is a key")
        }
        return key
    }()
}
