import BrainClient
import Foundation

/// Chooses how a daemon dies: at a random moment, or at one of the places
/// named in its own code, and counts.
struct CrashKiller {
    /// As `ponsd` knows them; a test holds both lists together.
    static let places = [
        "journal.before", "journal.after", "action.before", "action.after", "memory.before", "memory.after",
        "archive.before", "archive.after", "snapshot.before", "snapshot.after", "edge.store.before",
        "edge.store.after", "edge.report",
    ]
    /// How long a daemon has to come to its place; after that any moment will do.
    private static let patience = Duration.seconds(4)

    private var random: SplitMix
    private(set) var places: [String: Int] = [:]
    private var place: String?

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// Ends the daemon, at its place where it was given one and comes to it.
    mutating func kill(_ daemon: LabDaemon) async throws {
        let start = ContinuousClock.now
        if place == nil {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...1200, using: &random)))
        }
        while place != nil, daemon.isRunning, ContinuousClock.now - start < Self.patience {
            try await Task.sleep(for: .milliseconds(2))
        }
        let name = daemon.isRunning ? "at a random moment" : "at \(place ?? "?")"
        places[name, default: 0] += 1
        daemon.end()
    }

    /// Starts it again, perhaps with a place at which to die.
    ///
    /// - Returns: milliseconds from the start to taking tasks; of a daemon
    ///   that dies before it serves, those of its next life. And whom to ask,
    ///   who may have come to its place by then.
    mutating func restart(_ daemon: LabDaemon) async throws -> (Double, BrainClient) {
        while true {
            place = Bool.random(using: &random) ? Self.places.randomElement(using: &random) : nil
            let count = Int.random(in: 1...12, using: &random)
            let start = MonotonicTime.now
            try daemon.restart(environment: place.map { ["PONS_CRASH_AT": "\($0)@\(count)"] } ?? [:])
            do {
                let client = try await daemon.client()
                return (MonotonicTime.now.milliseconds(since: start), client)
            } catch {
                // It came to its place on the way up.
                guard let place, !daemon.isRunning else { throw error }
                places["at \(place)", default: 0] += 1
            }
        }
    }
}

/// Random numbers from a seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
