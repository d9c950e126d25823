import Coordination
import Foundation
import HTTPAPI
import Manifests
import PlanRules
import Planning
import RobotModel
import WorldMemory

/// What callers over HTTP ask of the brain.
struct BrainFace: BrainService {
    let brain: BrainNode
    let node: NodeID
    let statePath: String
    let startedAt: Instant
    /// Puts a scene in place, in the simulation too where there is one.
    let replaceScene: @Sendable (SceneDescription) async throws -> Void
    /// Why tasks aren't taken now; empty where they are.
    let hindrances: @Sendable () -> [String]

    // MARK: Tasks

    func submit(_ request: TaskRequest) async throws -> TaskView {
        if let reason = hindrances().first { throw APIError(.notReady, reason) }
        if let known = try await known(request) { return known }
        let id = TaskID.mint()
        do {
            try await brain.coordinator.commit(.taskSubmitted(id, request))
        } catch {
            throw APIError(.notReady, "the task can’t be put on disk: \(error)", underlying: error)
        }
        if let view = await known(id) { return view }
        // Another request with the same key was a moment earlier.
        if let known = try await known(request) { return known }
        throw APIError(.internalError, "the task was stored and isn’t there")
    }

    private func known(_ request: TaskRequest) async throws -> TaskView? {
        guard let key = request.idempotencyKey, let id = await brain.coordinator.task(forKey: key),
            let view = await known(id)
        else { return nil }
        guard view.request.ask == request.ask else {
            throw APIError(.idempotencyMismatch, "the key “\(key)” came with another task: \(id)")
        }
        return view
    }

    func preview(_ request: TaskRequest) async throws -> TaskView {
        var unavailable: [RobotID: String] = [:]
        for robot in await brain.coordinator.robots() {
            switch robot.state {
            case .available, .busy: break
            default: unavailable[robot.description.id] = robot.state.rawValue
            }
        }
        let question = PlanningDesk.Question(ask: request.ask, unavailable: unavailable)
        let (goal, plan) = try await withCheckedThrowingContinuation { continuation in
            brain.planning.answer(question) { continuation.resume(with: $0) }
        }
        return TaskView(
            id: "preview", request: request, state: .planning, goal: goal, revision: 1,
            steps: plan.steps.map {
                StepView(step: $0, revision: 1, state: $0.after.isEmpty ? .ready : .blocked)
            },
            expectedMakespanSeconds: plan.makespanSeconds, explanation: plan.explanation,
            receivedAt: brain.now())
    }

    func task(_ id: TaskID) async -> TaskView? { await known(id).map(withProgress) }

    func tasks(in states: Set<TaskState>?, limit: Int, before: TaskID?) async throws -> [TaskView] {
        var place: TaskView?
        if let before {
            place = await known(before)
            guard place != nil else {
                throw APIError(.taskNotFound, "no task is called “\(before)”", field: "before")
            }
        }
        let live = await brain.coordinator.tasks().filter { view in
            (place.map { view.firstRecord < $0.firstRecord } ?? true)
                && (states?.contains(view.state) ?? true)
        }
        let ids = Set(live.map(\.id))
        let ended = try brain.journal.archivedTasks(before: place, in: states, limit: limit)
        let all = live.map(withProgress) + ended.filter { !ids.contains($0.id) }
        return Array(all.sorted { $0.firstRecord > $1.firstRecord }.prefix(limit))
    }

    /// A task that lives, or as it ended.
    func known(_ id: TaskID) async -> TaskView? {
        if let view = await brain.coordinator.task(id) { return view }
        return try? brain.journal.archivedTask(id)
    }

    private func withProgress(_ view: TaskView) -> TaskView {
        guard !view.state.isFinal else { return view }
        var view = view
        for index in view.steps.indices where view.steps[index].state == .running {
            let step = view.steps[index]
            let attempt = AttemptID(task: view.id, step: step.step.id, number: step.attempts)
            view.steps[index].progress = brain.robots.progress(of: attempt)
        }
        return view
    }

    // MARK: Robots and skills

    func robots() async -> [RobotView] {
        await brain.coordinator.robots().map(withStatus).sorted { $0.description.id < $1.description.id }
    }

    func administer(_ robot: RobotID, _ verb: RobotVerb, _ order: PersonOrder) async throws -> RobotView {
        try await commit(.robotAdministered(robot, verb, by: order.by, reason: order.reason))
        guard let view = await brain.coordinator.robot(robot) else {
            throw APIError(.robotNotFound, "no robot is called “\(robot)”")
        }
        return withStatus(view)
    }

    private func withStatus(_ view: RobotView) -> RobotView {
        var view = view
        view.pose = brain.world.pose(of: EntityID(view.description.id))?.pose ?? view.description.pose
        if let status = brain.robots.status(of: view.description.id) {
            view.batteryRatio = status.batteryRatio
            view.heardAt = status.heardAt
            view.isReady = status.isReady
        }
        return view
    }

    func skills() async -> [SkillManifest] { brain.registry.skills }

    // MARK: Memory

    func entities(type: String?) async -> [Entity] {
        brain.world.entities(type: type == SkillParameter.anyEntity ? nil : type)
    }

    func facts(matching pattern: Literal?, asOf instant: Instant?) async -> [FactRecord] {
        guard let instant else { return brain.world.facts(matching: pattern) }
        return (try? brain.world.facts(asOf: instant, matching: pattern)) ?? []
    }

    func history(of entity: EntityID) async -> [FactRecord] { (try? brain.world.history(of: entity)) ?? [] }

    func tell(_ literals: [Literal], by person: String) async throws -> [FactRecord] {
        do {
            return try await brain.memory.observe(literals, source: .person(person))
        } catch let error as WorldMemoryError {
            let code: APIErrorCode = error.code == .unknownEntity ? .entityNotFound : .invalidField
            throw APIError(code, error.message, field: "facts", underlying: error)
        }
    }

    func memoryEvents(after revision: UInt64?) async -> AsyncStream<MemoryChange> {
        brain.memory.changes(after: revision, now: brain.now)
    }

    // MARK: Scenes and workflows

    func apply(scene text: String, file: String) async throws -> SceneSummary {
        let scene: SceneDescription
        do {
            scene = try ManifestReader().scene(yaml: text, file: file)
        } catch {
            throw APIError(.invalidScene, error.description, underlying: error)
        }
        if let busy = await brain.coordinator.tasks().first(where: { !$0.state.isFinal }) {
            throw APIError(
                .notReady, "task \(busy.id) isn’t over: wait for it or cancel it, then apply the scene")
        }
        try await replaceScene(scene)
        return SceneSummary(
            name: scene.name, entityCount: scene.entities.count, factCount: scene.facts.count,
            robots: scene.robots.map(\.id))
    }

    func workflow(from text: String) throws -> Workflow {
        do {
            return try ManifestReader().workflow(yaml: text, file: "workflow")
        } catch {
            throw APIError(.invalidWorkflow, error.description, underlying: error)
        }
    }

    // MARK: Events and health

    func events(after sequence: UInt64?, task: TaskID?) async -> AsyncStream<TaskEvent> {
        var isEnded = false
        if let task { isEnded = await brain.coordinator.task(task) == nil }
        return brain.events.events(after: sequence, task: task, isEnded: isEnded)
    }

    func health() async -> HealthReport {
        let reasons = hindrances()
        let values = try? URL(filePath: statePath).resourceValues(forKeys: [.volumeAvailableCapacityKey])
        return HealthReport(
            isLive: true, isReady: reasons.isEmpty, reasons: reasons, version: NodeVersion.text, node: node,
            epoch: await brain.coordinator.epoch, startedAt: startedAt, now: brain.now(),
            freeDiskBytes: values?.volumeAvailableCapacity.map(UInt64.init),
            problems: brain.registry.problems.map {
                FileProblem(file: $0.file, line: $0.line == 0 ? nil : $0.line, message: $0.message)
            })
    }
}

extension TaskID {
    /// A fresh id: `t-` and ten characters that are easy to read out.
    static func mint() -> TaskID {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        return TaskID("t-" + String((0..<10).map { _ in alphabet.randomElement() ?? "0" }))
    }
}
