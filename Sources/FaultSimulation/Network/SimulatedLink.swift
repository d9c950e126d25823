import MessageBus
import RobotModel
import WireFormat

/// One end's way to take frames.
protocol LinkEnd: AnyObject {
    /// Whether its process runs; a dead one's connections close.
    var isUp: Bool { get }
}

/// A connection between a client and its server that goes up and down. In good
/// weather it does as TCP does: in order and whole, or cut off at some point.
final class SimulatedLink {
    enum Direction: Int { case up, down }

    let number: Int
    private unowned let site: Site
    private var random: SeededRandom
    /// Counts connections; each has a route of its own at the server.
    private var connection: UInt64 = 0
    private(set) var isConnected = false { didSet { noteCut() } }
    private(set) var isStalled = false { didSet { noteCut() } }
    /// Since when nothing could get through; nil while it could.
    private(set) var cutSince: Instant? = Site.start
    private var stalls = 0
    private var weather = Weather()
    private var weathers = 0
    private var lastArrival: [Instant] = [.zero, .zero]
    private var sent: [UInt64] = [0, 0]
    /// In the newest broken connection, the last frame that still arrived.
    private var survivors: [UInt64] = [.max, .max]
    private var held: [[() -> Void]] = [[], []]

    var server: (any LinkEnd)?
    var client: (any LinkEnd)?
    var toServer: (Result<Envelope, WireFormatError>, SessionServer.Route) -> Void = { _, _ in }
    var toClient: (Result<Envelope, WireFormatError>) -> Void = { _ in }

    init(number: Int, site: Site) {
        self.number = number
        self.site = site
        random = SeededRandom(seed: site.scenario.options.seed, stream: 0x100 + UInt64(number))
    }

    /// Whether a frame could get through now.
    var isPassable: Bool { isConnected && !isStalled }

    private func noteCut() { cutSince = isPassable ? nil : cutSince ?? site.agenda.now }

    private var route: SessionServer.Route {
        [UInt8(number), UInt8(connection >> 8 & 255), UInt8(connection & 255)]
    }

    // MARK: Frames

    func sendUp(_ envelope: Envelope) -> LossReason? {
        guard isConnected else { return .disconnected }
        let route = route
        carry(envelope, .up) { [unowned self] in toServer($0, route) }
        return nil
    }

    func sendDown(_ envelope: Envelope, to route: SessionServer.Route) -> LossReason? {
        guard isConnected, route == self.route else { return .disconnected }
        carry(envelope, .down) { [unowned self] in toClient($0) }
        return nil
    }

    private func carry(
        _ envelope: Envelope, _ direction: Direction,
        _ arrive: @escaping (Result<Envelope, WireFormatError>) -> Void
    ) {
        let index = direction.rawValue
        sent[index] += 1
        let (number, connection) = (sent[index], connection)
        guard !random.happens(in: weather.loss) else { return }
        var frame = site.coded(envelope)
        if random.happens(in: weather.corruption) {
            frame = .failure(WireFormatError(.malformed, "flipped bits"))
        }
        let deliver: () -> Void = { [unowned self] in
            guard connection == self.connection ? isConnected : number <= survivors[index] else { return }
            arrive(frame)
        }
        if isStalled { held[index].append(deliver) } else { post(deliver, direction) }
        if random.happens(in: weather.duplication) { post(deliver, direction, inOrder: false) }
    }

    private func post(_ deliver: @escaping () -> Void, _ direction: Direction, inOrder: Bool = true) {
        let arrival = site.agenda.now + random.milliseconds(weather.delay) + .microseconds(50)
        if inOrder, !random.happens(in: weather.reorder) {
            lastArrival[direction.rawValue] = max(lastArrival[direction.rawValue], arrival)
            site.agenda.add("frame", number, at: lastArrival[direction.rawValue], deliver)
        } else {
            site.agenda.add("frame", number, at: arrival + random.milliseconds(0...400), deliver)
        }
    }

    // MARK: Connections

    /// Tries to connect until both ends are there.
    func connect() {
        guard !isConnected, !isStalled, server?.isUp == true, client?.isUp == true else { return }
        connection += 1
        isConnected = true
        sent = [0, 0]
    }

    /// What is under way is lost from some frame on, in each direction; frames
    /// that an end has taken in are still read.
    func reset() {
        guard isConnected else { return }
        isConnected = false
        survivors = sent.map { $0 - min($0, UInt64(random.below(4))) }
        held = [[], []]
        site.agenda.add("reconnect", number, after: random.milliseconds(50...300)) { [unowned self] in
            connect()
        }
    }

    func stall(for time: Duration) {
        isStalled = true
        stalls += 1
        let mine = stalls
        site.agenda.add("heal", number, after: time) { [unowned self] in
            guard mine == stalls else { return }
            isStalled = false
            let waiting = held
            held = [[], []]
            for direction in [Direction.up, .down] {
                for deliver in waiting[direction.rawValue] { post(deliver, direction) }
            }
            connect()
        }
    }

    func set(_ weather: Weather, for time: Duration) {
        self.weather = weather
        weathers += 1
        let mine = weathers
        site.agenda.add("fair weather", number, after: time) { [unowned self] in
            if mine == weathers { self.weather = Weather() }
        }
    }
}
