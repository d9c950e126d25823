import Synchronization
import Testing
import ZeroMQ

/// An actor that lives on a reactor's thread.
private actor Tally {
    private let reactor: Reactor
    private(set) var numbers: [Int] = []
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    init(reactor: Reactor) { self.reactor = reactor }

    func add(_ number: Int) { numbers.append(number) }
    func isOnReactor() -> Bool { reactor.isCurrent }
}

@Suite struct ReactorTests {
    @Test func `an actor pinned to the reactor runs on its thread`() async throws {
        let reactor = try Reactor()
        let tally = Tally(reactor: reactor)
        #expect(!reactor.isCurrent)
        #expect(await tally.isOnReactor())
    }

    @Test func `a pinned actor is entered from a handler without a hop`() async throws {
        let reactor = try Reactor()
        let tally = Tally(reactor: reactor)
        await withCheckedContinuation { continuation in
            reactor.perform {
                tally.assumeIsolated { $0.add(7) }
                continuation.resume()
            }
        }
        #expect(await tally.numbers == [7])
    }

    @Test func `work of one caller is done in its order`() async throws {
        let reactor = try Reactor()
        let tally = Tally(reactor: reactor)
        for number in 0..<1000 {
            reactor.perform { tally.assumeIsolated { $0.add(number) } }
        }
        #expect(await tally.numbers == Array(0..<1000))
    }

    @Test func `timers fire in the order of their moments, and a cancelled one never`() async throws {
        let reactor = try Reactor()
        let tally = Tally(reactor: reactor)
        await withCheckedContinuation { continuation in
            reactor.perform {
                let start = SuspendingClock.now
                reactor.schedule(at: start + .milliseconds(30)) {
                    tally.assumeIsolated { $0.add(3) }
                    continuation.resume()
                }
                let doomed = reactor.schedule(at: start + .milliseconds(20)) {
                    tally.assumeIsolated { $0.add(2) }
                }
                reactor.schedule(at: start + .milliseconds(10)) {
                    tally.assumeIsolated { $0.add(1) }
                    reactor.cancel(doomed)
                }
                reactor.schedule(at: start) { tally.assumeIsolated { $0.add(0) } }
            }
        }
        #expect(await tally.numbers == [0, 1, 3])
    }

    @Test func `a timer doesn’t fire before its moment, nor long after it`() async throws {
        let reactor = try Reactor()
        let late = await withCheckedContinuation { (continuation: CheckedContinuation<Duration, Never>) in
            reactor.perform {
                let due = SuspendingClock.now + .milliseconds(50)
                reactor.schedule(at: due) { continuation.resume(returning: SuspendingClock.now - due) }
            }
        }
        #expect(late >= .zero)
        #expect(late < .seconds(1))
    }

    @Test func `an idle reactor uses no processor time`() async throws {
        let reactor = try Reactor()
        let before = await threadTime(reactor)
        await withCheckedContinuation { continuation in
            reactor.perform {
                reactor.schedule(at: SuspendingClock.now + .milliseconds(300)) { continuation.resume() }
            }
        }
        #expect(await threadTime(reactor) - before < .milliseconds(50))
    }

    @Test func `after a stop no timer fires, and pinned actors are still served`() async throws {
        let reactor = try Reactor()
        let tally = Tally(reactor: reactor)
        reactor.perform {
            reactor.schedule(at: SuspendingClock.now + .milliseconds(20)) {
                tally.assumeIsolated { $0.add(1) }
            }
        }
        await reactor.stop()
        await withCheckedContinuation { continuation in
            reactor.perform {
                reactor.schedule(at: SuspendingClock.now + .milliseconds(60)) { continuation.resume() }
            }
        }
        await tally.add(2)
        #expect(await tally.numbers == [2])
    }

    @Test func `the loop ends with the last reference, and lets its timers go`() async throws {
        let mailbox = Mailbox<String>()
        var reactor: Reactor? = try Reactor()
        await withCheckedContinuation { continuation in
            reactor?.perform { [weak reactor] in
                let witness = Witness { mailbox.put("gone") }
                reactor?.schedule(at: SuspendingClock.now + .seconds(3600)) { _ = witness }
                continuation.resume()
            }
        }
        reactor = nil
        #expect(await mailbox.wait(for: 1) == ["gone"])
    }
}

/// Says when it is no longer held.
private final class Witness {
    private let tell: () -> Void

    init(tell: @escaping () -> Void) { self.tell = tell }

    deinit { tell() }
}

@Suite struct TimerOrderTests {
    /// Timers in random order, by seed, against a plain sort.
    @Test func `any number of timers fires in order`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the timers: \(seed)")
        var random = SplitMix(state: seed)
        let delays = (0..<200).map { _ in Int.random(in: 0..<40, using: &random) }
        let reactor = try Reactor()
        let tally = Tally(reactor: reactor)
        await withCheckedContinuation { continuation in
            reactor.perform {
                let start = SuspendingClock.now
                for (index, delay) in delays.enumerated() {
                    reactor.schedule(at: start + .milliseconds(delay)) {
                        tally.assumeIsolated { $0.add(index) }
                    }
                }
                reactor.schedule(at: start + .milliseconds(60)) { continuation.resume() }
            }
        }
        let expected = delays.indices.sorted { (delays[$0], $0) < (delays[$1], $1) }
        #expect(await tally.numbers == expected)
    }

    @Test func `timers of which most were cancelled fire in order`() async throws {
        let reactor = try Reactor()
        let tally = Tally(reactor: reactor)
        await withCheckedContinuation { continuation in
            reactor.perform {
                let start = SuspendingClock.now
                let timers = (0..<1000).map { index in
                    reactor.schedule(at: start + .milliseconds(index * 7 % 40)) {
                        tally.assumeIsolated { $0.add(index) }
                    }
                }
                for (index, timer) in timers.enumerated() where !index.isMultiple(of: 10) {
                    reactor.cancel(timer)
                }
                reactor.schedule(at: start + .milliseconds(60)) { continuation.resume() }
            }
        }
        let expected = (0..<1000).filter { $0.isMultiple(of: 10) }.sorted {
            ($0 * 7 % 40, $0) < ($1 * 7 % 40, $1)
        }
        #expect(await tally.numbers == expected)
    }

    @Test func `work that makes work holds up no timer`() async throws {
        let reactor = try Reactor()
        let endless = Endless(reactor: reactor)
        await withCheckedContinuation { continuation in
            reactor.perform {
                reactor.schedule(at: .now + .milliseconds(5)) {
                    endless.isOver.store(true, ordering: .relaxed)
                    continuation.resume()
                }
                endless.goOn()
            }
        }
        let isOver = endless.isOver.load(ordering: .relaxed)
        #expect(isOver)
    }
}

/// Hands itself to the reactor again and again.
private final class Endless: Sendable {
    let isOver = Atomic(false)
    private let reactor: Reactor

    init(reactor: Reactor) { self.reactor = reactor }

    func goOn() {
        guard !isOver.load(ordering: .relaxed) else { return }
        reactor.perform { self.goOn() }
    }
}
