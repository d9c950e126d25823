public import RobotModel
public import SkillKit

/// Bodies that do nothing but note what they were asked, and fail on demand.
public actor ScriptedBodies: BodyProvider {
    private let descriptions: [RobotDescription]
    private let failures: [String: Failure]
    private let seen: [Literal]
    private var done: [AttemptID: Int] = [:]
    /// Every motion that was made, e.g. `grasp(apple)`, in order.
    public private(set) var motions: [String] = []

    /// - Parameters:
    ///   - failures: by motion, e.g. `grasp(apple)`.
    ///   - seen: what every robot sees at any time.
    public init(_ robots: [RobotDescription], failures: [String: Failure] = [:], seen: [Literal] = []) {
        descriptions = robots
        self.failures = failures
        self.seen = seen
    }

    public func robots() -> [RobotDescription] { descriptions }

    public func body(of robot: RobotID, for attempt: AttemptID) throws(Failure) -> any RobotBody {
        guard descriptions.contains(where: { $0.id == robot }) else {
            throw Failure(.rejectedBySkill, "no robot is called “\(robot)”")
        }
        return ScriptedBody(robot: robot, attempt: attempt, bodies: self)
    }

    public func wasDone(_ attempt: AttemptID) -> Bool? { done[attempt] != nil }

    public func observe(by _: RobotID) -> [Literal] { seen }

    public func states() -> AsyncStream<BodyState> {
        AsyncStream { continuation in
            for robot in descriptions {
                let pose = robot.pose ?? Pose(xMeters: 0, yMeters: 0)
                continuation.yield(BodyState(robot: robot.id, pose: pose, batteryRatio: 1))
            }
            continuation.finish()
        }
    }

    fileprivate func make(_ motion: String, attempt: AttemptID, index: Int) throws(Failure) {
        if index < done[attempt] ?? 0 { return }
        if Task.isCancelled { throw Failure(.canceled, "\(motion) was stopped") }
        if let failure = failures[motion] { throw failure }
        motions.append(motion)
        done[attempt] = index + 1
    }
}

private actor ScriptedBody: RobotBody {
    nonisolated let robot: RobotID
    private let attempt: AttemptID
    private let bodies: ScriptedBodies
    private var index = 0

    init(robot: RobotID, attempt: AttemptID, bodies: ScriptedBodies) {
        self.robot = robot
        self.attempt = attempt
        self.bodies = bodies
    }

    func approach(_ target: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure) {
        progress(0.5)
        try await make("approach(\(target))")
    }

    func enter(_ room: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure) {
        progress(0.5)
        try await make("enter(\(room))")
    }

    func grasp(_ item: EntityID) async throws(Failure) { try await make("grasp(\(item))") }

    func put(_ item: EntityID, on surface: EntityID) async throws(Failure) {
        try await make("put_on(\(item), \(surface))")
    }

    func put(_ item: EntityID, into container: EntityID) async throws(Failure) {
        try await make("put_into(\(item), \(container))")
    }

    func open(_ target: EntityID) async throws(Failure) { try await make("open(\(target))") }
    func close(_ target: EntityID) async throws(Failure) { try await make("close(\(target))") }
    func takeOff() async throws(Failure) { try await make("take_off()") }
    func land(on surface: EntityID) async throws(Failure) { try await make("land(\(surface))") }

    func clean(_ target: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure) {
        progress(0.5)
        try await make("clean(\(target))")
    }

    private func make(_ motion: String) async throws(Failure) {
        try await bodies.make(motion, attempt: attempt, index: index)
        index += 1
    }
}
