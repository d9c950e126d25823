import RobotModel

/// A thing is in one place: who is seen somewhere is no longer elsewhere.
///
/// Applied to observations only, since a skill's effects say themselves what
/// ends. What one observation says together stays together. Held by
/// `SinglePlaceRuleTests`.
///
/// 1. `on(x, ·)`, `inside(x, ·)` and `holding(·, x)` exclude each other.
/// 2. `at(r, ·)` excludes other `at(r, ·)`.
/// 3. `in(x, ·)` excludes other `in(x, ·)`, but for doors, which have two rooms.
enum SinglePlaceRule {
    /// Whether `old` can't go on when `new` has been seen.
    static func excludes(_ new: Fact, _ old: Fact, isDoor: (EntityID) -> Bool) -> Bool {
        guard let (kind, thing) = place(new), let (oldKind, oldThing) = place(old), new != old else {
            return false
        }
        return kind == oldKind && thing == oldThing && !(kind == "in" && isDoor(thing))
    }

    /// The thing that the fact places, and in which sense.
    static func place(_ fact: Fact) -> (kind: String, thing: EntityID)? {
        guard fact.arguments.count == 2 else { return nil }
        switch fact.predicate {
        case "on", "inside": return ("carried", fact.arguments[0])
        case "holding": return ("carried", fact.arguments[1])
        case "at", "in": return (fact.predicate, fact.arguments[0])
        default: return nil
        }
    }
}
