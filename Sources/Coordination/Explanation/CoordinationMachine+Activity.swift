import RobotModel

/// What a task is at, at this moment: what its time goes into.
extension CoordinationMachine {
    /// Nil for a task that isn't there.
    func activity(of id: TaskID) -> (activity: TaskExplanation.Activity, note: String)? {
        guard let task = tasks[id]?.value else { return nil }
        if task.isWorking {
            let onRobot = task.steps.values.filter(\.state.isOnRobot)
            if onRobot.contains(where: { $0.state != .lost }) { return (.working, "") }
            return (.lostLink, names(onRobot.map(\.step.robot)))
        }
        if let pause = task.pause { return (.paused, "by \(pause.by)") }
        if task.question != nil { return (.waitingForPeople, "a question is open") }
        switch task.state {
        case .awaitingApproval: return (.waitingForPeople, "approval")
        case .received, .planning:
            guard settling.isEmpty else {
                return (.waitingForRobots, "\(names(Array(settling))) to come back")
            }
            return (.planning, "")
        default: return waiting(of: task)
        }
    }

    /// Why none of its steps runs.
    private func waiting(of task: TaskStateMachine) -> (TaskExplanation.Activity, String) {
        if let waiting = task.waiting {
            let absent = waiting.robots.filter { roster[$0]?.value.holder != task.id }
            return (
                .waitingForRobots, absent.map { holder(of: $0, besides: task.id) }.joined(separator: ", ")
            )
        }
        let open = task.steps.values.filter { !$0.state.isFinal }
        for run in open where run.state == .ready {
            let key = StepKey(task: task.id, step: run.step.id)
            let taken = run.step.terms.resources.filter {
                claims[$0] != key && resourceQueues[$0]?.contains(key) == true
            }
            guard !taken.isEmpty else { continue }
            return (.waitingForResources, "\(run.step.id) needs \(taken.joined(separator: ", "))")
        }
        if let run = open.first(where: { $0.state == .ready }) {
            return (.waitingForRobots, holder(of: run.step.robot, besides: task.id))
        }
        if let run = open.first(where: \.isHeldBack) { return (.backOff, "\(run.step.id)") }
        return (.checking, "")
    }

    private func holder(of robot: RobotID, besides task: TaskID) -> String {
        guard let member = roster[robot]?.value else { return "\(robot), which is unknown" }
        if let hindrance = member.hindrance { return "\(robot), which is \(hindrance)" }
        if let holder = member.holder, holder != task { return "\(robot), which is at \(holder)" }
        return "\(robot)"
    }

    private func names(_ robots: [RobotID]) -> String { robots.map(\.rawValue).joined(separator: ", ") }
}
