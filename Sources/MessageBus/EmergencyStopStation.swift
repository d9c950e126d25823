public import RobotModel
public import WireFormat

/// One station of the e-stop: a brain, an edge or a skill host. It latches when
/// somebody presses here, above or below; tells those below at once and again
/// with every beat; stops the robots here; and tells the station above which
/// robots have stopped.
///
/// Pure: the shell feeds it what came in and carries out what it answers, in
/// order. Its promises, each held by a test in `EmergencyStopStationTests`:
/// 1. A press is sent to everyone below before anything else is done about it.
/// 2. What is latched stays so until the press at hand is released from above;
///    at the top, by the second step of a release.
/// 3. Whoever joins later, or has missed a message, learns the latch with the
///    next beat.
/// 4. A robot counts as reached only by its own word on the press that holds.
/// 5. A channel that is silent for too long is told, once, and so is its return.
public struct EmergencyStopStation: Sendable {
    /// How the shell reaches a station below: a ROUTER's routing id.
    public typealias Route = [UInt8]

    public struct Timing: Hashable, Sendable {
        /// How often the latch is sent again.
        public var beat: Duration
        /// Silence of the station above after which its channel counts as lost,
        /// or ten of its beats where that is longer.
        public var silence: Duration
        /// Silence of a station below after which its robots don't listen.
        public var mute: Duration

        public init(
            beat: Duration = .milliseconds(200), silence: Duration = .seconds(2),
            mute: Duration = .seconds(3)
        ) {
            self.beat = beat
            self.silence = silence
            self.mute = mute
        }
    }

    public enum Input: Hashable, Sendable {
        /// Somebody pressed here.
        case pressed(by: String, reason: String)
        /// The release was asked for and confirmed; at the topmost station only.
        case released
        /// From above.
        case state(EmergencyState)
        /// From below.
        case report(EmergencyReport, from: Route)
        /// Nobody is there any more.
        case gone(Route)
        /// A station above is known; its silence counts from here.
        case channelOpened
        /// The robots that are stopped here, without a station of their own.
        case robotsChanged([RobotID])
        /// What `stop` asked for is done.
        case stopped
        /// The moment of ``nextDeadline`` has come.
        case timeAdvanced
    }

    public enum Action: Hashable, Sendable {
        case send(EmergencyState, to: [Route])
        /// Stop the robots here, and say `stopped`.
        case stop(EmergencyLatch)
        /// Nothing is latched any more.
        case release
        /// Presses that were not known here before.
        case learned([EmergencyPress])
        /// Keep it over a restart.
        case store(EmergencyLatch)
        case report(EmergencyReport)
        case channelChanged(isHeard: Bool)
    }

    private struct Below: Sendable {
        var heardAt: Instant
        var presses: EmergencyLatch
        var robots: [EmergencyReport.Robot]
    }

    private struct Channel: Sendable {
        var heardAt: Instant
        var heard = EmergencyMark()
        var silence: Duration
        var isHeard = true
    }

    /// A report goes up with every so many beats.
    private static let beatsPerReport = 5

    public let name: NodeID
    private let epoch: UInt64
    private let timing: Timing
    public private(set) var latch: EmergencyLatch
    /// When the newest press became known here.
    private var latchedAt: Instant
    private var sequence: UInt64 = 0
    private var nextBeat: Instant
    private var beats = 0
    private var channel: Channel?
    private var below: [Route: Below] = [:]
    /// In the order in which they came.
    private var routes: [Route] = []
    private var robotsHere: [RobotID] = []
    private var hasStoppedHere: Bool
    /// When each robot said that it has stopped for what holds now.
    private var reachedAt: [RobotID: Instant] = [:]

    /// - Parameters:
    ///   - name: its own, as it is known above and below.
    ///   - epoch: greater than at every earlier start.
    ///   - latch: as it was stored; it holds from the first moment.
    public init(
        name: NodeID, epoch: UInt64, latch: EmergencyLatch = EmergencyLatch(), timing: Timing = Timing(),
        at now: Instant
    ) {
        self.name = name
        self.epoch = epoch
        self.latch = latch
        self.timing = timing
        latchedAt = now
        nextBeat = now + timing.beat
        // Nothing was begun yet.
        hasStoppedHere = latch.isLatched
    }

    /// When to feed `timeAdvanced`.
    public var nextDeadline: Instant {
        guard let channel, channel.isHeard else { return nextBeat }
        return min(nextBeat, channel.heardAt + channel.silence)
    }

    /// Every robot that is known here, and whether the e-stop comes through to it.
    public func reach(at now: Instant) -> [EmergencyReach] {
        var result: [RobotID: EmergencyReach] = [:]
        for robot in robotsHere {
            result[robot] = reach(of: robot, isListening: true)
        }
        for route in routes {
            guard let station = below[route] else { continue }
            let isListening = now - station.heardAt <= timing.mute
            for robot in station.robots where result[robot.robot]?.isListening != true {
                result[robot.robot] = reach(of: robot.robot, isListening: isListening)
            }
        }
        return result.values.sorted { $0.robot < $1.robot }
    }

    private func reach(of robot: RobotID, isListening: Bool) -> EmergencyReach {
        let at = reachedAt[robot]
        return EmergencyReach(
            robot: robot, isListening: isListening, isReached: at != nil,
            afterMilliseconds: at.map { ($0 - latchedAt).inSeconds * 1000 })
    }

    public mutating func handle(_ input: Input, at now: Instant) -> [Action] {
        switch input {
        case .pressed(let person, let reason):
            let before = latch
            latch.press(at: name, by: person, reason: reason, now: now)
            return changed(from: before, at: now)
        case .released:
            let before = latch
            latch.release()
            return changed(from: before, at: now)
        case .state(let state): return heard(state, at: now)
        case .report(let report, let route): return heard(report, from: route, at: now)
        case .gone(let route):
            guard below.removeValue(forKey: route) != nil else { return [] }
            routes.removeAll { $0 == route }
            return report()
        case .channelOpened:
            // One that was silent is so until it is heard again, wherever.
            channel = Channel(heardAt: now, silence: timing.silence, isHeard: channel?.isHeard ?? true)
            return report()
        case .robotsChanged(let robots):
            robotsHere = robots.sorted()
            settleReach(at: now)
            return report()
        case .stopped:
            hasStoppedHere = latch.isLatched
            settleReach(at: now)
            return report()
        case .timeAdvanced: return timeAdvanced(at: now)
        }
    }

    // MARK: What others say

    private mutating func heard(_ state: EmergencyState, at now: Instant) -> [Action] {
        guard var open = channel else { return [] }
        let wasHeard = open.isHeard
        open.heardAt = now
        open.heard = EmergencyMark(epoch: state.mark.epoch, sequence: state.mark.sequence)
        open.silence = min(.seconds(60), max(timing.silence, state.beat * 10))
        open.isHeard = true
        channel = open
        let before = latch
        latch.join(state.latch, withReleases: true, at: name, now: now)
        return (wasHeard ? [] : [.channelChanged(isHeard: true)]) + changed(from: before, at: now)
    }

    private mutating func heard(
        _ report: EmergencyReport, from route: Route, at now: Instant
    ) -> [Action] {
        let isNew = below[route] == nil
        if isNew { routes.append(route) }
        let presses = EmergencyLatch(presses: report.presses)
        let before = below[route]?.robots
        below[route] = Below(heardAt: now, presses: presses, robots: report.robots)
        let known = latch
        latch.join(presses, withReleases: false, at: name, now: now)
        let news = changed(from: known, at: now)
        settleReach(at: now)
        let greeting: [Action] = isNew && news.isEmpty ? [.send(nextState(), to: [route])] : []
        let isSame = before == report.robots && news.isEmpty
        return greeting + news + (isSame ? [] : self.report())
    }

    // MARK: Latching and releasing

    private mutating func changed(from before: EmergencyLatch, at now: Instant) -> [Action] {
        guard latch != before else { return [] }
        let learned = latch.presses.filter { press in
            !before.presses.contains { $0.station == press.station && $0.number >= press.number }
        }
        var actions: [Action] = [.send(nextState(), to: routes)]
        nextBeat = now + timing.beat
        if !learned.isEmpty {
            latchedAt = now
            reachedAt = [:]
            hasStoppedHere = false
            // Its `stopped` brings the report.
            return actions + [.stop(latch), .learned(learned), .store(latch)]
        }
        if before.isLatched, !latch.isLatched { actions.append(.release) }
        if !latch.isLatched { hasStoppedHere = false }
        settleReach(at: now)
        return actions + report() + [.store(latch)]
    }

    /// Works out who has stopped for the presses that hold now.
    private mutating func settleReach(at now: Instant) {
        guard latch.isLatched else {
            reachedAt = [:]
            return
        }
        var reached: Set<RobotID> = hasStoppedHere ? Set(robotsHere) : []
        for station in below.values where station.presses.covers(latch) {
            reached.formUnion(station.robots.filter(\.hasStopped).map(\.robot))
        }
        reachedAt = reachedAt.filter { reached.contains($0.key) }
        for robot in reached where reachedAt[robot] == nil { reachedAt[robot] = now }
    }

    // MARK: Time

    private mutating func timeAdvanced(at now: Instant) -> [Action] {
        var actions: [Action] = []
        if let channel, channel.isHeard, now >= channel.heardAt + channel.silence {
            self.channel?.isHeard = false
            actions.append(.channelChanged(isHeard: false))
        }
        guard now >= nextBeat else { return actions }
        nextBeat = now + timing.beat
        beats += 1
        if !routes.isEmpty { actions.append(.send(nextState(), to: routes)) }
        // A station above that is silent may have been restarted, and knows of
        // this one only by its report.
        let isSilent = channel.map { now - $0.heardAt > timing.beat * 2 } ?? false
        if isSilent || beats % Self.beatsPerReport == 0 { actions += report() }
        return actions
    }

    // MARK: What to say

    private mutating func nextState() -> EmergencyState {
        sequence += 1
        return EmergencyState(
            station: name, mark: EmergencyMark(epoch: epoch, sequence: sequence), beat: timing.beat,
            latch: latch)
    }

    private func report() -> [Action] {
        guard let channel else { return [] }
        var robots = Set(robotsHere)
        for station in below.values { robots.formUnion(station.robots.map(\.robot)) }
        return [
            .report(
                EmergencyReport(
                    station: name, heard: channel.heard, presses: latch.presses,
                    robots: robots.sorted().map {
                        EmergencyReport.Robot(robot: $0, hasStopped: reachedAt[$0] != nil)
                    }))
        ]
    }
}
