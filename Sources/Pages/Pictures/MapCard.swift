import RobotModel

/// A piece of furniture, or a robot, as a box with lines of text.
struct MapCard {
    enum Kind {
        case furniture
        case robot(embodiment: String, state: RobotState)
        case floor
    }

    struct Line {
        let text: String
        let indent: Double
        let isUncertain: Bool
    }

    let id: EntityID
    let kind: Kind
    let title: String
    /// Open, closed or nothing worth saying.
    let note: String
    let lines: [Line]
    /// Centre of the thing itself, in metres on the map.
    let pose: Pose?

    static let titleSize = 13.0
    static let lineSize = 12.0
    static let lineHeight = 15.5
    /// The room for a robot's glyph above its name.
    static let glyphHeight = 48.0

    init(furniture node: MapContents.Node, pose: Pose?) {
        id = node.id
        kind = .furniture
        title = node.label
        note = node.isOpenable ? (node.isOpen ? "open" : "closed") : ""
        lines = Self.lines(node.carried)
        self.pose = pose
    }

    init(floorOf room: EntityID, _ nodes: [MapContents.Node]) {
        id = room
        kind = .floor
        title = "on the floor"
        note = ""
        lines = Self.lines(nodes)
        pose = nil
    }

    init(robot: RobotView, load: [MapContents.Node], pose: Pose?) {
        id = EntityID(robot.description.id)
        kind = .robot(embodiment: robot.description.embodiment, state: robot.state)
        title = robot.description.id.rawValue
        note = ""
        lines = Self.lines(load)
        self.pose = pose
    }

    /// The tree of what is carried, a line each, deeper ones further in.
    private static func lines(_ nodes: [MapContents.Node], depth: Int = 0) -> [Line] {
        nodes.flatMap { node in
            let state = node.isOpenable ? (node.isOpen ? " (open)" : " (closed)") : ""
            return [
                Line(
                    text: node.label + state + (node.isUncertain ? " ?" : ""), indent: Double(depth) * 10,
                    isUncertain: node.isUncertain)
            ] + lines(node.carried, depth: depth + 1)
        }
    }

    var isRobot: Bool { if case .robot = kind { true } else { false } }

    var width: Double {
        let noteWidth = note.isEmpty ? 0 : SVGCanvas.textWidth(note, size: 11) + 8
        let widths = lines.map { SVGCanvas.textWidth($0.text, size: Self.lineSize) + $0.indent + 10 }
        let title = SVGCanvas.textWidth(title, size: Self.titleSize, isBold: true) + noteWidth
        return max(isRobot ? 72 : 58, ([title] + widths).max() ?? 0) + 14
    }

    var height: Double {
        (isRobot ? Self.glyphHeight : 0) + 24 + Double(lines.count) * Self.lineHeight
            + (lines.isEmpty ? 0 : 4)
    }
}
