import Execution
import RobotModel

/// The robots' small machines, each beside a model of it that is as plain as
/// can be: timers, the motion lease, votes, and the bytes of a ledger.
struct SmallParts {
    private var random: SeededRandom
    private var flaws: [String] = []

    init(seed: UInt64) { random = SeededRandom(seed: seed, stream: 0xA00) }

    /// - Returns: what a part did otherwise than its model.
    mutating func run() -> [String] {
        timers()
        lease()
        votes()
        ledgers()
        return flaws
    }

    private func attempt(_ number: Int) -> AttemptID {
        AttemptID(task: "t1", step: StepID("s\(number)"), number: 1)
    }

    // MARK: Timers

    private mutating func timers() {
        var table = TimerTable()
        var due: [ExecutionTimer: Instant] = [:]
        var wakes: Instant?
        var now = Site.start
        for _ in 0..<60 {
            let timer = ExecutionTimer.overdue("robot1", attempt(random.below(6)))
            switch random.below(4) {
            case 0, 1:
                let moment = now + random.milliseconds(1...500)
                due[timer] = moment
                let told = table.start(timer, at: moment)
                let expected = wakes.map { moment < $0 } ?? true ? moment : nil
                if told != expected {
                    flaws.append("a timer for \(moment) wakes at \(String(describing: told))")
                }
                wakes = told ?? wakes
            case 2:
                due[timer] = nil
                table.stop(timer)
            default:
                now = now + random.milliseconds(0...300)
                let (fired, next) = table.takeDue(at: now)
                let isAwake = wakes.map { now >= $0 } ?? false
                let expected = due.filter { isAwake && $0.value <= now }
                if fired != expected.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }).map(\.key) {
                    flaws.append("\(fired.count) timers fire, and \(expected.count) are due")
                }
                for timer in expected.keys { due[timer] = nil }
                if isAwake { wakes = due.values.min() }
                if next != (isAwake ? wakes : nil) { flaws.append("timers wake at another moment") }
            }
        }
    }

    // MARK: The motion lease

    private mutating func lease() {
        var lease = MotionLease()
        var until: Instant?
        var running: [AttemptID: (mode: OnLinkLoss, until: Instant)] = [:]
        var stopped: Set<AttemptID> = []
        var now = Site.start
        for number in 0..<60 {
            now = now + random.milliseconds(0...400)
            var expected: Set<MotionLease.Action> = []
            func lapse() {
                guard let end = until, now >= end else { return }
                until = nil
                for (attempt, run) in running where run.mode == .stop && !stopped.contains(attempt) {
                    stopped.insert(attempt)
                    expected.insert(.stop(attempt))
                }
                expected.insert(.lapsed)
            }
            lapse()
            let input: MotionLease.Input
            switch random.below(5) {
            case 0, 1:
                let end = now + random.milliseconds(0...900) + .milliseconds(-200)
                input = .renewed(until: end)
                if now < end {
                    until = end
                } else if until != nil {
                    until = now
                    lapse()
                }
            case 2, 3:
                let mode = random.pick([OnLinkLoss.stop, .stop, .finish])
                let end = now + random.milliseconds(0...3000)
                input = .began(attempt(number), mode, until: end)
                running[attempt(number)] = (mode, end)
                if until == nil {
                    stopped.insert(attempt(number))
                    expected.insert(.stop(attempt(number)))
                }
            default:
                let any = running.keys.min()
                input = any.map { MotionLease.Input.ended($0) } ?? .timeAdvanced
                if let any {
                    running[any] = nil
                    stopped.remove(any)
                }
            }
            let actions = lease.handle(input, at: now)
            if Set(actions) != expected { flaws.append("a motion lease does \(actions), not \(expected)") }
            let later = now + random.milliseconds(0...300)
            for (attempt, run) in running {
                let isBound = run.mode != .stop || until.map { later < $0 } ?? false
                let may = !stopped.contains(attempt) && later < run.until && isBound
                if lease.mayMove(attempt, at: later) != may {
                    flaws.append("\(attempt) \(may ? "may" : "mayn’t") move, and is told otherwise")
                }
            }
        }
    }

    // MARK: Votes

    private mutating func votes() {
        let policy = VotePolicy(ahead: 1 + UInt32(random.below(3)), most: 12)
        var ballot = Ballot(policy)
        var counts: [Double: UInt32] = [:]
        for number in UInt32(1)...policy.most {
            let answer: Double? = random.happens(oneIn: 4) ? nil : Double(random.below(3))
            if let answer { counts[answer, default: 0] += 1 }
            let verdict = ballot.take(answer.map { ["n": .number($0)] })
            let tally = counts.values.sorted(by: >)
            let lead = (tally.first ?? 0) - (tally.dropFirst().first ?? 0)
            if lead >= policy.ahead, let winner = counts.max(by: { $0.value < $1.value })?.key {
                if verdict != .decided(["n": .number(winner)], tally: tally) {
                    flaws.append("\(tally) votes are \(verdict)")
                }
                return
            }
            let expected: Ballot.Verdict = number < policy.most ? .undecided : .hung(tally: tally)
            if verdict != expected { flaws.append("\(tally) votes are \(verdict)") }
        }
    }

    // MARK: Ledgers

    /// What is cut short or goes on too long isn't read; what is changed
    /// somewhere is an error or is another ledger, and never a trap.
    private mutating func ledgers() {
        var ledger = RobotLedger(highestToken: FencingToken(epoch: 3, counter: random.next()))
        for number in 0..<(1 + random.below(3)) {
            let order = Invocation(
                attempt: attempt(number), token: FencingToken(epoch: 3, counter: UInt64(number)),
                robot: "robot1", skill: "place",
                arguments: ["onto": .entity("table"), "n": .number(Double(random.below(9)))],
                timeout: random.milliseconds(0...9000))
            let outcomes: [AttemptOutcome?] = [
                nil,
                .succeeded(returns: ["ok": .boolean(true)], observed: [Literal(Fact("on", "cup", "table"))]),
                .failed(Failure(.skillError, "slipped")),
            ]
            ledger.records.append(AttemptRecord(order: order, outcome: random.pick(outcomes)))
        }
        let bytes = ledger.encoded()
        if (try? RobotLedger(encoded: bytes, of: "robot1")) != ledger {
            flaws.append("a ledger is read otherwise than written")
        }
        for _ in 0..<16 {
            let count = random.below(bytes.count)
            if (try? RobotLedger(encoded: Array(bytes.prefix(count)), of: "robot1")) != nil {
                flaws.append("a ledger of \(bytes.count) bytes is read from \(count)")
            }
        }
        if (try? RobotLedger(encoded: bytes + [0], of: "robot1")) != nil {
            flaws.append("a ledger is read that goes on too long")
        }
        for _ in 0..<40 {
            var other = bytes
            let place = random.below(other.count)
            // A byte of all ones goes on, where it is a number's.
            other[place] = random.happens(oneIn: 2) ? 0xFF : UInt8(random.below(256))
            if random.happens(oneIn: 4) {
                other.insert(contentsOf: [UInt8](repeating: 0xFF, count: 9), at: place)
            }
            guard other != bytes, let read = try? RobotLedger(encoded: other, of: "robot1") else { continue }
            if (try? RobotLedger(encoded: read.encoded(), of: "robot1")) != read {
                flaws.append("a changed ledger can’t be written again")
            }
        }
        for format in [3, UInt8(ascii: "{") + 1, UInt8(random.below(256))] where format != 2 {
            do {
                _ = try RobotLedger(encoded: [format] + bytes.dropFirst(), of: "robot1")
                flaws.append("a ledger of format \(format) is read")
            } catch {
                let isNewer = (3..<UInt8(ascii: "{")).contains(format)
                if (error.code == .newerFormat) != isNewer {
                    flaws.append("format \(format) is \(error.code)")
                }
            }
        }
    }
}
