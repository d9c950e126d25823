import RobotModel

/// A robot in full, for people.
enum RobotPage {
    static func text(_ robot: RobotView) -> String {
        let body = robot.description
        var lines = [
            "robot       \(body.id)", "kind        \(body.embodiment)",
            "state       \(robot.state.rawValue)", "link        \(robot.isLinked ? "up" : "down")",
            "skills      \(body.skills.map(\.rawValue).joined(separator: ", "))",
            "limits      \(body.limits.speedMetersPerSecond) m/s, reach \(body.limits.reachMeters) m, payload \(body.limits.payloadKilograms) kg",
        ]
        if !body.names.isEmpty { lines.append("names       \(body.names.joined(separator: ", "))") }
        if !body.resources.isEmpty { lines.append("resources   \(body.resources.joined(separator: ", "))") }
        if !body.parts.isEmpty {
            lines.append("parts       \(body.parts.map(\.id.rawValue).joined(separator: ", "))")
        }
        if robot.isReady == false { lines.append("ready       no, by its own word") }
        if let attempt = robot.attempt { lines.append("at work on  \(attempt)") }
        if let pose = robot.pose { lines.append("pose        \(Value.pose(pose))") }
        if let battery = robot.batteryRatio {
            lines.append("battery     \(Int((battery * 100).rounded())) %")
        }
        if let heard = robot.heardAt { lines.append("heard       \(heard)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
