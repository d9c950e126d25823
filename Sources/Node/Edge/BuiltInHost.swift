import Execution
import RobotModel
import SkillKit
import Synchronization

/// The skill host inside an edge: runs linked-in skills on the bodies of a
/// provider, e.g. the simulation.
final class BuiltInHost: Sendable {
    static let id: HostID = "builtin"

    private let bodies: any BodyProvider
    private let skills: [SkillName: any Skill]
    private let report: @Sendable (ExecutionInput) -> Void
    private let isSilent = Mutex(false)
    private let running = Mutex<[AttemptID: Task<Void, Never>]>([:])

    /// - Parameter report: takes what attempts tell, on any thread.
    init(
        bodies: any BodyProvider, skills: [any Skill],
        report: @escaping @Sendable (ExecutionInput) -> Void
    ) {
        self.bodies = bodies
        self.skills = Dictionary(skills.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.report = report
    }

    /// The robots, and what the bodies know of attempts from before a restart.
    func robots(pending: [RobotID: [AttemptRecord]]) async -> [HostedRobot] {
        var offers: [HostedRobot] = []
        for description in await bodies.robots() {
            var offer = HostedRobot(description: description)
            for record in pending[description.id] ?? [] where record.outcome == nil {
                switch await bodies.wasDone(record.order.attempt) {
                case true?: offer.attempts[record.order.attempt] = .some(.succeeded)
                // The body has nothing of it: it is safe to begin again.
                case false?: offer.highestToken = FencingToken(epoch: 0, counter: 0)
                case nil: offer.highestToken = record.order.token
                }
            }
            offers.append(offer)
        }
        return offers
    }

    func invoke(_ order: Invocation) {
        // Under the lock, so that the task can't end before it is listed.
        running.withLock { running in
            running[order.attempt] = Task { await self.run(order) }
        }
    }

    func cancel(_ attempt: AttemptID) {
        running.withLock { $0[attempt] }?.cancel()
    }

    func cancelAll() {
        for task in running.withLock({ $0.values }) { task.cancel() }
    }

    /// Waits for what runs, and stops what is not over by then.
    func drain(within limit: Duration) async {
        let tasks = running.withLock { Array($0.values) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for task in tasks { await task.value } }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        isSilent.withLock { $0 = true }
        cancelAll()
    }

    private func run(_ order: Invocation) async {
        report(.accepted(order.attempt, order.robot))
        let outcome = await outcome(of: order)
        running.withLock { _ = $0.removeValue(forKey: order.attempt) }
        // Stopped by the end of the process, an attempt has no outcome yet.
        guard !isSilent.withLock({ $0 }) else { return }
        report(.ended(order.attempt, order.robot, outcome))
    }

    private func outcome(of order: Invocation) async -> AttemptOutcome {
        guard let skill = skills[order.skill] else {
            return .failed(Failure(.rejectedBySkill, "no built-in skill is called \(order.skill)"))
        }
        let report = report
        do {
            let body = try await bodies.body(of: order.robot, for: order.attempt)
            let attempt = SkillAttempt(
                id: order.attempt, robot: order.robot, arguments: order.arguments, body: body
            ) { progress in
                report(.progressed(order.attempt, order.robot, progress))
            }
            let returns = try await skill.run(attempt)
            return .succeeded(returns: returns, observed: [])
        } catch let failure as Failure {
            return .failed(failure, observed: await bodies.observe(by: order.robot))
        } catch is CancellationError {
            return .failed(Failure(.canceled, "stopped"), observed: await bodies.observe(by: order.robot))
        } catch {
            return .failed(Failure(.skillError, "\(error)"), observed: await bodies.observe(by: order.robot))
        }
    }
}
