import BrainClient
import RobotModel

/// From the call of a client to the skill's, over HTTP and all that is behind it.
struct FirstInvoke {
    let rig: CoreRig

    /// Milliseconds of each of `rounds` tasks, one after the other.
    func measure(_ rounds: Int) async throws -> [Double] {
        var result: [Double] = []
        let step = WorkflowStep(id: "s1", skill: CountingSkill.count, robot: LabBodies.id(0))
        for _ in 0..<rounds {
            rig.counter.reset(isTiming: true)
            let sent = MonotonicTime.now
            let id = try await Submission(workflow: Workflow(steps: [step])).send(to: rig.client)
            await rig.counter.whenCalled(1)
            if let began = rig.counter.beginnings.first { result.append(began.milliseconds(since: sent)) }
            try await rig.node.whenEnded(id)
        }
        return result
    }
}
