import CProtobufC
import CWire
import RobotModel

/// What people ordered, and by which rules the coordinator went, from the
/// journal.
extension Reader {
    func order(_ pointer: UnsafeMutablePointer<Pons__V1__PersonOrder>?) throws(WireFormatError) -> PersonOrder
    {
        let order = try required(pointer, "order").pointee
        let hasKey = order.once_case == PONS__V1__PERSON_ORDER__ONCE_KEY
        return PersonOrder(
            by: text(order.by), reason: text(order.reason), key: hasKey ? text(order.key) : nil)
    }

    func taskOrdered(_ part: Pons__V1__TaskOrdered) throws(WireFormatError) -> CoordinationInput {
        let name = text(part.verb)
        let step: StepID? = try optionalID(part.step, "step")
        guard let verb = TaskVerb(name: name, step: step) else {
            throw WireFormatError(
                .unknownKind, "an order “\(name.prefix(60))” that this version doesn’t know")
        }
        return .taskOrdered(try id(part.task, "task"), verb, try order(part.order))
    }

    func planEdited(_ part: Pons__V1__PlanEdited) throws(WireFormatError) -> CoordinationInput {
        let edit = PlanEdit(
            kind: try word(part.kind, "kind"), revision: part.revision,
            steps: try list(part.n_steps, part.steps, "steps", planStep),
            removed: try ids(part.n_removed, part.removed, "removed"))
        return .planEdited(try id(part.task, "task"), edit, try order(part.order))
    }

    func questionAnswered(_ part: Pons__V1__QuestionAnswered) throws(WireFormatError) -> CoordinationInput {
        .questionAnswered(
            try id(part.task, "task"), try id(part.question, "question"), answer: text(part.answer),
            try order(part.order))
    }

    func scheduleSet(_ part: Pons__V1__ScheduleSet) throws(WireFormatError) -> CoordinationInput {
        let recurrence: Recurrence
        switch part.recurrence_case {
        case PONS__V1__SCHEDULE_SET__RECURRENCE_ONCE_AT_NS:
            recurrence = .once(Instant(nanosecondsSinceEpoch: part.once_at_ns))
        case PONS__V1__SCHEDULE_SET__RECURRENCE_EVERY:
            let every = try required(part.every, "every").pointee
            recurrence = .every(
                seconds: every.period_s, from: Instant(nanosecondsSinceEpoch: every.from_ns))
        case PONS__V1__SCHEDULE_SET__RECURRENCE_WEEKLY:
            let weekly = try required(part.weekly, "weekly").pointee
            recurrence = .weekly(
                days: numbers(weekly.n_days, weekly.days), secondsOfDay: weekly.seconds_of_day)
        default: throw WireFormatError(.unknownKind, "a recurrence that this version doesn’t know")
        }
        let schedule = Schedule(
            id: try id(part.schedule, "schedule"),
            request: try request(try required(part.request, "request").pointee), recurrence: recurrence)
        return .scheduleSet(schedule, try order(part.order))
    }

    func settings(_ part: Pons__V1__CoordinationSettings) throws(WireFormatError) -> CoordinationSettings {
        let questions = try required(part.questions, "questions").pointee
        let isEscalated = questions.then_case == PONS__V1__QUESTION_POLICY__THEN_ESCALATION
        return CoordinationSettings(
            linkGrace: .nanoseconds(part.link_grace_ns), overdueGrace: .nanoseconds(part.overdue_grace_ns),
            planningLimit: .nanoseconds(part.planning_limit_ns),
            breakerFailures: Int(part.breaker_failures),
            breakerWindow: .nanoseconds(part.breaker_window_ns),
            breakerPause: .nanoseconds(part.breaker_pause_ns), mostRevisions: part.most_revisions,
            headStart: .nanoseconds(part.head_start_ns), preemptionGap: Int(part.preemption_gap),
            questions: QuestionPolicy(
                channel: text(questions.channel), timeout: .nanoseconds(questions.timeout_ns),
                defaultOption: text(questions.default_option),
                escalation: isEscalated ? text(questions.escalation) : nil),
            keyRetention: .nanoseconds(part.key_retention_ns))
    }
}
