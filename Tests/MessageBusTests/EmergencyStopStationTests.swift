import MessageBus
import RobotModel
import Testing
import WireFormat

/// A brain, an edge below it and a host below that, joined by hand.
struct EmergencyStopStationTests {
    private let start = Instant(nanosecondsSinceEpoch: 1_800_000_000_000_000_000)

    private func station(_ name: NodeID, _ latch: EmergencyLatch = .init(), epoch: UInt64 = 1)
        -> EmergencyStopStation
    {
        EmergencyStopStation(name: name, epoch: epoch, latch: latch, at: start)
    }

    private func report(
        _ station: NodeID, presses: [EmergencyPress] = [], _ robots: [RobotID: Bool] = [:]
    ) -> EmergencyReport {
        EmergencyReport(
            station: station, heard: EmergencyMark(), presses: presses,
            robots: robots.sorted { $0.key < $1.key }.map { .init(robot: $0.key, hasStopped: $0.value) })
    }

    private func states(_ actions: [EmergencyStopStation.Action]) -> [EmergencyState] {
        actions.compactMap { if case .send(let state, _) = $0 { state } else { nil } }
    }

    private func reports(_ actions: [EmergencyStopStation.Action]) -> [EmergencyReport] {
        actions.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }

    @Test func `a press is sent before anything else is done about it`() throws {
        var brain = station("brain")
        _ = brain.handle(.report(report("edge"), from: [1]), at: start)
        let actions = brain.handle(.pressed(by: "anna", reason: "smoke"), at: start)
        guard case .send(let state, [[1]]) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(state.latch.presses.map(\.text) == ["anna: smoke"])
        #expect(actions.contains(.stop(brain.latch)))
        #expect(actions.last == .store(brain.latch))
    }

    @Test func `a robot counts as reached by its own word on the press that holds`() throws {
        var brain = station("brain")
        _ = brain.handle(.report(report("edge", ["arm": false]), from: [1]), at: start)
        _ = brain.handle(.pressed(by: "anna", reason: ""), at: start)
        // A word about something older is none about this.
        _ = brain.handle(.report(report("edge", ["arm": true]), from: [1]), at: start)
        #expect(brain.reach(at: start).map(\.isReached) == [false])
        let later = start + .milliseconds(7)
        _ = brain.handle(
            .report(report("edge", presses: brain.latch.presses, ["arm": true]), from: [1]), at: later)
        #expect(
            brain.reach(at: later)
                == [EmergencyReach(robot: "arm", isListening: true, isReached: true, afterMilliseconds: 7)])
        // Pressed again: asked again.
        _ = brain.handle(.pressed(by: "ben", reason: ""), at: later)
        #expect(brain.reach(at: later).map(\.isReached) == [false])
    }

    @Test func `an edge stops its robots, tells those below, and reports when all have stopped`() throws {
        var edge = station("edge")
        _ = edge.handle(.channelOpened, at: start)
        _ = edge.handle(.robotsChanged(["sim"]), at: start)
        _ = edge.handle(.report(report("host", ["arm": false]), from: [9]), at: start)
        var brain = station("brain")
        let told = states(brain.handle(.report(report("edge"), from: [1]), at: start))
        #expect(told.count == 1, "a station that joins is told at once")
        let pressed = states(brain.handle(.pressed(by: "anna", reason: ""), at: start))[0]
        let actions = edge.handle(.state(pressed), at: start)
        #expect(states(actions).map(\.latch) == [pressed.latch])
        #expect(actions.contains(.stop(pressed.latch)))
        let stopped = reports(edge.handle(.stopped, at: start))
        #expect(stopped.last?.presses == pressed.latch.presses)
        #expect(
            stopped.last?.robots == [
                .init(robot: "arm", hasStopped: false), .init(robot: "sim", hasStopped: true),
            ])
        let all = reports(
            edge.handle(
                .report(report("host", presses: pressed.latch.presses, ["arm": true]), from: [9]), at: start))
        #expect(all.last?.robots.allSatisfy(\.hasStopped) == true)
    }

    @Test func `a press at a host goes up, and every other station latches`() throws {
        var (brain, edge, host) = (station("brain"), station("edge"), station("host"))
        _ = edge.handle(.channelOpened, at: start)
        _ = host.handle(.channelOpened, at: start)
        _ = host.handle(.pressed(by: "button", reason: "on the arm"), at: start)
        let up = try #require(reports(host.handle(.stopped, at: start)).last)
        let atEdge = edge.handle(.report(up, from: [1]), at: start)
        #expect(atEdge.contains(.learned(host.latch.presses)))
        let further = try #require(reports(edge.handle(.stopped, at: start)).last)
        _ = brain.handle(.report(further, from: [1]), at: start)
        #expect(brain.latch == host.latch && edge.latch == host.latch && brain.latch.isLatched)
    }

    @Test func `nothing below can release`() {
        var brain = station("brain")
        _ = brain.handle(.pressed(by: "anna", reason: ""), at: start)
        _ = brain.handle(.report(report("edge"), from: [1]), at: start)
        #expect(brain.latch.isLatched)
    }

    @Test func `a release reaches everyone, and a press that it didn't know of holds`() throws {
        var (brain, edge) = (station("brain"), station("edge"))
        _ = edge.handle(.channelOpened, at: start)
        let pressed =
            states(brain.handle(.report(report("edge"), from: [1]), at: start))
            + states(brain.handle(.pressed(by: "anna", reason: ""), at: start))
        for state in pressed { _ = edge.handle(.state(state), at: start) }
        // Pressed at the edge while the release is under way.
        _ = edge.handle(.pressed(by: "ben", reason: "still smoke"), at: start)
        let actions = brain.handle(.released, at: start)
        #expect(actions.contains(.release) && !brain.latch.isLatched)
        let atEdge = edge.handle(.state(states(actions)[0]), at: start)
        #expect(!atEdge.contains(.release))
        #expect(edge.latch.presses.map(\.by) == ["ben"])
        _ = brain.handle(.report(try #require(reports(atEdge).last), from: [1]), at: start)
        #expect(brain.latch.presses.map(\.by) == ["ben"])
        let last = brain.handle(.released, at: start)
        #expect(edge.handle(.state(states(last)[0]), at: start).contains(.release))
    }

    @Test func `a second press at one station outlives the release of the first`() {
        var brain = station("brain")
        _ = brain.handle(.pressed(by: "anna", reason: ""), at: start)
        let first = brain.latch
        _ = brain.handle(.pressed(by: "ben", reason: ""), at: start)
        var other = first
        other.release()
        var joined = brain.latch
        joined.join(other, withReleases: true, at: "brain", now: start)
        #expect(joined.isLatched)
    }

    @Test func `a brain that lost its memory is told by those below`() throws {
        var (brain, edge) = (station("brain"), station("edge"))
        _ = edge.handle(.channelOpened, at: start)
        _ = brain.handle(.report(report("edge"), from: [1]), at: start)
        let state = states(brain.handle(.pressed(by: "anna", reason: ""), at: start))[0]
        _ = edge.handle(.state(state), at: start)
        var anew = station("brain", epoch: 2)
        let later = start + .seconds(5)
        // What it says of itself releases nothing.
        let greeting = states(anew.handle(.report(report("edge"), from: [1]), at: later))[0]
        _ = edge.handle(.state(greeting), at: later)
        #expect(edge.latch.isLatched)
        let up = reports(edge.handle(.stopped, at: later))
        _ = anew.handle(.report(try #require(up.last), from: [1]), at: later)
        #expect(anew.latch == edge.latch)
        // And its next press is a newer one than any that it forgot.
        let before = anew.latch
        _ = anew.handle(.pressed(by: "cleo", reason: ""), at: later)
        #expect(anew.latch.covers(before) && !before.covers(anew.latch))
    }

    @Test func `the latch is sent again with every beat`() {
        var brain = station("brain", EmergencyLatch())
        _ = brain.handle(.pressed(by: "anna", reason: ""), at: start)
        _ = brain.handle(.report(report("late"), from: [4]), at: start)
        var now = start
        var marks: [EmergencyMark] = []
        for _ in 0..<5 {
            now = brain.nextDeadline
            for state in states(brain.handle(.timeAdvanced, at: now)) {
                #expect(state.latch == brain.latch)
                marks.append(state.mark)
            }
        }
        #expect(marks.count == 5)
        #expect(marks == marks.sorted() && Set(marks).count == 5)
        #expect(now - start == .seconds(1))
    }

    @Test func `silence from above is told once, and so is its end`() {
        var host = station("host")
        _ = host.handle(.channelOpened, at: start)
        var told: [EmergencyStopStation.Action] = []
        var reported = 0
        for step in 1...60 {
            let actions = host.handle(.timeAdvanced, at: start + .milliseconds(100 * step))
            told += actions.filter { if case .channelChanged = $0 { true } else { false } }
            reported += reports(actions).count
        }
        #expect(told == [.channelChanged(isHeard: false)])
        // One that may have been restarted must hear of this station soon.
        #expect(reported > 20)
        let state = EmergencyState(
            station: "edge", mark: EmergencyMark(), beat: .milliseconds(200), latch: EmergencyLatch())
        #expect(
            host.handle(.state(state), at: start + .seconds(7)) == [.channelChanged(isHeard: true)])
    }

    @Test func `a station that was silent is heard again from another address`() {
        var host = station("host")
        _ = host.handle(.channelOpened, at: start)
        let silent = host.handle(.timeAdvanced, at: start + .seconds(3))
        #expect(silent.contains(.channelChanged(isHeard: false)))
        _ = host.handle(.channelOpened, at: start + .seconds(4))
        let state = EmergencyState(
            station: "edge", mark: EmergencyMark(), beat: .milliseconds(200), latch: EmergencyLatch())
        #expect(
            host.handle(.state(state), at: start + .seconds(5)) == [.channelChanged(isHeard: true)])
    }

    @Test func `a latch that was stored holds from the first moment`() {
        var before = station("host")
        _ = before.handle(.pressed(by: "anna", reason: ""), at: start)
        var host = station("host", before.latch, epoch: 2)
        _ = host.handle(.channelOpened, at: start)
        let robots = reports(host.handle(.robotsChanged(["arm"]), at: start)).last?.robots
        #expect(robots == [.init(robot: "arm", hasStopped: true)])
    }

    @Test func `a press with a number that can't be holds as one of our own, once`() {
        var brain = station("brain")
        let forged = EmergencyPress(station: "edge", number: .max, by: "x", reason: "", at: start)
        _ = brain.handle(.report(report("edge", presses: [forged]), from: [1]), at: start)
        let once = brain.latch
        #expect(once.presses.map(\.station) == ["brain"])
        #expect(brain.handle(.report(report("edge", presses: [forged]), from: [1]), at: start) == [])
        _ = brain.handle(.released, at: start)
        let anew = brain.handle(.pressed(by: "anna", reason: ""), at: start)
        #expect(!anew.isEmpty && brain.latch.isLatched)
    }

    @Test func `more stations than there is room for still latch`() {
        var brain = station("brain")
        for number in 0..<3000 {
            let press = EmergencyPress(
                station: NodeID("s\(number)"), number: 7, by: "x", reason: "", at: start)
            _ = brain.handle(.report(report("edge", presses: [press]), from: [1]), at: start)
            #expect(brain.latch.isLatched)
            if number % 50 == 0 { _ = brain.handle(.released, at: start) }
        }
        #expect(brain.latch.presses.count <= 65)
        #expect(brain.latch.releases.count <= 1100)
    }

    /// Knowledge of any age, in any order, any number of times.
    @Test(arguments: [UInt64](1...200)) func `all stations agree in the end`(seed: UInt64) {
        var random = SplitMix(state: seed)
        var tree = ["brain", "e1", "e2"].map { station(NodeID($0)) }
        for index in 1...2 { _ = tree[index].handle(.channelOpened, at: start) }
        var wires: [(to: Int, from: Int, EmergencyStopStation.Action)] = []
        var now = start
        func deliver(_ actions: [EmergencyStopStation.Action], from: Int) {
            for action in actions {
                switch action {
                case .send(_, let routes): for route in routes { wires.append((Int(route[0]), from, action)) }
                case .report: wires.append((0, from, action))
                case .stop: deliver(tree[from].handle(.stopped, at: now), from: from)
                default: break
                }
            }
        }
        for _ in 0..<200 {
            now = now + .milliseconds(Int64.random(in: 1...60, using: &random))
            let who = Int.random(in: 0...2, using: &random)
            switch Int.random(in: 0...9, using: &random) {
            case 0: deliver(tree[who].handle(.pressed(by: "p\(who)", reason: ""), at: now), from: who)
            case 1: deliver(tree[0].handle(.released, at: now), from: 0)
            case 2...4: deliver(tree[who].handle(.timeAdvanced, at: now), from: who)
            default:
                guard !wires.isEmpty else { break }
                let (to, from, action) = wires.remove(at: Int.random(in: wires.indices, using: &random))
                // One in four is lost, one in four comes again later.
                let fate = Int.random(in: 0...3, using: &random)
                if fate == 0 { break }
                if fate == 1 { wires.append((to, from, action)) }
                switch action {
                case .send(let state, _): deliver(tree[to].handle(.state(state), at: now), from: to)
                case .report(let report):
                    deliver(tree[0].handle(.report(report, from: [UInt8(from)]), at: now), from: 0)
                default: break
                }
            }
        }
        // A while in which everything arrives.
        wires = []
        for _ in 0..<40 {
            now = now + .milliseconds(200)
            for who in 0...2 { deliver(tree[who].handle(.timeAdvanced, at: now), from: who) }
            while !wires.isEmpty {
                let (to, from, action) = wires.removeFirst()
                switch action {
                case .send(let state, _): deliver(tree[to].handle(.state(state), at: now), from: to)
                case .report(let report):
                    deliver(tree[0].handle(.report(report, from: [UInt8(from)]), at: now), from: 0)
                default: break
                }
            }
        }
        #expect(tree[1].latch.presses == tree[0].latch.presses, "seed \(seed)")
        #expect(tree[2].latch.presses == tree[0].latch.presses, "seed \(seed)")
    }
}

struct EmergencyStopReleaseTests {
    private let start = Instant(nanosecondsSinceEpoch: 1_800_000_000_000_000_000)

    @Test func `a release takes the code that was given, in time`() throws {
        var release = EmergencyStopRelease()
        let ask = release.ask(by: "anna", reason: "aired", code: "1234", at: start)
        #expect(release.view(at: start)?.by == "anna")
        #expect(release.view(at: start)?.code == nil, "the code is for the one who asked")
        let confirmed = try release.confirm(code: "1234", at: start + .seconds(29))
        #expect(confirmed == ask)
        #expect(throws: EmergencyStopRelease.Refusal.nothingAsked) {
            try release.confirm(code: "1234", at: start + .seconds(29))
        }
    }

    @Test func `an old code is none`() {
        var release = EmergencyStopRelease()
        _ = release.ask(by: "anna", reason: "", code: "1234", at: start)
        #expect(throws: EmergencyStopRelease.Refusal.nothingAsked) {
            try release.confirm(code: "1234", at: start + .seconds(30))
        }
    }

    @Test func `a press in between makes the code void`() {
        var release = EmergencyStopRelease()
        _ = release.ask(by: "anna", reason: "", code: "1234", at: start)
        release.withdraw()
        #expect(throws: EmergencyStopRelease.Refusal.nothingAsked) {
            try release.confirm(code: "1234", at: start)
        }
    }

    @Test func `five wrong codes make it void`() {
        var release = EmergencyStopRelease()
        _ = release.ask(by: "anna", reason: "", code: "1234", at: start)
        for _ in 0..<EmergencyStopRelease.mostTries {
            #expect(throws: EmergencyStopRelease.Refusal.wrongCode) {
                try release.confirm(code: "9999", at: start)
            }
        }
        #expect(throws: EmergencyStopRelease.Refusal.nothingAsked) {
            try release.confirm(code: "1234", at: start)
        }
    }
}
