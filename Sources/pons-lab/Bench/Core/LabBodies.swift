import RobotModel
import SkillKit

/// Robots without a body, for skills that move nothing.
struct LabBodies: BodyProvider {
    let descriptions: [RobotDescription]

    init(count: Int, skills: [SkillName]) {
        descriptions = (0..<count).map { LabBodies.robot($0, skills: skills) }
    }

    static func id(_ index: Int) -> RobotID { RobotID("lab_\(index)") }

    static func robot(_ index: Int, skills: [SkillName]) -> RobotDescription {
        RobotDescription(id: id(index), embodiment: "ground_robot", skills: skills)
    }

    func robots() async -> [RobotDescription] { descriptions }

    func body(of robot: RobotID, for _: AttemptID) async throws(Failure) -> any RobotBody {
        Nothing(robot: robot)
    }

    /// Nothing is done, so nothing is known to have been.
    func wasDone(_: AttemptID) async -> Bool? { nil }
    func observe(by _: RobotID) async -> [Literal] { [] }
    func states() async -> AsyncStream<BodyState> { AsyncStream { $0.finish() } }

    private struct Nothing: RobotBody {
        let robot: RobotID
    }
}
