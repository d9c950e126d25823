import BrainClient
import Foundation
import RobotModel

/// Tasks in flight at the same time, each a chain of dependent steps of one
/// robot that take no time.
struct ChainLoad {
    let rig: CoreRig
    /// Tasks, each with a robot of its own.
    let tasks: Int
    /// Steps of each, after a first one that waits for all to be there.
    let steps: Int

    struct Outcome: Sendable {
        /// Steps whose end was on disk, a second, while all tasks were in flight.
        var stepsPerSecond: Double
        /// From the end of a call to the beginning of the next of its task.
        var gapsMilliseconds: [Double]
        var tasks: [TaskID]
        /// Of the heap, for each task while all were there, waiting.
        var bytesPerTask: Double
    }

    func run(isTiming: Bool = false) async throws -> Outcome {
        let before = Heap.bytesInUse
        let ids = try await submit()
        await rig.gate.whenWaiting(tasks)
        let bytesPerTask = Double(Heap.bytesInUse - before) / Double(tasks)
        rig.counter.reset(target: steps, isTiming: isTiming)
        let began = MonotonicTime.now
        rig.gate.release()
        await rig.counter.whenCalled(tasks * steps)
        for id in ids { try await rig.node.whenEnded(id) }
        guard let reached = rig.counter.reached else {
            throw CommandError(.failed, "the steps weren’t all called")
        }
        // A call shows that the step before it is on disk; the last isn't yet.
        let done = Double(reached.total - tasks)
        return Outcome(
            stepsPerSecond: done / reached.at.milliseconds(since: began) * 1000,
            gapsMilliseconds: rig.counter.gapsMilliseconds, tasks: ids,
            bytesPerTask: bytesPerTask)
    }

    private func submit() async throws -> [TaskID] {
        var ids: [TaskID] = []
        for index in 0..<tasks {
            let robot = LabBodies.id(index)
            let chain = (0...steps).map { number in
                WorkflowStep(
                    id: StepID("s\(number)"), skill: number == 0 ? GateSkill.gate : CountingSkill.count,
                    robot: robot, after: number == 0 ? [] : [StepID("s\(number - 1)")])
            }
            ids.append(try await Submission(workflow: Workflow(steps: chain)).send(to: rig.client))
        }
        return ids
    }
}
