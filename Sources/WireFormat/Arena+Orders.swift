import CProtobufC
import CWire
import RobotModel

/// What people order, and by which rules the coordinator goes, for the journal.
extension Arena {
    func order(_ order: PersonOrder) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__PersonOrder> {
        let result = try message(pons__v1__person_order__init)
        result.pointee.by = try text(order.by)
        result.pointee.reason = try text(order.reason)
        if let key = order.key {
            result.pointee.once_case = PONS__V1__PERSON_ORDER__ONCE_KEY
            result.pointee.key = try text(key)
        }
        return result
    }

    func taskOrdered(
        _ task: TaskID, _ verb: TaskVerb, _ order: PersonOrder
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__TaskOrdered> {
        let result = try message(pons__v1__task_ordered__init)
        result.pointee.task = try text(task.rawValue)
        result.pointee.verb = try text(verb.name)
        result.pointee.step = try text(verb.step?.rawValue ?? "")
        result.pointee.order = try self.order(order)
        return result
    }

    func planEdited(
        _ task: TaskID, _ edit: PlanEdit, _ order: PersonOrder
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__PlanEdited> {
        let result = try message(pons__v1__plan_edited__init)
        result.pointee.task = try text(task.rawValue)
        result.pointee.kind = try text(edit.kind.rawValue)
        result.pointee.revision = edit.revision
        result.pointee.n_steps = edit.steps.count
        result.pointee.steps = try list(edit.steps, planStep)
        result.pointee.n_removed = edit.removed.count
        result.pointee.removed = try ids(edit.removed)
        result.pointee.order = try self.order(order)
        return result
    }

    func questionAnswered(
        _ task: TaskID, _ question: QuestionID, answer: String, _ order: PersonOrder
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__QuestionAnswered> {
        let result = try message(pons__v1__question_answered__init)
        result.pointee.task = try text(task.rawValue)
        result.pointee.question = try text(question.rawValue)
        result.pointee.answer = try text(answer)
        result.pointee.order = try self.order(order)
        return result
    }

    func scheduleSet(
        _ schedule: Schedule, _ order: PersonOrder
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__ScheduleSet> {
        let result = try message(pons__v1__schedule_set__init)
        result.pointee.schedule = try text(schedule.id.rawValue)
        result.pointee.request = try request(schedule.request)
        switch schedule.recurrence {
        case .once(let moment):
            result.pointee.recurrence_case = PONS__V1__SCHEDULE_SET__RECURRENCE_ONCE_AT_NS
            result.pointee.once_at_ns = moment.nanosecondsSinceEpoch
        case .every(let seconds, let from):
            let part = try message(pons__v1__periodic__init)
            part.pointee.period_s = seconds
            part.pointee.from_ns = from.nanosecondsSinceEpoch
            result.pointee.recurrence_case = PONS__V1__SCHEDULE_SET__RECURRENCE_EVERY
            result.pointee.every = part
        case .weekly(let days, let secondsOfDay):
            let part = try message(pons__v1__weekly__init)
            part.pointee.n_days = days.count
            part.pointee.days = try numbers(days)
            part.pointee.seconds_of_day = secondsOfDay
            result.pointee.recurrence_case = PONS__V1__SCHEDULE_SET__RECURRENCE_WEEKLY
            result.pointee.weekly = part
        }
        result.pointee.order = try self.order(order)
        return result
    }

    func scheduleRemoved(
        _ schedule: ScheduleID, _ order: PersonOrder
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__ScheduleRemoved> {
        let result = try message(pons__v1__schedule_removed__init)
        result.pointee.schedule = try text(schedule.rawValue)
        result.pointee.order = try self.order(order)
        return result
    }

    func emergency(
        by person: String, reason: String
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__EmergencyOrder> {
        let result = try message(pons__v1__emergency_order__init)
        result.pointee.by = try text(person)
        result.pointee.reason = try text(reason)
        return result
    }

    func settings(
        _ settings: CoordinationSettings
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__CoordinationSettings> {
        let result = try message(pons__v1__coordination_settings__init)
        result.pointee.link_grace_ns = settings.linkGrace.wholeNanoseconds
        result.pointee.overdue_grace_ns = settings.overdueGrace.wholeNanoseconds
        result.pointee.planning_limit_ns = settings.planningLimit.wholeNanoseconds
        result.pointee.breaker_failures = Int64(settings.breakerFailures)
        result.pointee.breaker_window_ns = settings.breakerWindow.wholeNanoseconds
        result.pointee.breaker_pause_ns = settings.breakerPause.wholeNanoseconds
        result.pointee.most_revisions = settings.mostRevisions
        result.pointee.head_start_ns = settings.headStart.wholeNanoseconds
        result.pointee.preemption_gap = Int64(settings.preemptionGap)
        result.pointee.key_retention_ns = settings.keyRetention.wholeNanoseconds
        let questions = try message(pons__v1__question_policy__init)
        questions.pointee.channel = try text(settings.questions.channel)
        questions.pointee.timeout_ns = settings.questions.timeout.wholeNanoseconds
        questions.pointee.default_option = try text(settings.questions.defaultOption)
        if let escalation = settings.questions.escalation {
            questions.pointee.then_case = PONS__V1__QUESTION_POLICY__THEN_ESCALATION
            questions.pointee.escalation = try text(escalation)
        }
        result.pointee.questions = questions
        return result
    }
}
