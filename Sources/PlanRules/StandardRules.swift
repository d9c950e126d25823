/// The physics of households and halls that every shipped skill relies on.
///
/// Base predicates, which observations and effects set:
///
/// | fact | meaning |
/// |---|---|
/// | `in(x, room)` | a room's furniture, door (two rooms) or robot |
/// | `on(x, y)`, `inside(x, y)` | x rests on y, lies in y |
/// | `holding(r, x)` | robot r has x in its gripper |
/// | `at(r, x)` | robot r stands close enough to x to work on it |
/// | `part_of(x, r)` | x moves with robot r: its tray, its basket |
/// | `connects(d, a, b)` | door d joins rooms a and b |
/// | `open(x)` | a door or container is open, or can't be closed |
/// | `flying(r)` | r is in the air |
/// | `high(s)` | surface s is out of a low robot's reach |
/// | `mounted(r, s)` | arm r is fixed on surface s |
/// | `ground_robot(r)` | r drives or walks |
/// | `tall(r)` | r reaches high surfaces |
/// | `long_reach(r)` | at a surface, r reaches all that is on it |
/// | `clean(x)` | x has been cleaned |
///
/// Derived predicates are the heads of ``rules``; each rule is held by a test
/// in `StandardRulesTests` that bears its number.
public enum StandardRules {
    public static let rules: [DerivedRule] = texts.map { text in
        do {
            return try DerivedRule(text)
        } catch {
            preconditionFailure("a shipped rule is malformed: \(error)")
        }
    }

    static let texts = [
        // 1. Where a thing is: the room that its chain of supports ends in.
        "located(?x, ?r) <- in(?x, ?r)",
        "located(?x, ?r) <- on(?x, ?y) and located(?y, ?r)",
        "located(?x, ?r) <- inside(?x, ?y) and located(?y, ?r)",
        "located(?x, ?r) <- holding(?y, ?x) and located(?y, ?r)",
        "located(?x, ?r) <- part_of(?x, ?y) and located(?y, ?r)",
        // 2. Same room.
        "near(?x, ?y) <- located(?x, ?r) and located(?y, ?r)",
        // 3. An open door lets one through, both ways.
        "passage(?a, ?b) <- connects(?d, ?a, ?b) and open(?d)",
        "passage(?a, ?b) <- connects(?d, ?b, ?a) and open(?d)",
        "enterable(?x, ?b) <- in(?x, ?a) and passage(?a, ?b)",
        // 4. Nothing shut, held or in the air is in the way of a gripper.
        "accessible(?x) <- in(?x, ?r) and not flying(?x)",
        "accessible(?x) <- on(?x, ?y) and accessible(?y)",
        "accessible(?x) <- inside(?x, ?y) and open(?y) and accessible(?y)",
        "accessible(?x) <- part_of(?x, ?y) and accessible(?y)",
        // 5. Low enough for a low robot: no high surface under it.
        "low(?x) <- in(?x, ?r) and not on(?x, *) and not high(?x)",
        "low(?x) <- on(?x, ?y) and low(?y) and not high(?x)",
        "low(?x) <- inside(?x, ?y) and low(?y)",
        "low(?x) <- part_of(?x, ?y) and low(?y)",
        // 6. What a surface, or a robot docked at it, carries.
        "supported(?x, ?s) <- on(?x, ?s)",
        "supported(?x, ?s) <- inside(?x, ?s)",
        "supported(?x, ?s) <- part_of(?x, ?s)",
        "supported(?x, ?s) <- ground_robot(?x) and at(?x, ?s)",
        "supported(?x, ?s) <- on(?x, ?y) and supported(?y, ?s)",
        "supported(?x, ?s) <- inside(?x, ?y) and supported(?y, ?s)",
        "supported(?x, ?s) <- part_of(?x, ?y) and supported(?y, ?s)",
        // 7. What a robot can lay its gripper on.
        "reach(?r, ?x) <- at(?r, ?x) and accessible(?x) and low(?x)",
        "reach(?r, ?x) <- at(?r, ?x) and accessible(?x) and tall(?r)",
        "reach(?r, ?x) <- long_reach(?r) and at(?r, ?s) and supported(?x, ?s) and accessible(?x) and low(?x)",
        "reach(?r, ?x) <- long_reach(?r) and at(?r, ?s) and supported(?x, ?s) and accessible(?x) and tall(?r)",
        "reach(?r, ?x) <- mounted(?r, ?x) and accessible(?x)",
        "reach(?r, ?x) <- mounted(?r, ?s) and supported(?x, ?s) and accessible(?x)",
        // 8. Who can set off.
        "free_to_move(?r) <- ground_robot(?r)",
        "free_to_move(?r) <- flying(?r)",
    ]
}
