import CProtobufC
import CWire
import RobotModel

extension Arena {
    func entry(
        _ input: CoordinationInput, at: Instant
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__JournalEntry> {
        let entry = try message(pons__v1__journal_entry__init)
        entry.pointee.version = JournalEntryCodec.currentVersion
        entry.pointee.at_ns = at.nanosecondsSinceEpoch
        switch input {
        case .brainStarted(let epoch):
            let part = try message(pons__v1__brain_started__init)
            part.pointee.epoch = epoch
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_BRAIN_STARTED
            entry.pointee.brain_started = part
        case .taskSubmitted(let task, let request):
            let part = try message(pons__v1__task_submitted__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.request = try self.request(request)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_TASK_SUBMITTED
            entry.pointee.task_submitted = part
        case .planProposed(let task, let revision, let goal, let plan):
            let part = try message(pons__v1__plan_proposed__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.revision = revision
            part.pointee.goal = try self.goal(goal)
            part.pointee.plan = try self.plan(plan)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_PLAN_PROPOSED
            entry.pointee.plan_proposed = part
        case .planRefused(let task, let revision, let rejection):
            let part = try message(pons__v1__plan_refused__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.revision = revision
            part.pointee.code = try text(rejection.code.rawValue)
            part.pointee.message = try text(rejection.message)
            part.pointee.n_parts = rejection.parts.count
            part.pointee.parts = try texts(rejection.parts)
            part.pointee.n_suggestions = rejection.suggestions.count
            part.pointee.suggestions = try texts(rejection.suggestions)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_PLAN_REFUSED
            entry.pointee.plan_refused = part
        case .robotLinked(let description, let running):
            let part = try message(pons__v1__robot_linked__init)
            part.pointee.description = try robot(description)
            part.pointee.n_running = running.count
            part.pointee.running = try list(running, attempt)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_ROBOT_LINKED
            entry.pointee.robot_linked = part
        case .robotLost(let robot, let reason):
            let part = try message(pons__v1__robot_lost__init)
            part.pointee.robot = try text(robot.rawValue)
            part.pointee.reason = try text(reason)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_ROBOT_LOST
            entry.pointee.robot_lost = part
        case .robotAdministered(let robot, let verb, let person, let reason):
            let part = try message(pons__v1__robot_administered__init)
            part.pointee.robot = try text(robot.rawValue)
            part.pointee.verb = try text(verb.rawValue)
            part.pointee.by = try text(person)
            part.pointee.reason = try text(reason)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_ROBOT_ADMINISTERED
            entry.pointee.robot_administered = part
        case .attemptAccepted(let attempt, let token):
            let part = try message(pons__v1__attempt_accepted__init)
            part.pointee.attempt = try self.attempt(attempt)
            part.pointee.token = try self.token(token)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_ATTEMPT_ACCEPTED
            entry.pointee.attempt_accepted = part
        case .attemptEnded(let attempt, let token, let outcome):
            let part = try message(pons__v1__attempt_ended__init)
            part.pointee.attempt = try self.attempt(attempt)
            part.pointee.token = try self.token(token)
            part.pointee.outcome = try self.outcome(outcome)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_ATTEMPT_ENDED
            entry.pointee.attempt_ended = part
        case .goalChecked(let task, let revision, let unmet):
            let part = try message(pons__v1__goal_checked__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.revision = revision
            if let unmet {
                part.pointee.verdict_case = PONS__V1__GOAL_CHECKED__VERDICT_UNMET
                part.pointee.unmet = try text(unmet)
            }
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_GOAL_CHECKED
            entry.pointee.goal_checked = part
        case .timerFired(let timer):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_TIMER_FIRED
            entry.pointee.timer_fired = try self.timer(timer)
        case .cancelRequested(let task, let person, let reason):
            let part = try message(pons__v1__cancel_requested__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.by = try text(person)
            part.pointee.reason = try text(reason)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_CANCEL_REQUESTED
            entry.pointee.cancel_requested = part
        case .approvalAnswered(let task, let approved, let person, let reason):
            let part = try message(pons__v1__approval_answered__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.approved = approved ? 1 : 0
            part.pointee.by = try text(person)
            part.pointee.reason = try text(reason)
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_APPROVAL_ANSWERED
            entry.pointee.approval_answered = part
        case .settingsChanged(let settings):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_SETTINGS_CHANGED
            entry.pointee.settings_changed = try self.settings(settings)
        case .taskOrdered(let task, let verb, let order):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_TASK_ORDERED
            entry.pointee.task_ordered = try taskOrdered(task, verb, order)
        case .planEdited(let task, let edit, let order):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_PLAN_EDITED
            entry.pointee.plan_edited = try planEdited(task, edit, order)
        case .questionAnswered(let task, let question, let answer, let order):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_QUESTION_ANSWERED
            entry.pointee.question_answered = try questionAnswered(task, question, answer: answer, order)
        case .scheduleSet(let schedule, let order):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_SCHEDULE_SET
            entry.pointee.schedule_set = try scheduleSet(schedule, order)
        case .scheduleRemoved(let schedule, let order):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_SCHEDULE_REMOVED
            entry.pointee.schedule_removed = try scheduleRemoved(schedule, order)
        case .emergencyStopped(let person, let reason):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_EMERGENCY_STOPPED
            entry.pointee.emergency_stopped = try emergency(by: person, reason: reason)
        case .emergencyReleaseAsked(let person, let reason):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_EMERGENCY_RELEASE_ASKED
            entry.pointee.emergency_release_asked = try emergency(by: person, reason: reason)
        case .emergencyReleased(let person, let reason):
            entry.pointee.input_case = PONS__V1__JOURNAL_ENTRY__INPUT_EMERGENCY_RELEASED
            entry.pointee.emergency_released = try emergency(by: person, reason: reason)
        }
        return entry
    }

    private func timer(
        _ timer: CoordinationTimer
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__TimerFired> {
        let result = try message(pons__v1__timer_fired__init)
        switch timer {
        case .attemptOverdue(let attempt):
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_ATTEMPT_OVERDUE
            result.pointee.attempt_overdue = try self.attempt(attempt)
        case .retryDue(let task, let step):
            let part = try message(pons__v1__step_reference__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.step = try text(step.rawValue)
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_RETRY_DUE
            result.pointee.retry_due = part
        case .linkOverdue(let robot):
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_LINK_OVERDUE
            result.pointee.link_overdue = try text(robot.rawValue)
        case .planOverdue(let task, let revision):
            let part = try message(pons__v1__plan_reference__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.revision = revision
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_PLAN_OVERDUE
            result.pointee.plan_overdue = part
        case .questionOverdue(let task, let question):
            let part = try message(pons__v1__question_reference__init)
            part.pointee.task = try text(task.rawValue)
            part.pointee.question = try text(question.rawValue)
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_QUESTION_OVERDUE
            result.pointee.question_overdue = part
        case .breakerDue(let robot, let skill):
            let part = try message(pons__v1__skill_reference__init)
            part.pointee.robot = try text(robot.rawValue)
            part.pointee.skill = try text(skill.rawValue)
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_BREAKER_DUE
            result.pointee.breaker_due = part
        case .scheduleDue(let schedule):
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_SCHEDULE_DUE
            result.pointee.schedule_due = try text(schedule.rawValue)
        case .deadlineDue(let task):
            result.pointee.timer_case = PONS__V1__TIMER_FIRED__TIMER_DEADLINE_DUE
            result.pointee.deadline_due = try text(task.rawValue)
        }
        return result
    }

    private func robot(
        _ robot: RobotDescription
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__RobotDescription> {
        let result = try message(pons__v1__robot_description__init)
        result.pointee.id = try text(robot.id.rawValue)
        result.pointee.embodiment = try text(robot.embodiment)
        result.pointee.n_names = robot.names.count
        result.pointee.names = try texts(robot.names)
        result.pointee.n_skills = robot.skills.count
        result.pointee.skills = try ids(robot.skills)
        result.pointee.speed_m_per_s = robot.limits.speedMetersPerSecond
        result.pointee.reach_m = robot.limits.reachMeters
        result.pointee.payload_kg = robot.limits.payloadKilograms
        result.pointee.battery_ratio_per_h = robot.limits.batteryRatioPerHour
        result.pointee.n_resources = robot.resources.count
        result.pointee.resources = try texts(robot.resources)
        result.pointee.n_parts = robot.parts.count
        result.pointee.parts = try list(robot.parts, entity)
        result.pointee.n_facts = robot.facts.count
        result.pointee.facts = try list(robot.facts) { (fact) throws(WireFormatError) in
            try literal(Literal(fact))
        }
        if let known = robot.pose { result.pointee.pose = try pose(known) }
        return result
    }

    private func entity(_ entity: Entity) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Entity> {
        let result = try message(pons__v1__entity__init)
        result.pointee.id = try text(entity.id.rawValue)
        result.pointee.n_types = entity.types.count
        result.pointee.types = try texts(entity.types)
        result.pointee.n_names = entity.names.count
        result.pointee.names = try texts(entity.names)
        if let known = entity.pose { result.pointee.pose = try pose(known) }
        result.pointee.n_properties = entity.properties.count
        result.pointee.properties = try arguments(entity.properties)
        return result
    }
}
