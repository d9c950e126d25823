import RobotModel
import SkillKit

/// What skills get where no body was given: they bring their own drivers, and
/// ask nothing of it.
struct BodilessRobot: RobotBody {
    let robot: RobotID
}
