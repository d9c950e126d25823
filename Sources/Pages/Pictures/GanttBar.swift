import RobotModel

/// A step as a bar in time: when it ran, or when it is expected to.
struct GanttBar {
    let view: StepView
    /// From the task's start.
    let startSeconds: Double
    let endSeconds: Double
    /// Whether it has not begun, and the times are the plan's.
    let isExpected: Bool

    var step: PlanStep { view.step }

    /// The bars of a task, in the order of their starts. Steps that were given
    /// up before they began have none.
    static func bars(of task: TaskView, now: Instant) -> [GanttBar] {
        let zero = task.steps.compactMap(\.startedAt).min() ?? task.startedAt ?? task.receivedAt
        return task.steps.compactMap { view in
            if let start = view.startedAt {
                let from = max(0, (start - zero).inSeconds)
                let end = view.endedAt ?? (task.endedAt ?? now)
                return GanttBar(
                    view: view, startSeconds: from, endSeconds: max(from, (end - zero).inSeconds),
                    isExpected: false)
            }
            guard !view.state.isFinal, !task.state.isFinal else { return nil }
            let from = view.step.expectedStartSeconds
            return GanttBar(
                view: view, startSeconds: from, endSeconds: from + view.step.expectedDurationSeconds,
                isExpected: true)
        }.sorted { ($0.startSeconds, $0.step.id) < ($1.startSeconds, $1.step.id) }
    }
}

/// A line from one robot's bar to another's.
struct GanttArrow: Hashable {
    let from: StepID
    let to: StepID
    /// What went from hand to hand; nil where one merely waited for the other.
    let item: EntityID?

    /// Who waited for whom, and what was handed over, between robots.
    static func arrows(between bars: [GanttBar]) -> [GanttArrow] {
        let byID = Dictionary(bars.map { ($0.step.id, $0) }) { first, _ in first }
        var arrows: [GanttArrow] = []
        for bar in bars {
            for taken in takenItems(bar.step) {
                let givers = bars.filter { giver in
                    giver.step.robot != bar.step.robot && giver.endSeconds <= bar.startSeconds + 0.001
                        && giver.view.state != .failed && mentions(giver.step, taken)
                }
                // Only the newest handling counts: if that was the taker's own, nothing was handed over.
                let own = bars.filter {
                    $0.step.robot == bar.step.robot && $0.step.id != bar.step.id
                        && $0.endSeconds <= bar.startSeconds + 0.001 && mentions($0.step, taken)
                }
                guard let giver = givers.max(by: { $0.endSeconds < $1.endSeconds }),
                    giver.endSeconds >= own.map(\.endSeconds).max() ?? 0
                else { continue }
                arrows.append(GanttArrow(from: giver.step.id, to: bar.step.id, item: taken))
            }
        }
        for bar in bars {
            for earlier in bar.step.after {
                guard let other = byID[earlier], other.step.robot != bar.step.robot,
                    !arrows.contains(where: { $0.from == earlier && $0.to == bar.step.id })
                else { continue }
                arrows.append(GanttArrow(from: earlier, to: bar.step.id, item: nil))
            }
        }
        return arrows
    }

    /// What the step's robot has in its gripper afterwards.
    private static func takenItems(_ step: PlanStep) -> [EntityID] {
        step.terms.effects.compactMap { effect in
            guard effect.literal.isPositive, let fact = effect.literal.fact, fact.predicate == "holding",
                fact.arguments.count == 2, fact.arguments[0].rawValue == step.robot.rawValue
            else { return nil }
            return fact.arguments[1]
        }
    }

    private static func mentions(_ step: PlanStep, _ item: EntityID) -> Bool {
        step.arguments.values.contains { $0.description == item.rawValue }
    }
}
