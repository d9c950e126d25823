import RobotModel

/// Counts motions against a ``FaultPlan`` and says which of them go wrong.
struct FaultDraw {
    private let plan: FaultPlan
    /// Motions that fitted each rule so far, by robot.
    private var fits: [Int: [RobotID: Int]] = [:]

    init(_ plan: FaultPlan) { self.plan = plan }

    /// The fault of a motion that begins now, if any.
    mutating func next(robot: RobotID, motion: MotionKind) -> Fault? {
        var struck: Fault?
        for (number, rule) in plan.rules.enumerated() {
            guard rule.robot ?? robot == robot, rule.motion ?? motion == motion else { continue }
            fits[number, default: [:]][robot, default: 0] += 1
            let byRobot = fits[number]?[robot] ?? 0
            let all = fits[number]?.values.reduce(0, +) ?? 0
            guard struck == nil, rule.call ?? all == all else { continue }
            if chance(rule: number, robot: robot, count: byRobot) < rule.probability { struck = rule.fault }
        }
        return struck
    }

    /// In 0..<1, from the seed and what is drawn for alone, so that it doesn't
    /// hang on which of two robots moved first.
    private func chance(rule: Int, robot: RobotID, count: Int) -> Double {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ plan.seed
        for byte in "\(rule)/\(robot)/\(count)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        // Finaliser of SplitMix64 (Steele et al., 2014): spreads nearby inputs.
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((hash ^ (hash >> 31)) >> 11) / Double(1 << 53)
    }
}
