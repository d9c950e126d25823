import Execution
import RobotModel

/// The e-stop's own way to the edges, past everything that is queued: pressed,
/// it reaches every edge that can be reached at once, and others when they are
/// back; it stays so over restarts until it is released.
final class EmergencyButton {
    private unowned let site: Site
    private(set) var hold: EmergencyHold?
    private var changes = 0
    /// Since when each edge knows that it is pressed.
    private(set) var heardAt: [Int: Instant] = [:]

    init(site: Site) { self.site = site }

    func press(by person: String) {
        hold = .latched(person)
        spreadToAll()
    }

    func release() {
        guard hold != nil else { return }
        hold = nil
        spreadToAll()
    }

    private func spreadToAll() {
        changes += 1
        for edge in site.edges { spread(to: edge) }
    }

    /// Tells an edge how it is, as soon as there is a way.
    func spread(to edge: SimulatedEdge) {
        let (mine, hold) = (changes, hold)
        site.agenda.add("e-stop", edge.number, after: site.draw(1...30)) { [unowned self] in
            guard mine == changes else { return }
            let isReachable =
                edge.isUp
                && (site.isWithBrain(edge.number) ? site.brain.isUp : site.links[edge.number].isPassable)
            guard isReachable else {
                site.agenda.add("e-stop again", edge.number, after: .milliseconds(100)) { [unowned self] in
                    if mine == changes { spread(to: edge) }
                }
                return
            }
            heardAt[edge.number] = hold == nil ? nil : site.agenda.now
            edge.take(hold)
            for host in site.hosts(of: edge.number) { host.take(hold) }
        }
    }

    /// A host that starts finds it as its edge has it.
    func tell(_ host: SimulatedHost, of edge: Int) { if heardAt[edge] != nil { host.take(hold) } }

    func forget(_ edge: Int) { heardAt[edge] = nil }
}
