import RobotModel
import SkillKit
import Synchronization

/// Runs skills, each attempt in a task of its own, and turns how they end into
/// outcomes.
final class SkillRunner: Sendable {
    enum Report: Sendable {
        case progressed(Invocation, AttemptProgress)
        case ended(Invocation, AttemptOutcome)
    }

    private let bodies: (any BodyProvider)?
    private let skills: [SkillName: any Skill]
    private let report: @Sendable (Report) -> Void
    private let running = Mutex<[AttemptID: Task<Void, Never>]>([:])

    /// - Parameter report: called on any thread.
    init(
        bodies: (any BodyProvider)?, skills: [SkillName: any Skill],
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.bodies = bodies
        self.skills = skills
        self.report = report
    }

    func start(_ order: Invocation) {
        // Under the lock, so that the task can't end before it is listed.
        running.withLock { running in
            running[order.attempt] = Task { await self.run(order) }
        }
    }

    func cancel(_ attempt: AttemptID) { running.withLock { $0[attempt] }?.cancel() }

    /// Waits for what runs; what isn't over by then is stopped.
    func drain(within limit: Duration) async {
        let tasks = running.withLock { Array($0.values) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for task in tasks { await task.value } }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            for task in tasks { task.cancel() }
            group.cancelAll()
        }
    }

    private func run(_ order: Invocation) async {
        let outcome = await outcome(of: order)
        running.withLock { _ = $0.removeValue(forKey: order.attempt) }
        report(.ended(order, outcome))
    }

    private func outcome(of order: Invocation) async -> AttemptOutcome {
        guard let skill = skills[order.skill] else {
            return .failed(Failure(.rejectedBySkill, "this host has no skill called \(order.skill)"))
        }
        do {
            let attempt = SkillAttempt(
                id: order.attempt, robot: order.robot, arguments: order.arguments,
                body: try await body(for: order)
            ) { [report] progress in
                report(.progressed(order, progress))
            }
            return .succeeded(returns: try await skill.run(attempt), observed: [])
        } catch let failure as Failure {
            return .failed(failure, observed: await observed(by: order.robot))
        } catch is CancellationError {
            return .failed(Failure(.canceled, "stopped"), observed: await observed(by: order.robot))
        } catch {
            return .failed(Failure(.skillError, "\(error)"), observed: await observed(by: order.robot))
        }
    }

    private func body(for order: Invocation) async throws -> any RobotBody {
        guard let bodies else { return BodilessRobot(robot: order.robot) }
        return try await bodies.body(of: order.robot, for: order.attempt)
    }

    private func observed(by robot: RobotID) async -> [Literal] { await bodies?.observe(by: robot) ?? [] }
}
