import MessageBus
import RobotModel
import SkillHost
import Testing
import WireFormat

/// A skill host and the e-stop of its edge, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct EmergencyStopTests {
    private func order(
        _ step: StepID, _ token: UInt64, skill: SkillName = "echo", cancel: CancelMode = .stop,
        timeout: Duration = .seconds(30)
    ) -> Invocation {
        Invocation(
            attempt: AttemptID(task: "t", step: step, number: 1),
            token: FencingToken(epoch: 1, counter: token), robot: "dog", skill: skill, arguments: [:],
            timeout: timeout, onLinkLoss: .finish, cancel: cancel, idempotent: false)
    }

    private func untilReached(_ door: Door, is wanted: Bool = true) async {
        while await door.estop.reach().robots.map(\.isReached) != [wanted] { await Task.yield() }
    }

    @Test func `it stops a skill that is to finish, and the host takes orders again after the release`()
        async throws
    {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                let running = order("a", 1, skill: "wait", cancel: .finish, timeout: .seconds(50))
                door.send(.invoke(running))
                #expect(await door.next() == .accept(running.attempt, running.token))
                await door.estop.press(by: "anna", reason: "smoke")
                let failure = await door.result(of: "a").failure
                #expect(failure?.code == .canceled)
                #expect(failure?.message == "e-stop: anna: smoke")
                await untilReached(door)
                door.send(.invoke(order("b", 2)))
                #expect(await door.result(of: "b").failure?.code == .resourceConflict)
                await door.estop.release()
                await untilReached(door, is: false)
                // The word comes to the host by a socket of its own, perhaps after an order.
                var (code, token) = (FailureCode?.some(.resourceConflict), UInt64(3))
                while code == .resourceConflict {
                    let step = StepID("c\(token)")
                    door.send(.invoke(order(step, token)))
                    code = await door.result(of: step).failure?.code
                    token += 1
                }
                #expect(code == nil)
            }
        }
    }

    @Test func `the latch outlives the host`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                while await door.estop.reach().robots.isEmpty { await Task.yield() }
                await door.estop.press(by: "anna", reason: "")
                await untilReached(door)
            }
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(order("a", 1)))
                #expect(await door.result(of: "a").failure?.code == .resourceConflict)
            }
        }
    }

    @Test func `a robot's own button stops it and goes up to the edge`() async throws {
        try await Door.with { door in
            try await door.withHost { host in
                _ = await door.joined()
                let running = order("a", 1, skill: "wait", timeout: .seconds(50))
                door.send(.invoke(running))
                #expect(await door.next() == .accept(running.attempt, running.token))
                await host.emergencyStop(by: "dog", reason: "a hand in the way")
                #expect(await door.result(of: "a").failure?.message == "e-stop: dog: a hand in the way")
                await untilReached(door)
                #expect(await door.estop.reach().latch.first?.station == "host")
            }
        }
    }
}
