package import RobotModel
import WireFormat

/// Which robot is behind which peer, learned from hellos and rosters. Pure.
package struct RobotRoutes: Sendable {
    /// A peer of one of several transports.
    package struct Way: Hashable, Sendable {
        let transport: Int
        package let peer: PeerName
    }

    private struct Route: Sendable {
        let way: Way
        let description: RobotDescription?
        let skills: [SkillName]
    }

    private var routes: [RobotID: Route] = [:]

    package init() {}

    /// The way to the robot; nil where there is none.
    package func way(to robot: RobotID) -> Way? { routes[robot]?.way }

    package mutating func handle(_ event: PeerEvent, from transport: Int) -> [RobotEvent] {
        switch event {
        case .joined(let peer, let hello):
            let roster = Roster(robots: hello.robots, manifests: hello.manifests)
            return take(roster, from: Way(transport: transport, peer: peer), isNewSession: true)
        case .frame(let peer, let body):
            return take(body, from: Way(transport: transport, peer: peer))
        case .lost(let peer, let reason):
            return drop(behind: Way(transport: transport, peer: peer), except: [], "\(reason)")
        }
    }

    private mutating func take(_ body: Envelope.Body, from way: Way) -> [RobotEvent] {
        switch body {
        case .roster(let roster): take(roster, from: way, isNewSession: false)
        case .accept(let attempt, let token): [.accepted(attempt, token)]
        case .progress(let attempt, let token, let progress): [.progressed(attempt, token, progress)]
        case .result(let attempt, let token, let outcome): [.ended(attempt, token, outcome)]
        // A peer speaks only for robots that it offered.
        case .heartbeat(let robots): robots.filter { self.way(to: $0.robot) == way }.map(RobotEvent.status)
        case .memoryDelta(let operations): [.memory(operations, from: way.peer)]
        case .refused(let refused): [.refused(refused, by: way.peer)]
        case .hello, .welcome, .goodbye, .invoke, .resultStored, .cancel: []
        }
    }

    /// Within a session a roster links only robots that are new or otherwise
    /// described: the attempts that it lists may be older than an invocation
    /// that is on its way.
    private mutating func take(_ roster: Roster, from way: Way, isNewSession: Bool) -> [RobotEvent] {
        var events: [RobotEvent] = []
        if !roster.manifests.isEmpty { events.append(.declared(roster.manifests, by: way.peer)) }
        events += drop(
            behind: way, except: Set(roster.robots.map(\.robot)), "\(way.peer) offers it no longer")
        for offer in roster.robots {
            for report in offer.attempts {
                guard let outcome = report.outcome else { continue }
                events.append(.ended(report.attempt, report.token, outcome))
            }
            let known = routes[offer.robot]
            // The newest peer that offers a robot has it.
            routes[offer.robot] = Route(way: way, description: offer.description, skills: offer.skills)
            let isUnchanged = known.map {
                $0.way == way && $0.description == offer.description && $0.skills == offer.skills
            }
            if isNewSession || isUnchanged != true { events.append(.linked(offer)) }
        }
        return events
    }

    private mutating func drop(
        behind way: Way, except kept: Set<RobotID>, _ reason: String
    ) -> [RobotEvent] {
        let gone = routes.filter { $0.value.way == way && !kept.contains($0.key) }.map(\.key).sorted()
        for robot in gone { routes[robot] = nil }
        return gone.map { .lost($0, reason: reason) }
    }
}
