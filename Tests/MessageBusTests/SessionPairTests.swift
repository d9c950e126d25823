import MessageBus
import RobotModel
import Testing
import WireFormat

/// A server and a client over a network that delays and loses, all in virtual
/// time.
private struct Network {
    var server = SessionServer(node: "brain", instance: "i", roles: [.edge])
    var client = SessionClient(node: "edge")
    var now = at(0)
    var random: SplitMix
    /// Frames on their way, each direction in order, with their arrival.
    var up: [(Instant, Envelope)] = []
    var down: [(Instant, Envelope)] = []
    var isUpCut = false
    var isDownCut = false
    var serverLostAt: [Instant] = []
    var clientLostAt: [Instant] = []
    var clientActs = false
    var serverTrusts = false

    init(seed: UInt64) {
        random = SplitMix(state: seed)
        take(client.handle(.started, at: now))
    }

    mutating func delay() -> Duration { .microseconds(Int64.random(in: 50...40_000, using: &random)) }

    mutating func take(_ actions: [SessionClient.Action]) {
        for action in actions {
            switch action {
            case .makeHello: take(client.handle(.helloMade(Hello(role: .edge, name: "edge")), at: now))
            case .transmit(let envelope):
                if !isUpCut { up.append((max(up.last?.0 ?? now, now + delay()), envelope)) }
            case .connected: clientActs = true
            case .lost:
                clientActs = false
                clientLostAt.append(now)
            default: break
            }
        }
    }

    mutating func take(_ actions: [SessionServer.Action]) {
        for action in actions {
            switch action {
            case .transmit(let envelope, _):
                if !isDownCut { down.append((max(down.last?.0 ?? now, now + delay()), envelope)) }
            case .joined: serverTrusts = true
            case .lost:
                serverTrusts = false
                serverLostAt.append(now)
            default: break
            }
        }
    }

    /// Carries out everything up to `end`; `check` sees every moment.
    mutating func run(until end: Instant, check: (Network) -> Void = { _ in }) {
        while true {
            let moments = [up.first?.0, down.first?.0, server.nextDeadline, client.nextDeadline].compactMap(
                \.self)
            guard let next = moments.min(), next <= end else { break }
            now = max(now, next)
            if let first = up.first, first.0 <= now {
                up.removeFirst()
                take(server.handle(.received(.success(first.1), from: [1]), at: now))
            } else if let first = down.first, first.0 <= now {
                down.removeFirst()
                take(client.handle(.received(.success(first.1)), at: now))
            } else if let deadline = client.nextDeadline, deadline <= now {
                take(client.handle(.timeAdvanced, at: now))
            } else {
                take(server.handle(.timeAdvanced, at: now))
            }
            check(self)
        }
        now = end
    }
}

@Suite struct SessionPairTests {
    @Test func `two that hear each other stay together`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the network: \(seed)")
        var network = Network(seed: seed)
        network.run(until: at(600_000))
        #expect(network.clientActs && network.serverTrusts)
        #expect(network.serverLostAt.isEmpty)
        #expect(network.clientLostAt.isEmpty)
    }

    /// The reason for the acknowledgements: whichever direction dies, a client
    /// stops before its server gives its work to another.
    @Test(arguments: [(true, true), (true, false), (false, true)])
    func `the client’s right ends before the server gives it up`(cut: (up: Bool, down: Bool)) {
        for _ in 0..<50 {
            let seed = UInt64.random(in: 0 ... .max)
            var network = Network(seed: seed)
            let cutAt = at(3000 + Int64(seed % 1000))
            network.run(until: cutAt)
            network.isUpCut = cut.up
            network.isDownCut = cut.down
            var acted = false
            network.run(until: cutAt + .seconds(10)) { network in
                if !network.serverTrusts && network.clientActs { acted = true }
            }
            #expect(!acted, "seed \(seed)")
            if cut.up {
                #expect(
                    network.serverLostAt.first.map { $0 <= cutAt + .milliseconds(1841) } == true,
                    "seed \(seed)")
                #expect(
                    network.clientLostAt.first.map { $0 <= cutAt + .milliseconds(1541) } == true,
                    "seed \(seed)")
            }
        }
    }

    @Test func `after a partition they find each other again`() {
        for _ in 0..<20 {
            let seed = UInt64.random(in: 0 ... .max)
            var network = Network(seed: seed)
            network.run(until: at(5000))
            (network.isUpCut, network.isDownCut) = (true, true)
            network.run(until: at(15_000))
            #expect(!network.serverTrusts && !network.clientActs)
            (network.isUpCut, network.isDownCut) = (false, false)
            network.run(until: at(20_000))
            #expect(network.serverTrusts && network.clientActs, "seed \(seed)")
            #expect(network.serverLostAt.count == 1 && network.clientLostAt.count == 1, "seed \(seed)")
        }
    }

    @Test func `a server that starts anew is found at once`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the network: \(seed)")
        var network = Network(seed: seed)
        network.run(until: at(5000))
        network.server = SessionServer(node: "brain", instance: "another", roles: [.edge])
        network.serverTrusts = false
        network.run(until: at(5700))
        #expect(network.serverTrusts && network.clientActs)
        #expect(network.clientLostAt.count == 1)
    }
}
