import Coordination
import RobotModel

/// Who asks for tasks: tries again until a brain has answered, as programs do.
final class Callers {
    private unowned let site: Site
    /// What was acknowledged, by arrival.
    private(set) var acknowledged: [String: TaskID] = [:]
    private var isAnswered: Set<String> = []
    private var tries: [String: Int] = [:]
    private var asked: [Arrival] = []
    private var byKey: [String: TaskID] = [:]
    private var random: SeededRandom

    init(site: Site) {
        self.site = site
        random = SeededRandom(seed: site.scenario.options.seed, stream: 4)
    }

    var areDone: Bool { isAnswered.count == site.scenario.arrivals.count }

    func schedule() {
        for arrival in site.scenario.arrivals {
            site.agenda.add("request", at: Site.start + arrival.at) { [unowned self] in
                asked.append(arrival)
                submit(arrival)
            }
        }
    }

    /// A network that delivers a request twice, or a caller that isn't sure.
    func repeatOne() {
        let keyed = asked.filter { $0.request.idempotencyKey != nil }
        guard !keyed.isEmpty else { return }
        submit(random.pick(keyed))
    }

    private func submit(_ arrival: Arrival) {
        guard site.brain.isServing else { return again(arrival) }
        if let known = known(arrival) { return answered(arrival, known) }
        tries[arrival.name, default: 0] += 1
        let id = TaskID("\(arrival.name)-\(tries[arrival.name] ?? 0)")
        var isHeard = false
        site.brain.commit(.taskSubmitted(id, arrival.request)) { [unowned self] refusal in
            isHeard = true
            guard refusal == nil else { return again(arrival) }
            if site.brain.machine.task(id) != nil || site.brain.archive[id] != nil {
                return answered(arrival, id)
            }
            if let known = known(arrival) { return answered(arrival, known) }
            site.violation(.lost, "\(id) was stored and isn’t there")
        }
        site.agenda.add("patience", after: .seconds(9)) { [unowned self] in
            guard !isHeard else { return }
            // Nobody knows whether it was taken: only with a key is it safe to ask again.
            if arrival.request.idempotencyKey == nil {
                isAnswered.insert(arrival.name)
            } else {
                again(arrival)
            }
        }
    }

    private func again(_ arrival: Arrival) {
        site.agenda.add("request again", after: random.milliseconds(300...1500)) { [unowned self] in
            submit(arrival)
        }
    }

    private func known(_ arrival: Arrival) -> TaskID? {
        arrival.request.idempotencyKey.flatMap { site.brain.machine.task(forKey: $0) }
    }

    private func answered(_ arrival: Arrival, _ id: TaskID) {
        isAnswered.insert(arrival.name)
        site.say("\(arrival.name) is acknowledged as \(id)")
        if let before = acknowledged[arrival.name], before != id, arrival.request.idempotencyKey != nil {
            site.violation(.key, "\(arrival.name) was acknowledged as \(before), and again as \(id)")
        }
        acknowledged[arrival.name] = id
    }

    /// Whether what was acknowledged is still there.
    func judge() {
        for (name, id) in acknowledged.sorted(by: { $0.key < $1.key })
        where site.brain.machine.task(id) == nil && site.brain.archive[id] == nil {
            site.violation(.lost, "\(id) was acknowledged to \(name), and is gone")
        }
    }
}
