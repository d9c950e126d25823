/// A small drawing for each kind of robot, told apart at a glance.
enum RobotGlyph {
    private static let ink = "#243b53"

    /// Draws it with its middle at (`x`, `y`), about 52 by 40.
    static func draw(_ embodiment: String, x: Double, y: Double, colour: String, on canvas: inout SVGCanvas) {
        canvas.open(
            "g",
            [
                "transform": "translate(\(Int(x)) \(Int(y)))", "stroke": ink, "stroke-width": 1.6,
                "stroke-linejoin": "round", "stroke-linecap": "round", "fill": colour,
            ])
        for shape in shapes(embodiment) {
            canvas.element(
                "path",
                ["d": shape.path, "fill": shape.isFilled ? colour : "none", "stroke-width": shape.width])
        }
        canvas.close("g")
    }

    private struct Shape {
        let path: String
        var isFilled = true
        var width = 1.6
    }

    private static func circle(_ x: Int, _ y: Int, _ r: Int) -> String {
        "M \(x - r) \(y) a \(r) \(r) 0 1 0 \(2 * r) 0 a \(r) \(r) 0 1 0 \(-2 * r) 0 z"
    }

    private static func shapes(_ embodiment: String) -> [Shape] {
        let kind = embodiment.lowercased()
        func has(_ words: String...) -> Bool { words.contains { kind.contains($0) } }
        if has("quad_rotor", "quadrotor", "drone", "uav", "copter") { return quadrotor }
        if has("dog", "quadruped", "legged") { return dog }
        if has("mobile_manip", "mobile_arm", "manipulator") && !has("fixed") { return mobileManipulator }
        if has("arm", "panda", "manipulator") { return arm }
        if has("wheel", "base", "cart", "agv", "amr", "carrier") { return base }
        return humanoid
    }

    private static let quadrotor = [
        Shape(path: "M -17 -10 L 17 10 M 17 -10 L -17 10", isFilled: false, width: 2.6),
        Shape(path: circle(-17, -10, 8)), Shape(path: circle(17, -10, 8)),
        Shape(path: circle(-17, 10, 8)), Shape(path: circle(17, 10, 8)),
        Shape(
            path:
                "M -7 -5 h 14 a 3 3 0 0 1 3 3 v 4 a 3 3 0 0 1 -3 3 h -14 a 3 3 0 0 1 -3 -3 v -4 a 3 3 0 0 1 3 -3 z"
        ),
    ]

    private static let dog = [
        Shape(
            path:
                "M -13 3 L -17 11 L -14 18 M -6 3 L -9 11 L -6 18 M 8 3 L 5 11 L 8 18 M 14 3 L 11 11 L 14 18",
            isFilled: false, width: 2.4),
        Shape(
            path:
                "M -18 -6 h 32 a 4 4 0 0 1 4 4 v 2 a 4 4 0 0 1 -4 4 h -32 a 4 4 0 0 1 -4 -4 v -2 a 4 4 0 0 1 4 -4 z"
        ),
        Shape(path: "M 16 -6 L 18 -16 h 8 l 3 4 l -2 4 h -5 z"),
        Shape(path: "M -21 -4 L -26 -10", isFilled: false, width: 2),
    ]

    private static let base = [
        Shape(path: "M -20 -8 h 40 a 4 4 0 0 1 4 4 v 10 h -48 v -10 a 4 4 0 0 1 4 -4 z"),
        Shape(path: "M -22 -13 h 44 v 5 h -44 z"),
        Shape(path: circle(-13, 10, 6)), Shape(path: circle(13, 10, 6)),
    ]

    private static let arm = [
        Shape(path: "M 0 8 L -10 -6 L 6 -17 L 17 -9", isFilled: false, width: 5),
        Shape(path: circle(-10, -6, 4)), Shape(path: circle(6, -17, 4)),
        Shape(path: "M 17 -9 l 7 -1 M 17 -9 l 4 6", isFilled: false, width: 2.6),
        Shape(path: "M -12 18 h 24 l -5 -10 h -14 z"),
    ]

    private static let mobileManipulator = [
        Shape(path: "M -6 -2 L -13 -12 L 2 -19 L 12 -13", isFilled: false, width: 4),
        Shape(path: circle(-13, -12, 3)), Shape(path: circle(2, -19, 3)),
        Shape(path: "M 12 -13 l 6 -1 M 12 -13 l 3 5", isFilled: false, width: 2.4),
        Shape(path: "M -18 -2 h 36 a 4 4 0 0 1 4 4 v 8 h -44 v -8 a 4 4 0 0 1 4 -4 z"),
        Shape(path: circle(-12, 13, 5)), Shape(path: circle(12, 13, 5)),
    ]

    private static let humanoid = [
        Shape(path: "M 0 -12 v 20 M 0 8 l -7 10 M 0 8 l 7 10 M -12 -2 h 24", isFilled: false, width: 3),
        Shape(path: circle(0, -14, 6)),
    ]
}
