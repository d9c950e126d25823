import RobotModel
import Testing

@testable import Coordination

/// An input costs what it changes. Loose: the ratio is what counts, and a
/// measurement that was disturbed is made again.
struct CostTests {
    /// Time for each end of a step, the shortest of a few goes: a hundred tasks
    /// run, `others` wait for their plans.
    private func secondsPerEnd(others: Int) -> Double {
        var machine = CoordinationMachine()
        var orders: [Invocation] = []
        func send(_ input: CoordinationInput) { orders += machine.handle(input, at: .zero).invocations }
        send(.brainStarted(epoch: 1))
        for number in 0..<100 {
            let robot = RobotID("r\(number)")
            send(.robotLinked(RobotDescription(id: robot, embodiment: "test"), running: []))
        }
        for number in 0..<(others + 100) {
            let id = TaskID("t\(number)")
            send(.taskSubmitted(id, TaskRequest(.words("x"))))
            guard number < 100 else { continue }
            let steps = (0..<10).map { index in
                step(
                    StepID("s\(index)"), RobotID("r\(number)"),
                    after: index == 0 ? [] : [StepID("s\(index - 1)")])
            }
            send(.planProposed(id, revision: 1, goal: Goal(.always), plan: Plan(steps: steps)))
        }
        var best = Double.infinity
        for _ in 1...8 {
            let batch = orders
            orders = []
            let spent = ContinuousClock().measure {
                for order in batch { send(.attemptEnded(order.attempt, order.token, .succeeded)) }
            }
            best = min(best, spent.inSeconds / Double(batch.count))
        }
        return best
    }

    @Test func `the end of a step costs the same with a hundred tasks alive and with ten thousand`() {
        var ratio = Double.infinity
        for _ in 1...3 where ratio > 5 {
            ratio = secondsPerEnd(others: 9_900) / secondsPerEnd(others: 0)
        }
        #expect(ratio < 5)
    }

    /// A wide task: all its steps are ready at once, on one robot.
    private func secondsPerEnd(ready: Int) -> Double {
        var harness = CoordinationHarness()
        let steps = (0..<ready).map { step(StepID("s\($0)"), "dog") }
        var open = harness.start("t", steps: steps).invocations
        var machine = harness.machine
        harness = CoordinationHarness()
        var best = Double.infinity
        for _ in 1...8 {
            let spent = ContinuousClock().measure {
                for _ in 1...10 {
                    guard let order = open.popLast() else { return }
                    open +=
                        machine.handle(
                            .attemptEnded(order.attempt, order.token, .succeeded), at: .zero
                        ).invocations
                }
            }
            best = min(best, spent.inSeconds / 10)
        }
        return best
    }

    @Test func `and with a hundred steps ready on a robot and with five thousand`() {
        var ratio = Double.infinity
        for _ in 1...3 where ratio > 5 {
            ratio = secondsPerEnd(ready: 5_000) / secondsPerEnd(ready: 100)
        }
        #expect(ratio < 5)
    }
}
