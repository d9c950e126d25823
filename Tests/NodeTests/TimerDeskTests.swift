import RobotModel
import Synchronization
import Testing

@testable import Node

@Suite struct TimerDeskTests {
    private func attempt(_ number: Int) -> CoordinationTimer {
        .attemptOverdue(AttemptID(task: "t-1", step: "s1", number: UInt32(number)))
    }

    @Test func `timers fire in the order of their moments, whatever the order of their start`() async {
        let desk = TimerDesk()
        let (fired, continuation) = AsyncStream.makeStream(of: Int.self)
        for (number, delay) in [(3, 60), (1, 0), (2, 20)] {
            desk.start(attempt(number), after: .milliseconds(delay)) { continuation.yield(number) }
        }
        var order: [Int] = []
        for await number in fired {
            order.append(number)
            if order.count == 3 { break }
        }
        #expect(order == [1, 2, 3])
    }

    @Test func `a timer that was stopped or started anew doesn’t fire for its old start`() async {
        let desk = TimerDesk()
        let (fired, continuation) = AsyncStream.makeStream(of: String.self)
        desk.start(attempt(1), after: .milliseconds(1)) { continuation.yield("stopped") }
        desk.stop(attempt(1))
        desk.start(attempt(2), after: .milliseconds(1)) { continuation.yield("old") }
        desk.start(attempt(2), after: .milliseconds(30)) { continuation.yield("new") }
        desk.start(attempt(3), after: .milliseconds(60)) { continuation.yield("last") }
        var names: [String] = []
        for await name in fired {
            names.append(name)
            if name == "last" { break }
        }
        #expect(names == ["new", "last"])
    }

    @Test func `ten thousand stopped timers leave the others as they are`() async {
        let desk = TimerDesk()
        let (fired, continuation) = AsyncStream.makeStream(of: Int.self)
        desk.start(attempt(0), after: .milliseconds(200)) { continuation.yield(0) }
        for number in 1...10_000 {
            desk.start(attempt(number), after: .seconds(600)) { continuation.yield(number) }
            desk.stop(attempt(number))
        }
        for await number in fired {
            #expect(number == 0)
            break
        }
    }
}
