import RobotModel

/// A way through the world: straight lines from pose to pose.
struct Route {
    let poses: [Pose]
    let lengthMeters: Double

    init(_ poses: [Pose]) {
        self.poses = poses
        lengthMeters = zip(poses, poses.dropFirst()).reduce(0) { $0 + $1.0.distanceMeters(to: $1.1) }
    }

    /// Where one is after that share of the way, 0 to 1; looks ahead.
    func pose(at ratio: Double) -> Pose? {
        guard var last = poses.first else { return nil }
        var left = max(0, min(1, ratio)) * lengthMeters
        for next in poses.dropFirst() {
            let length = last.distanceMeters(to: next)
            let yaw = Self.yaw(from: last, to: next) ?? last.yawRadians
            guard left < length else {
                left -= length
                last = next
                last.yawRadians = yaw
                continue
            }
            let share = left / length
            return Pose(
                frame: last.frame,
                xMeters: last.xMeters + share * (next.xMeters - last.xMeters),
                yMeters: last.yMeters + share * (next.yMeters - last.yMeters),
                zMeters: last.zMeters + share * (next.zMeters - last.zMeters), yawRadians: yaw)
        }
        return last
    }

    private static func yaw(from start: Pose, to end: Pose) -> Double? {
        let (dx, dy) = (end.xMeters - start.xMeters, end.yMeters - start.yMeters)
        return dx == 0 && dy == 0 ? nil : headingRadians(dx, dy)
    }
}
