/// A skill with its arguments, for a robot or, as yet, for whichever can.
public struct SkillCall: Hashable, Sendable, Codable {
    public var skill: SkillName
    public var robot: RobotID?
    public var arguments: [String: Value]

    public init(skill: SkillName, robot: RobotID? = nil, arguments: [String: Value] = [:]) {
        self.skill = skill
        self.robot = robot
        self.arguments = arguments
    }

    enum CodingKeys: String, CodingKey { case skill, robot, arguments }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        skill = try container.decode(SkillName.self, forKey: .skill)
        robot = try container.decodeIfPresent(RobotID.self, forKey: .robot)
        arguments = try container.decodeIfPresent([String: Value].self, forKey: .arguments) ?? [:]
    }
}

extension SkillCall: CustomStringConvertible {
    /// E.g. `dog: place(item: apple, surface: table)`.
    public var description: String {
        let list = arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let call = "\(skill)(\(list.joined(separator: ", ")))"
        return robot.map { "\($0): \(call)" } ?? call
    }
}
