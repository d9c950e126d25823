import Execution
import RobotModel
import SkillKit

/// The skill host inside an edge: runs linked-in skills on the bodies of a
/// provider, e.g. the simulation.
final class BuiltInHost: Sendable {
    static let id: HostID = "builtin"

    private let bodies: any BodyProvider
    private let runner: SkillRunner

    /// - Parameter report: takes what attempts tell, on any thread.
    init(
        bodies: any BodyProvider, skills: [any Skill], deadMan: DeadMan,
        report: @escaping @Sendable (ExecutionInput) -> Void
    ) {
        self.bodies = bodies
        runner = SkillRunner(
            bodies: bodies,
            skills: Dictionary(skills.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
            // The edge itself stops them half a second after their time-out.
            deadMan: deadMan, overrun: .milliseconds(600), report: report)
    }

    /// The robots, and what the bodies know of attempts from before a restart.
    func robots(pending: [RobotID: [AttemptRecord]]) async -> [HostedRobot] {
        var offers: [HostedRobot] = []
        for description in await bodies.robots() {
            var offer = HostedRobot(description: description)
            await offer.settle(pending[description.id] ?? [], by: bodies)
            offers.append(offer)
        }
        return offers
    }

    func invoke(_ order: Invocation) { runner.start(order) }
    func cancel(_ attempt: AttemptID) { runner.cancel(attempt) }
    func cancelAll() { runner.cancelAll() }
    /// The e-stop; see ``SkillRunner/halt(_:)``.
    func halt(_ cause: String?) { runner.halt(cause) }

    /// Waits for what runs, and stops what is not over by then: it goes on at
    /// the next start, and has no outcome yet.
    func drain(within limit: Duration) async { await runner.drain(within: limit, isSilent: true) }
}
