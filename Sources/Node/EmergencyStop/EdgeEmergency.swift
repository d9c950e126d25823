import Execution
import MessageBus
import RobotModel
import Synchronization

/// What the e-stop stops at an edge. Skills in this process are stopped on the
/// e-stop's own thread, whatever the edge's thread is at; the edge's machine is
/// told right after, and refuses orders.
final class EdgeEmergency: Sendable {
    private struct State {
        var host: BuiltInHost?
        var hold: EmergencyHold?
        var post: @Sendable (ExecutionInput) -> Void = { _ in }
    }

    private let desk: EmergencyDesk
    /// Where the brain is, for an edge elsewhere; nil in the brain's process.
    private let brainAddress: String?
    private let state: Mutex<State>

    init(desk: EmergencyDesk, brainAddress: String?) {
        self.desk = desk
        self.brainAddress = brainAddress
        let cause = desk.stored.first?.text
        state = Mutex(State(hold: cause.map { .latched($0) }))
    }

    /// Where skill hosts find the e-stop.
    var port: Int { desk.port }
    var isLatched: Bool { state.withLock { if case .latched = $0.hold { true } else { false } } }

    /// - Parameter post: takes inputs for the edge's machine, in order.
    func begin(post: @escaping @Sendable (ExecutionInput) -> Void) {
        let hold = state.withLock { state in
            state.post = post
            return state.hold
        }
        if hold != nil { post(.emergencyChanged(hold)) }
        desk.follow(
            edge: EmergencyDesk.Followers(
                stop: { [weak self] latch in self?.change(to: .latched(latch.first?.text ?? "")) },
                release: { [weak self] in self?.change(to: nil) },
                channelChanged: { [weak self] isHeard in self?.channelChanged(isHeard) }))
    }

    /// The skills in this process, before they are given anything to do.
    func adopt(_ host: BuiltInHost, _ robots: [RobotID]) {
        state.withLock { state in
            state.host = host
            if case .latched(let cause) = state.hold { host.halt(cause) }
        }
        desk.serve(robots)
    }

    /// The brain's word on where its e-stop is.
    func obey(port: UInt32) {
        guard let brainAddress, port != 0 else { return }
        desk.obey("tcp://\(brainAddress):\(port)")
    }

    private func channelChanged(_ isHeard: Bool) {
        if isHeard {
            let isSilent = state.withLock { $0.hold == .silent }
            if isSilent { change(to: nil) }
        } else if !isLatched {
            change(to: .silent)
        }
    }

    private func change(to hold: EmergencyHold?) {
        let (host, post) = state.withLock { state in
            state.hold = hold
            return (state.host, state.post)
        }
        switch hold {
        case .latched(let cause): host?.halt(cause)
        case .silent: break
        case nil: host?.halt(nil)
        }
        post(.emergencyChanged(hold))
    }
}
