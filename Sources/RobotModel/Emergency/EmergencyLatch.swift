/// What one station knows of the e-stop: presses that nobody has released, and
/// how far each station's presses were released.
///
/// Both only grow, so that knowledge of any age, from anywhere, in any order
/// and any number of times, can be joined and changes nothing that is newer: a
/// press isn't forgotten because someone hasn't heard of it, and one that was
/// released doesn't come back.
public struct EmergencyLatch: Hashable, Sendable, Codable {
    /// One for each station, the newest, in order of the stations.
    public private(set) var presses: [EmergencyPress]
    /// In order of the stations.
    public private(set) var releases: [EmergencyRelease]

    /// Stations whose presses are told apart, at a time and in all; presses at
    /// more are taken as pressed here.
    static let mostPresses = 64
    static let mostStations = 1024
    /// How far a press's number may be ahead of the clock that it was made from.
    static let mostAhead = Duration.seconds(7 * 86_400)

    public init(presses: [EmergencyPress] = [], releases: [EmergencyRelease] = []) {
        self.presses = []
        self.releases = []
        for release in releases { take(release) }
        for press in presses { take(press) }
    }

    public var isLatched: Bool { !presses.isEmpty }

    /// The earliest press that holds; nil where none does.
    public var first: EmergencyPress? {
        presses.min { ($0.at, $0.station) < ($1.at, $1.station) }
    }

    /// Takes note of a press at `station`. Every press has a number of its own:
    /// a release that was under way for an older one doesn't release it. Who
    /// pressed first at a station, and why, stays.
    @discardableResult
    public mutating func press(
        at station: NodeID, by person: String, reason: String, now: Instant
    ) -> EmergencyPress {
        let known = presses.first { $0.station == station }
        let last = max(known?.number ?? 0, released(station))
        var press = known ?? EmergencyPress(station: station, number: 0, by: person, reason: reason, at: now)
        // From the clock, so that a station that lost its memory doesn't begin
        // with numbers that were released long ago.
        press.number = max(last &+ 1, Self.number(at: now))
        take(press)
        return press
    }

    /// Releases every press that is known here; one that is on its way holds
    /// when it arrives.
    public mutating func release() {
        for press in presses { take(EmergencyRelease(station: press.station, number: press.number)) }
    }

    /// Joins what another station knows. A press whose number can't be, or for
    /// which there is no room, holds all the same: as one at this station.
    ///
    /// - Parameters:
    ///   - withReleases: whether it may release; those below may not.
    ///   - station: our own.
    public mutating func join(
        _ other: EmergencyLatch, withReleases: Bool, at station: NodeID, now: Instant
    ) {
        let latest = Self.number(at: now + Self.mostAhead)
        if withReleases {
            for release in other.releases where release.number <= latest { take(release) }
        }
        for press in other.presses {
            if press.number <= latest, hasRoom(for: press.station) {
                take(press)
            } else if !presses.contains(where: { $0.station == station }) {
                self.press(at: station, by: press.by, reason: press.reason, now: now)
            }
        }
    }

    /// Whether every press that holds there holds here.
    public func covers(_ other: EmergencyLatch) -> Bool {
        other.presses.allSatisfy { wanted in
            presses.contains { $0.station == wanted.station && $0.number >= wanted.number }
        }
    }

    /// Milliseconds since 1970.
    private static func number(at now: Instant) -> UInt64 {
        UInt64(max(0, now.nanosecondsSinceEpoch / 1_000_000))
    }

    private func hasRoom(for station: NodeID) -> Bool {
        if presses.contains(where: { $0.station == station }) { return true }
        guard presses.count < Self.mostPresses else { return false }
        return releases.count < Self.mostStations || releases.contains { $0.station == station }
    }

    private func released(_ station: NodeID) -> UInt64 {
        releases.first { $0.station == station }?.number ?? 0
    }

    private mutating func take(_ press: EmergencyPress) {
        guard press.number > released(press.station) else { return }
        let place = presses.firstIndex { $0.station >= press.station } ?? presses.count
        guard place < presses.count, presses[place].station == press.station else {
            presses.insert(press, at: place)
            return
        }
        if presses[place].number < press.number { presses[place] = press }
    }

    private mutating func take(_ release: EmergencyRelease) {
        presses.removeAll { $0.station == release.station && $0.number <= release.number }
        let place = releases.firstIndex { $0.station >= release.station } ?? releases.count
        if place < releases.count, releases[place].station == release.station {
            releases[place].number = max(releases[place].number, release.number)
        } else {
            releases.insert(release, at: place)
        }
    }
}
