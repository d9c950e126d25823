import BrainClient
import Coordination
import Foundation
import RobotModel
import WireFormat

/// The coordination core alone, with tasks of ten dependent steps that are all
/// live, each with a robot of its own that is at its first step.
struct MachineLoad {
    static let stepsPerTask = 10

    private var machine = CoordinationMachine()
    /// Attempts that robots are at, oldest first.
    private var running: [Invocation] = []
    private var next = 0
    private var now = Instant(nanosecondsSinceEpoch: 1_800_000_000_000_000_000)
    private var record: UInt64 = 0

    /// Of decisions about ended steps, in microseconds each.
    struct Costs {
        /// `handle` alone.
        var handle: [Double] = []
        /// `handle`, the record of the input and the frames that it leads to.
        var decision: [Double] = []
    }

    init(steps: Int) throws {
        let tasks = max(1, steps / Self.stepsPerTask)
        _ = take(.brainStarted(epoch: 1))
        for index in 0..<tasks {
            let robot = LabBodies.robot(index, skills: [CountingSkill.count])
            _ = take(.robotLinked(robot, running: []))
        }
        for index in 0..<tasks {
            let chain = Self.chain(by: LabBodies.id(index))
            let workflow = Workflow(
                steps: chain.map {
                    WorkflowStep(id: $0.id, skill: $0.skill, robot: $0.robot, after: $0.after)
                })
            let id = TaskID("t-\(index)")
            _ = take(.taskSubmitted(id, TaskRequest(.workflow(workflow), requester: "lab")))
            let goal = Goal(stages: [])
            for case .invoke(let order) in take(
                .planProposed(id, revision: 1, goal: goal, plan: Plan(steps: chain)))
            {
                running.append(order)
            }
        }
        guard running.count == tasks else {
            throw CommandError(.failed, "\(running.count) of \(tasks) tasks began")
        }
        for order in running { _ = take(.attemptAccepted(order.attempt, order.token)) }
    }

    /// What `count` decisions cost, with as many
    /// machines as it takes.
    static func costs(liveSteps: Int, decisions count: Int) throws -> Costs {
        var costs = Costs()
        while costs.handle.count < count {
            var load = try MachineLoad(steps: liveSteps)
            try load.endSteps(count / 4, &costs)
        }
        return costs
    }

    /// Ends running steps one after the other, a robot each in turn, as long as
    /// each has a step that follows; at most `count` of them.
    private mutating func endSteps(_ count: Int, _ costs: inout Costs) throws {
        for _ in 0..<min(count, running.count * (Self.stepsPerTask - 1)) {
            let order = running[next]
            let input = CoordinationInput.attemptEnded(order.attempt, order.token, .succeeded)
            let began = MonotonicTime.now
            _ = try JournalEntryCodec.encode(input, at: now)
            let recorded = MonotonicTime.now
            let actions = take(input)
            let handled = MonotonicTime.now
            var follower: Invocation?
            for action in actions {
                switch action {
                case .invoke(let order):
                    follower = order
                    _ = try EnvelopeCodec.encode(envelope(.invoke(order)))
                case .confirmResult(let attempt, let token, _):
                    _ = try EnvelopeCodec.encode(envelope(.resultStored(attempt, token)))
                default: break
                }
            }
            let done = MonotonicTime.now
            guard let follower else {
                throw CommandError(.failed, "nothing followed \(order.attempt)")
            }
            costs.handle.append(handled.milliseconds(since: recorded) * 1000)
            costs.decision.append(done.milliseconds(since: began) * 1000)
            running[next] = follower
            next = (next + 1) % running.count
            _ = take(.attemptAccepted(follower.attempt, follower.token))
        }
    }

    private mutating func take(_ input: CoordinationInput) -> [CoordinationAction] {
        record += 1
        now = now + .microseconds(10)
        return machine.handle(input, at: now, record: record)
    }

    private func envelope(_ body: Envelope.Body) -> Envelope {
        Envelope(
            id: record, session: "lab", sequence: record,
            stamp: HybridStamp(wallMilliseconds: 1_800_000_000_000, counter: 0, origin: "lab"), body: body)
    }

    private static func chain(by robot: RobotID) -> [PlanStep] {
        (0..<stepsPerTask).map { number in
            PlanStep(
                id: StepID("s\(number)"), robot: robot, skill: CountingSkill.count, arguments: [:],
                after: number == 0 ? [] : [StepID("s\(number - 1)")])
        }
    }
}
