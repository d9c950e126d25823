import Coordination
import MessageBus
import PlanRules
import RobotModel
import WireFormat

/// The whole system in one process, in virtual time: a brain, its edges and
/// their skill hosts, the links between them, the people around, and the true
/// world. The same scenario runs the same way, event by event.
final class Site {
    static let start = Instant(nanosecondsSinceEpoch: 1_800_000_000_000_000_000)
    /// By then everything has come to rest after the last fault, or never will.
    static let patience = Duration.seconds(240)

    let scenario: Scenario
    let agenda = Agenda(start: Site.start)
    private(set) var log: RunLog
    private(set) var violations: [Violation] = []
    private(set) var faultCounts: [String: Int] = [:]
    private var wallAhead = Duration.zero
    private var random: SeededRandom
    private(set) var weatherOfDisk = DiskWeather()
    private var diskWeathers = 0
    private var misdeeds: [RobotID: [Misdeed]] = [:]
    private(set) var oldOrders: [RobotID: [Invocation]] = [:]
    private var outages: [Int: Int] = [:]
    let settings: CoordinationSettings
    let snapshotEvery: UInt64

    private(set) var links: [SimulatedLink] = []
    private(set) var edges: [SimulatedEdge] = []
    /// Nil for robots whose skills run in their edge.
    private(set) var hosts: [SimulatedHost?] = []
    private(set) lazy var truth = GroundTruth(site: self)
    private(set) lazy var brain = SimulatedBrain(
        site: self, links: Array(links.prefix(scenario.layout.edges)))
    private(set) lazy var callers = Callers(site: self)
    private(set) lazy var people = People(site: self)
    private(set) lazy var button = EmergencyButton(site: self)
    private(set) lazy var watch = Watch(site: self)

    struct DiskWeather {
        var delay = Duration.zero
        var isLow = false
        var isFull = false
    }

    /// For a run that is recorded and not judged.
    let recorder: RunRecorder?

    init(_ options: SimulationOptions, recorder: RunRecorder? = nil) {
        self.recorder = recorder
        scenario = Scenario(options)
        log = RunLog(isKept: options.isTold, start: Self.start)
        random = SeededRandom(seed: options.seed, stream: 3)
        // One that is recorded takes them as seldom as a daemon does: they are most
        // of its work.
        let often = UInt64(20 + random.below(150))
        snapshotEvery = recorder == nil ? often : 20_000
        var settings = CoordinationSettings()
        settings.planningLimit = .seconds(8)
        settings.breakerPause = .seconds(10)
        settings.questions = QuestionPolicy(
            timeout: .seconds(12), defaultOption: random.pick(["fail", "replan", "skip", "retry"]),
            escalation: random.happens(oneIn: 2) ? "boss" : nil)
        self.settings = settings
    }

    /// Runs until all is at rest.
    func run() {
        var rehearsal = Rehearsal(seed: scenario.options.seed)
        for flaw in rehearsal.run() { violation(.rehearsal, flaw) }
        build()
        brain.start()
        for edge in edges where !isWithBrain(edge.number) { edge.start() }
        startEdgeWithBrain()
        for host in hosts { host?.start() }
        callers.schedule()
        people.schedule()
        for fault in scenario.faults {
            agenda.add("fault", at: Self.start + fault.at) { [unowned self] in happen(fault) }
        }
        watch.begin()
        let end = Self.start + scenario.options.duration
        var nextLook = end + .seconds(9)
        while violations.isEmpty, let event = agenda.next() {
            log.note(event.at, event.name, event.subject)
            event.body()
            if agenda.now > nextLook {
                nextLook = agenda.now + .milliseconds(200)
                if isAtRest { break }
            }
            if agenda.now > end + Self.patience || recorder?.isComplete == true { break }
        }
        if violations.isEmpty, recorder == nil { watch.judge() }
        agenda.clear()
    }

    private func build() {
        links = (0..<scenario.layout.links).map { SimulatedLink(number: $0, site: self) }
        let layout = scenario.layout
        edges = (0..<layout.edges).map { number in
            SimulatedEdge(
                site: self, number: number, uplink: links[number],
                downlinks: layout.edgeOfRobot.indices
                    .filter { layout.edgeOfRobot[$0] == number && !layout.isBuiltIn[$0] }
                    .map { ($0, links[layout.edges + $0]) })
        }
        hosts = layout.edgeOfRobot.indices.map { robot in
            layout.isBuiltIn[robot]
                ? nil : SimulatedHost(site: self, robot: robot, link: links[layout.edges + robot])
        }
    }

    // MARK: Rest

    private var restSince: Instant?

    /// Whether nothing is under way any more, for a while.
    private var isAtRest: Bool {
        guard brain.isServing, callers.areDone, brain.machine.hasNoWork else {
            restSince = nil
            return false
        }
        let since = restSince ?? agenda.now
        restSince = since
        return agenda.now > since + .seconds(4)
    }

    // MARK: Processes

    func isWithBrain(_ edge: Int) -> Bool { edge == 0 && scenario.layout.isFirstEdgeWithBrain }

    private func startEdgeWithBrain() {
        for edge in edges where isWithBrain(edge.number) && !edge.isUp { edge.start() }
    }

    func brainDied(isPowerLost: Bool, pause: Duration) {
        guard brain.isUp else { return }
        count("brain killed")
        brain.kill(isPowerLost: isPowerLost)
        for edge in edges where isWithBrain(edge.number) { edge.kill() }
        agenda.add("brain starts", after: pause) { [unowned self] in
            brain.start()
            startEdgeWithBrain()
        }
    }

    // MARK: Faults

    private func count(_ what: String) { faultCounts[what, default: 0] += 1 }

    private func happen(_ fault: Fault) {
        say("fault \(fault.name): \(fault.kind)")
        switch fault.kind {
        case .stall(let link, let time):
            guard !isInside(link) else { return }
            count("stall")
            links[link].stall(for: time)
        case .reset(let link):
            guard !isInside(link) else { return }
            count("reset")
            links[link].reset()
        case .weather(let link, let weather, let time):
            guard !isInside(link) else { return }
            count("weather")
            links[link].set(weather, for: time)
        case .staleOrder(let robot, let atHost): takeStale(robot, atHost: atHost)
        case .edgeKilled(let number, let atStore, let time): killEdge(number, atStore: atStore, for: time)
        case .hostKilled(let robot, let atStore, let time): killHost(robot, atStore: atStore, for: time)
        case .hostStopped(let robot, let time):
            guard let host = hosts[robot], host.isUp else { return }
            count("host stopped")
            host.freeze(for: time)
        case .skill(let robot, let misdeed):
            count("skill \(misdeed)")
            misdeeds[scenario.world.robots[robot], default: []].append(misdeed)
        case .brainKilled(let point, let isPowerLost, let pause):
            brain.arm(point, isPowerLost: isPowerLost, pause: pause)
        case .clockJump(let jump):
            count("clock jump")
            wallAhead += jump
        case .planner(let fault):
            count("planner")
            brain.planner.fail(fault)
        case .diskSlow(let delay, let time): setDisk(DiskWeather(delay: delay), for: time)
        case .diskLow(let time): setDisk(DiskWeather(isLow: true), for: time)
        case .diskFull(let time): setDisk(DiskWeather(isLow: true, isFull: true), for: time)
        case .repeatedRequest:
            count("request repeated")
            callers.repeatOne()
        }
    }

    /// Whether a link is within one process.
    private func isInside(_ link: Int) -> Bool { link < scenario.layout.edges && isWithBrain(link) }

    private func takeStale(_ robot: Int, atHost: Bool) {
        guard let order = oldOrders[scenario.world.robots[robot]]?.randomElement(using: &random) else {
            return
        }
        count("stale order")
        if atHost, let host = hosts[robot] { return host.takeStale(order) }
        edges[scenario.layout.edgeOfRobot[robot]].takeStale(order)
    }

    private func killEdge(_ number: Int, atStore: Bool = false, for time: Duration) {
        let edge = edges[number]
        guard edge.isUp, !isWithBrain(number) else { return }
        let died: () -> Void = { [unowned self] in
            count("edge killed")
            say("edge\(number) is dead")
            agenda.add("edge starts", number, after: time) { edge.start() }
        }
        if atStore { return edge.killAtStore(died) }
        edge.kill()
        died()
    }

    private func killHost(_ robot: Int, atStore: Bool = false, for time: Duration) {
        guard let host = hosts[robot], host.isUp else { return }
        let died: () -> Void = { [unowned self] in
            count("host killed")
            say("host\(robot) is dead")
            agenda.add("host starts", robot, after: time) { host.start() }
        }
        if atStore { return host.killAtStore(died) }
        host.kill()
        died()
    }

    /// Someone starts processes anew whose skills never end.
    func restartStuck() {
        for edge in edges where edge.runner?.isStuck(for: .seconds(10)) == true {
            if isWithBrain(edge.number) {
                brainDied(isPowerLost: false, pause: .seconds(1))
            } else {
                killEdge(edge.number, for: .seconds(1))
            }
        }
        for host in hosts where host?.runner?.isStuck(for: .seconds(10)) == true {
            if let host { killHost(host.robot, for: .seconds(1)) }
        }
    }

    private func setDisk(_ weather: DiskWeather, for time: Duration) {
        count(weather.isFull ? "disk full" : weather.isLow ? "disk low" : "disk slow")
        weatherOfDisk = weather
        diskWeathers += 1
        let mine = diskWeathers
        agenda.add("disk as usual", after: time) { [unowned self] in
            if mine == diskWeathers { weatherOfDisk = DiskWeather() }
        }
    }

    // MARK: What the parts ask

    func makeClock(_ subject: Int) -> ProcessClock {
        ProcessClock(agenda: agenda, wallAhead: wallAhead, subject: subject)
    }

    func makeLane(_ stream: UInt64, delay: ClosedRange<Int> = 10...300) -> Lane {
        Lane(agenda: agenda, delay: delay, random: SeededRandom(seed: scenario.options.seed, stream: stream))
    }

    func draw(_ milliseconds: ClosedRange<Int>) -> Duration { random.milliseconds(milliseconds) }
    func drawMicroseconds(_ range: ClosedRange<Int>) -> Duration { random.microseconds(range) }
    func drawBelow(_ bound: Int) -> Int { random.below(bound) }

    func takeMisdeed(of robot: RobotID) -> Misdeed? {
        guard let first = misdeeds[robot]?.first else { return nil }
        misdeeds[robot]?.removeFirst()
        say("\(robot)’s next skill \(first)")
        return first
    }

    func hosts(of edge: Int) -> [SimulatedHost] {
        hosts.indices.compactMap { scenario.layout.edgeOfRobot[$0] == edge ? hosts[$0] : nil }
    }

    func edge(of robot: RobotID) -> Int? {
        scenario.world.robots.firstIndex(of: robot).map { scenario.layout.edgeOfRobot[$0] }
    }

    /// Counts the starts of the process that moves a robot.
    func lives(of robot: RobotID) -> Int {
        guard let index = scenario.world.robots.firstIndex(of: robot) else { return 0 }
        return hosts[index]?.starts ?? edges[scenario.layout.edgeOfRobot[index]].starts
    }

    func hasEyes(_ robot: RobotID) -> Bool {
        scenario.world.robots.firstIndex(of: robot).map { scenario.layout.hasEyes[$0] } ?? false
    }

    func hasBegun(_ order: Invocation) { oldOrders[order.robot, default: []].append(order) }

    /// A frame as it comes out of the shipping codec on the other side.
    func coded(_ envelope: Envelope) -> Result<Envelope, WireFormatError> {
        if case .heartbeat = envelope.body { return .success(envelope) }
        do throws(WireFormatError) {
            let decoded = try EnvelopeCodec.decode(try EnvelopeCodec.encode(envelope))
            var expected = envelope
            // Told in whole milliseconds.
            expected.motionLease = decoded.motionLease
            if decoded != expected {
                violation(.codec, "a frame is read otherwise than written: \(envelope)")
            }
            return .success(decoded)
        } catch {
            violation(.codec, "\(error)")
            return .failure(error)
        }
    }

    func log(_ bytes: [UInt8]) { log.note(agenda.now, bytes) }
    func say(_ line: @autoclosure () -> String) { log.say(agenda.now, line()) }

    func violation(_ promise: Promise, _ message: String) {
        say("VIOLATION \(promise.rawValue): \(message)")
        violations.append(Violation(promise: promise, at: agenda.now - Self.start, message: message))
    }

    /// What must not throw.
    func check(_ body: () throws -> Void) {
        do { try body() } catch { violation(.codec, "\(error)") }
    }
}
