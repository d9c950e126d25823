import RobotModel

/// What a noun phrase turned out to mean.
enum Referent: Hashable {
    case one(EntityID)
    /// All of them; `type` where they are just the entities of that type.
    case each([EntityID], type: String?)
    /// Any one of them.
    case some([EntityID], type: String?)
    /// None of them.
    case none([EntityID], type: String?)

    var entities: [EntityID] {
        switch self {
        case .one(let id): [id]
        case .each(let ids, _), .some(let ids, _), .none(let ids, _): ids
        }
    }

    var isAny: Bool { if case .some = self { true } else { false } }
}

/// What a place in a clause wants of the thing that fills it.
struct Wish: Sendable {
    /// In words with an article: “an item”.
    let text: String
    let fits: @Sendable (Entity) -> Bool
    /// Whether a thing that doesn’t fit will do where none fits.
    var isLenient = false

    static let anything = Wish(text: "a thing") { _ in true }

    static func type(_ type: String) -> Wish {
        guard type != SkillParameter.anyEntity else { return anything }
        let spoken = NameText.spoken(type)
        let article = spoken.first.map { "aeiou".contains($0) } == true ? "an" : "a"
        return Wish(text: "\(article) \(spoken)") { $0.types.contains(type) }
    }

    static func oneOf(_ types: [String], lenient: Bool = false) -> Wish {
        let list = types.map { Wish.type($0).text }.joined(separator: " or ")
        return Wish(
            text: list, fits: { entity in types.contains { entity.types.contains($0) } }, isLenient: lenient)
    }
}
