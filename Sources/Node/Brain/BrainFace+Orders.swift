import Coordination
import HTTPAPI
import PlanRules
import RobotModel

/// What people order of tasks and schedules.
extension BrainFace {
    func cancel(_ id: TaskID, _ order: PersonOrder) async throws -> TaskView {
        _ = try await open(id)
        try await commit(.cancelRequested(id, by: order.by, reason: order.reason))
        return try await existing(id)
    }

    func answer(_ id: TaskID, isApproved: Bool, _ order: PersonOrder) async throws -> TaskView {
        let view = try await existing(id)
        guard view.state == .awaitingApproval else {
            throw APIError(.notAwaitingApproval, "the task is \(view.state.rawValue)")
        }
        try await commit(
            .approvalAnswered(id, approved: isApproved, by: order.by, reason: order.reason))
        return try await existing(id)
    }

    func order(_ id: TaskID, _ verb: TaskVerb, _ order: PersonOrder) async throws -> TaskView {
        _ = try await open(id)
        try await commit(.taskOrdered(id, verb, order))
        return try await existing(id)
    }

    func answer(
        _ id: TaskID, _ question: QuestionID, with answer: String, _ order: PersonOrder
    ) async throws -> TaskView {
        _ = try await open(id)
        try await commit(.questionAnswered(id, question, answer: answer, order))
        return try await existing(id)
    }

    // MARK: Changes of plans

    func change(_ id: TaskID, _ change: PlanChange, _ order: PersonOrder) async throws -> TaskView {
        let view = try await open(id)
        try check(change, view)
        var closed: [RobotID: String] = [:]
        for robot in await brain.coordinator.robots() {
            switch robot.state {
            case .available, .busy, .charging: break
            default: closed[robot.description.id] = robot.state.rawValue
            }
        }
        let world = await withCheckedContinuation { continuation in
            brain.memory.snapshot { continuation.resume(returning: $0) }
        }
        let editor = PlanEditor(
            team: brain.registry.team, world: world, revision: view.revision,
            waiting: view.steps.filter(\.isWaiting).map(\.step),
            underWay: view.steps.filter(\.isUnderWay).map(\.step),
            taken: Set(view.steps.map(\.step.id)), closed: closed)
        let edit: PlanEdit
        do throws(PlanFlaw) {
            edit = try editor.edit(change)
        } catch {
            throw Rejection(error)
        }
        try await commit(.planEdited(id, edit, order))
        return try await existing(id)
    }

    /// Steps that begun or ended can't be changed; that is told before the plan
    /// is looked at.
    private func check(_ change: PlanChange, _ view: TaskView) throws {
        let id: StepID
        switch change {
        case .reassign(let step, _), .edit(let step, _), .remove(let step): id = step
        case .insert: return
        }
        guard let step = view.steps.last(where: { $0.step.id == id }) else {
            throw APIError(.stepNotFound, "\(view.id) has no step “\(id)”")
        }
        guard step.isWaiting else {
            throw APIError(
                .wrongState, "step \(id) is \(step.state.rawValue): only steps that wait can be changed")
        }
    }

    // MARK: Why

    func explanation(of id: TaskID) async throws -> TaskExplanation {
        let view = try await existing(id)
        let last = view.state.isFinal ? view.lastRecord : .max
        let told = try await brain.explanations.explain(
            id, records: view.firstRecord...max(view.firstRecord, last), now: brain.now())
        guard let told else {
            throw APIError(.taskNotFound, "the records of “\(id)” are no longer kept")
        }
        return told
    }

    // MARK: Schedules

    func schedules() async -> [ScheduleView] {
        await brain.coordinator.schedules().sorted { $0.schedule.id < $1.schedule.id }
    }

    func set(_ schedule: Schedule, _ order: PersonOrder) async throws -> ScheduleView {
        if let reason = hindrances().first { throw APIError(.notReady, reason) }
        try await commit(.scheduleSet(schedule, order))
        guard let view = await schedules().first(where: { $0.schedule.id == schedule.id }) else {
            throw APIError(.internalError, "the schedule was stored and isn’t there")
        }
        return view
    }

    func removeSchedule(_ id: ScheduleID, _ order: PersonOrder) async throws {
        try await commit(.scheduleRemoved(id, order))
    }

    // MARK: Inside

    /// Journals an order and carries it out.
    ///
    /// - Throws: an `APIError` for what the coordinator refuses, and `notReady`
    ///   where it can't be put on disk.
    func commit(_ input: CoordinationInput) async throws {
        do {
            try await brain.coordinator.commit(input)
        } catch let refusal as CoordinationRefusal {
            throw APIError(refusal)
        } catch {
            throw APIError(.notReady, "the order can’t be put on disk: \(error)", underlying: error)
        }
    }

    /// - Throws: `taskNotFound`; `taskEnded` for one that is over.
    private func open(_ id: TaskID) async throws -> TaskView {
        let view = try await existing(id)
        guard !view.state.isFinal else {
            throw APIError(.taskEnded, "the task \(view.state.rawValue) already")
        }
        return view
    }

    private func existing(_ id: TaskID) async throws -> TaskView {
        guard let view = await task(id) else {
            throw APIError(.taskNotFound, "no task is called “\(id)”")
        }
        return view
    }
}

extension APIError {
    fileprivate init(_ refusal: CoordinationRefusal) {
        let code: APIErrorCode =
            switch refusal.code {
            case .unknownTask: .taskNotFound
            case .unknownStep: .stepNotFound
            case .unknownRobot: .robotNotFound
            case .unknownQuestion: .questionNotFound
            case .unknownSchedule: .scheduleNotFound
            case .taskEnded: .taskEnded
            case .wrongState: .wrongState
            case .stalePlan: .planChanged
            case .invalidAnswer: .invalidAnswer
            case .emergency: .emergencyStopped
            }
        self.init(code, refusal.message)
    }
}

extension Rejection {
    /// Why a person's change of a plan is refused, with step and fact.
    fileprivate init(_ flaw: PlanFlaw) {
        let code: RejectionCode =
            switch flaw.code {
            case .unknownRobot: .unknownRobot
            case .unknownSkill: .unknownSkill
            case .unknownEntity: .unknownEntity
            case .notCapable: .noCapableRobot
            case .badArgument, .conditionUnmet, .badOrder, .conflict, .goalUnmet, .badTerms: .invalidPlan
            }
        let step = flaw.step.map { "step \($0): " } ?? ""
        self.init(code, step + flaw.message, parts: flaw.step.map { [$0.rawValue] } ?? [])
    }
}

extension StepView {
    fileprivate var isWaiting: Bool { state == .blocked || state == .ready }
    fileprivate var isUnderWay: Bool { state.isOnRobot || state == .verifying }
}
