public import RobotModel
public import SkillKit

/// What every ``BodyProvider`` must do, whatever is behind it. Each check
/// throws a ``Breach`` that says what the provider did instead.
public struct BodyProviderConformance: Sendable {
    public struct Breach: Error, CustomStringConvertible {
        public let description: String
    }

    /// Makes motions with a body.
    public typealias Motions = @Sendable (any RobotBody) async throws -> Void

    private let makeProvider: @Sendable () async throws -> any BodyProvider
    private let robot: RobotID
    private let allowed: Motions
    private let refused: Motions

    /// - Parameters:
    ///   - allowed: one motion that `robot` can make in a fresh provider.
    ///   - refused: one motion that it can't.
    ///   - makeProvider: makes a provider that nothing has been done with.
    public init(
        robot: RobotID, allowed: @escaping Motions, refused: @escaping Motions,
        makeProvider: @escaping @Sendable () async throws -> any BodyProvider
    ) {
        self.robot = robot
        self.allowed = allowed
        self.refused = refused
        self.makeProvider = makeProvider
    }

    /// Makes every check, each on a provider of its own.
    public func check() async throws {
        try await listsItsRobots()
        try await refusesUnknownRobots()
        try await tellsStatesAtOnce()
        try await doesAnAttemptOnce()
        try await leavesTheWorldAloneWhenItRefuses()
        try await stopsWhenCanceled()
    }

    private func listsItsRobots() async throws {
        let ids = try await makeProvider().robots().map(\.id)
        try expect(ids.contains(robot), "robots() lacks \(robot): \(ids)")
        try expect(Set(ids).count == ids.count, "robots() lists a robot twice: \(ids)")
    }

    private func refusesUnknownRobots() async throws {
        let provider = try await makeProvider()
        do {
            _ = try await provider.body(of: "nobody-at-all", for: attempt(1))
        } catch {
            return try expect(error.code == .rejectedBySkill, "an unknown robot’s body gave \(error)")
        }
        throw Breach(description: "an unknown robot has a body")
    }

    private func tellsStatesAtOnce() async throws {
        let provider = try await makeProvider()
        var missing = Set(await provider.robots().map(\.id))
        for await state in await provider.states() {
            try expect((0...1).contains(state.batteryRatio), "a battery at \(state.batteryRatio)")
            missing.remove(state.robot)
            if missing.isEmpty { return }
        }
        throw Breach(description: "states() ended without \(missing.sorted())")
    }

    private func doesAnAttemptOnce() async throws {
        let provider = try await makeProvider()
        try expect(await provider.wasDone(attempt(1)) != true, "an attempt was done before it was made")
        try await allowed(try await provider.body(of: robot, for: attempt(1)))
        try expect(await provider.wasDone(attempt(1)) == true, "an attempt that was done isn’t known as done")
        let before = await provider.observe(by: robot)
        try await allowed(try await provider.body(of: robot, for: attempt(1)))
        try expect(await provider.observe(by: robot) == before, "an attempt made again changed the world")
    }

    private func leavesTheWorldAloneWhenItRefuses() async throws {
        let provider = try await makeProvider()
        let before = await facts(provider)
        do {
            try await refused(try await provider.body(of: robot, for: attempt(1)))
        } catch {
            try expect(await facts(provider) == before, "a refused motion changed the world")
            return try expect(await provider.wasDone(attempt(1)) != true, "a refused motion counts as done")
        }
        throw Breach(description: "a motion that can’t be made was made")
    }

    private func stopsWhenCanceled() async throws {
        let provider = try await makeProvider()
        let before = await facts(provider)
        let failure: Failure? = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            do {
                try await allowed(try await provider.body(of: robot, for: attempt(1)))
                return nil
            } catch {
                return error as? Failure
            }
        }.value
        try expect(
            failure?.code == .canceled, "a cancelled motion ended with \(failure?.description ?? "success")")
        try expect(await facts(provider) == before, "a cancelled motion changed the world")
    }

    private func facts(_ provider: any BodyProvider) async -> Set<Literal> {
        Set(await provider.observe(by: robot).filter(\.isPositive))
    }

    private func attempt(_ number: UInt32) -> AttemptID {
        AttemptID(task: "conformance", step: "s1", number: number)
    }

    private func expect(_ condition: Bool, _ breach: @autoclosure () -> String) throws {
        guard condition else { throw Breach(description: breach()) }
    }
}
