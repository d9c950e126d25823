/// Which calls of the skill go wrong: drawn from a seed, so that a run can be
/// done again.
struct HanoiFaults: Sendable {
    enum Fault { case wrong, failing, lost }

    /// Shares of all calls.
    var wrongShare = 0.01
    var failingShare = 0.005
    var lostShare = 0.00002
    let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    func fault(inCall number: UInt64) -> Fault? {
        let draw = Double(Self.mixed(seed ^ Self.mixed(number)) >> 11) / 0x1p53
        if draw < wrongShare { return .wrong }
        if draw < wrongShare + failingShare { return .failing }
        if draw < wrongShare + failingShare + lostShare { return .lost }
        return nil
    }

    /// Source: the finaliser of SplitMix64 (Steele, Lea, Flood, 2014).
    private static func mixed(_ number: UInt64) -> UInt64 {
        var z = number &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// How many calls there were, and how they went.
    struct Tally: Sendable {
        var calls: UInt64 = 0
        var wrong: UInt64 = 0
        var failing: UInt64 = 0
        var lost: UInt64 = 0

        mutating func note(_ fault: Fault?) {
            calls += 1
            switch fault {
            case .wrong: wrong += 1
            case .failing: failing += 1
            case .lost: lost += 1
            case nil: break
            }
        }
    }
}
