import Pages
import RobotModel

/// A plan before it runs: steps, who does them, and when.
enum PlanTable {
    static func text(_ task: TaskView) -> String {
        if task.state == .rejected { return TaskOutcome(task: task).text + "\n" }
        var text = ""
        if let goal = task.goal { text += "goal: \(TaskAsk.goal(goal).summary)\n" }
        if task.steps.isEmpty {
            return text + "nothing needs to be done\n"
        }
        let robots = Set(task.steps.map(\.step.robot)).count
        let makespan = task.expectedMakespanSeconds.map { ", \(Phrases.duration(seconds: $0))" } ?? ""
        text +=
            "plan: \(Phrases.count(task.steps.count, "step")) by \(Phrases.count(robots, "robot"))\(makespan)\n\n"
        var table = Table("STEP", "ROBOT", "SKILL", "START", "TAKES", "AFTER")
        for step in task.steps.map(\.step) {
            table.add(
                step.id.rawValue, step.robot.rawValue, Phrases.call(step),
                Phrases.duration(seconds: step.expectedStartSeconds),
                Phrases.duration(seconds: step.expectedDurationSeconds),
                step.after.map(\.rawValue).joined(separator: ", "))
        }
        text += table.fitted
        if !task.explanation.isEmpty {
            text += "\n" + task.explanation.map { "– \($0)\n" }.joined()
        }
        return text
    }
}
