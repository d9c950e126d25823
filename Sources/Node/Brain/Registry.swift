import Manifests
import PlanRules
import RobotModel
import Synchronization

/// Skills and robots as files and skill hosts declare them.
final class Registry: Sendable {
    private struct State {
        var skills: [SkillName: SkillManifest] = [:]
        var robots: [RobotID: RobotDescription] = [:]
        var problems: [ManifestError] = []
    }

    private let state = Mutex(State())

    var skills: [SkillManifest] { state.withLock { $0.skills.values.sorted { $0.name < $1.name } } }
    var problems: [ManifestError] { state.withLock { $0.problems } }

    func declare(_ skill: SkillManifest) { state.withLock { $0.skills[skill.name] = skill } }
    func declare(_ robot: RobotDescription) { state.withLock { $0.robots[robot.id] = robot } }
    func note(_ problems: [ManifestError]) { state.withLock { $0.problems += problems } }
    func forgetProblems() { state.withLock { $0.problems = [] } }
    func robot(_ id: RobotID) -> RobotDescription? { state.withLock { $0.robots[id] } }

    /// Everyone who was ever declared; who can be used now is up to the caller.
    var team: Team {
        state.withLock { state in
            Team(robots: Array(state.robots.values), skills: Array(state.skills.values))
        }
    }
}
