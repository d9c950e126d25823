import CProtobufC
import CWire
import RobotModel

extension Reader {
    func entry(_ entry: Pons__V1__JournalEntry) throws(WireFormatError) -> (
        input: CoordinationInput, at: Instant
    ) {
        guard entry.version > 0 else {
            throw WireFormatError(.malformed, "a journal record without a version")
        }
        guard entry.version <= JournalEntryCodec.currentVersion else {
            throw WireFormatError(
                .unknownKind,
                "the record has version \(entry.version), written by a newer ponsd; this one reads up to \(JournalEntryCodec.currentVersion)"
            )
        }
        return (try input(entry), Instant(nanosecondsSinceEpoch: entry.at_ns))
    }

    private func input(_ entry: Pons__V1__JournalEntry) throws(WireFormatError) -> CoordinationInput {
        switch entry.input_case {
        case PONS__V1__JOURNAL_ENTRY__INPUT_BRAIN_STARTED:
            return .brainStarted(epoch: try required(entry.brain_started, "brain_started").pointee.epoch)
        case PONS__V1__JOURNAL_ENTRY__INPUT_TASK_SUBMITTED:
            let part = try required(entry.task_submitted, "task_submitted").pointee
            return .taskSubmitted(
                try id(part.task, "task"), try request(try required(part.request, "request").pointee))
        case PONS__V1__JOURNAL_ENTRY__INPUT_PLAN_PROPOSED:
            let part = try required(entry.plan_proposed, "plan_proposed").pointee
            return .planProposed(
                try id(part.task, "task"), revision: part.revision,
                goal: try goal(try required(part.goal, "goal").pointee),
                plan: try plan(try required(part.plan, "plan").pointee))
        case PONS__V1__JOURNAL_ENTRY__INPUT_PLAN_REFUSED:
            let part = try required(entry.plan_refused, "plan_refused").pointee
            let rejection = Rejection(
                try word(part.code, "code"), text(part.message),
                parts: texts(part.n_parts, part.parts),
                suggestions: texts(part.n_suggestions, part.suggestions))
            return .planRefused(try id(part.task, "task"), revision: part.revision, rejection)
        case PONS__V1__JOURNAL_ENTRY__INPUT_ROBOT_LINKED:
            let part = try required(entry.robot_linked, "robot_linked").pointee
            return .robotLinked(
                try robot(try required(part.description, "description").pointee),
                running: try list(part.n_running, part.running, "running") { (item) throws(WireFormatError) in
                    try attempt(item)
                })
        case PONS__V1__JOURNAL_ENTRY__INPUT_ROBOT_LOST:
            let part = try required(entry.robot_lost, "robot_lost").pointee
            return .robotLost(try id(part.robot, "robot"), reason: text(part.reason))
        case PONS__V1__JOURNAL_ENTRY__INPUT_ROBOT_ADMINISTERED:
            let part = try required(entry.robot_administered, "robot_administered").pointee
            return .robotAdministered(
                try id(part.robot, "robot"), try word(part.verb, "verb"), by: text(part.by),
                reason: text(part.reason))
        case PONS__V1__JOURNAL_ENTRY__INPUT_ATTEMPT_ACCEPTED:
            let part = try required(entry.attempt_accepted, "attempt_accepted").pointee
            return .attemptAccepted(try attempt(part.attempt), try token(part.token))
        case PONS__V1__JOURNAL_ENTRY__INPUT_ATTEMPT_ENDED:
            let part = try required(entry.attempt_ended, "attempt_ended").pointee
            return .attemptEnded(
                try attempt(part.attempt), try token(part.token), try outcome(part.outcome))
        case PONS__V1__JOURNAL_ENTRY__INPUT_GOAL_CHECKED:
            let part = try required(entry.goal_checked, "goal_checked").pointee
            let isUnmet = part.verdict_case == PONS__V1__GOAL_CHECKED__VERDICT_UNMET
            return .goalChecked(
                try id(part.task, "task"), revision: part.revision,
                unmet: isUnmet ? text(part.unmet) : nil)
        case PONS__V1__JOURNAL_ENTRY__INPUT_TIMER_FIRED:
            return .timerFired(try timer(try required(entry.timer_fired, "timer_fired").pointee))
        case PONS__V1__JOURNAL_ENTRY__INPUT_CANCEL_REQUESTED:
            let part = try required(entry.cancel_requested, "cancel_requested").pointee
            return .cancelRequested(
                try id(part.task, "task"), by: text(part.by), reason: text(part.reason))
        case PONS__V1__JOURNAL_ENTRY__INPUT_APPROVAL_ANSWERED:
            let part = try required(entry.approval_answered, "approval_answered").pointee
            return .approvalAnswered(
                try id(part.task, "task"), approved: part.approved != 0, by: text(part.by),
                reason: text(part.reason))
        case PONS__V1__JOURNAL_ENTRY__INPUT_SETTINGS_CHANGED:
            return .settingsChanged(
                try settings(try required(entry.settings_changed, "settings_changed").pointee))
        case PONS__V1__JOURNAL_ENTRY__INPUT_TASK_ORDERED:
            return try taskOrdered(try required(entry.task_ordered, "task_ordered").pointee)
        case PONS__V1__JOURNAL_ENTRY__INPUT_PLAN_EDITED:
            return try planEdited(try required(entry.plan_edited, "plan_edited").pointee)
        case PONS__V1__JOURNAL_ENTRY__INPUT_QUESTION_ANSWERED:
            return try questionAnswered(try required(entry.question_answered, "question_answered").pointee)
        case PONS__V1__JOURNAL_ENTRY__INPUT_SCHEDULE_SET:
            return try scheduleSet(try required(entry.schedule_set, "schedule_set").pointee)
        case PONS__V1__JOURNAL_ENTRY__INPUT_SCHEDULE_REMOVED:
            let part = try required(entry.schedule_removed, "schedule_removed").pointee
            return .scheduleRemoved(try id(part.schedule, "schedule"), try order(part.order))
        case PONS__V1__JOURNAL_ENTRY__INPUT_EMERGENCY_STOPPED:
            let part = try required(entry.emergency_stopped, "emergency_stopped").pointee
            return .emergencyStopped(by: text(part.by), reason: text(part.reason))
        case PONS__V1__JOURNAL_ENTRY__INPUT_EMERGENCY_RELEASE_ASKED:
            let part = try required(entry.emergency_release_asked, "emergency_release_asked").pointee
            return .emergencyReleaseAsked(by: text(part.by), reason: text(part.reason))
        case PONS__V1__JOURNAL_ENTRY__INPUT_EMERGENCY_RELEASED:
            let part = try required(entry.emergency_released, "emergency_released").pointee
            return .emergencyReleased(by: text(part.by), reason: text(part.reason))
        default:
            throw WireFormatError(
                .unknownKind, "a journal record with an input that this version doesn’t know")
        }
    }

    private func timer(_ timer: Pons__V1__TimerFired) throws(WireFormatError) -> CoordinationTimer {
        switch timer.timer_case {
        case PONS__V1__TIMER_FIRED__TIMER_ATTEMPT_OVERDUE:
            return .attemptOverdue(try attempt(timer.attempt_overdue))
        case PONS__V1__TIMER_FIRED__TIMER_RETRY_DUE:
            let part = try required(timer.retry_due, "retry_due").pointee
            return .retryDue(try id(part.task, "task"), try id(part.step, "step"))
        case PONS__V1__TIMER_FIRED__TIMER_LINK_OVERDUE:
            return .linkOverdue(try id(timer.link_overdue, "link_overdue"))
        case PONS__V1__TIMER_FIRED__TIMER_PLAN_OVERDUE:
            let part = try required(timer.plan_overdue, "plan_overdue").pointee
            return .planOverdue(try id(part.task, "task"), revision: part.revision)
        case PONS__V1__TIMER_FIRED__TIMER_QUESTION_OVERDUE:
            let part = try required(timer.question_overdue, "question_overdue").pointee
            return .questionOverdue(try id(part.task, "task"), try id(part.question, "question"))
        case PONS__V1__TIMER_FIRED__TIMER_BREAKER_DUE:
            let part = try required(timer.breaker_due, "breaker_due").pointee
            return .breakerDue(try id(part.robot, "robot"), try id(part.skill, "skill"))
        case PONS__V1__TIMER_FIRED__TIMER_SCHEDULE_DUE:
            return .scheduleDue(try id(timer.schedule_due, "schedule_due"))
        case PONS__V1__TIMER_FIRED__TIMER_DEADLINE_DUE:
            return .deadlineDue(try id(timer.deadline_due, "deadline_due"))
        default:
            throw WireFormatError(.unknownKind, "a timer that this version doesn’t know")
        }
    }

    private func robot(_ robot: Pons__V1__RobotDescription) throws(WireFormatError) -> RobotDescription {
        RobotDescription(
            id: try id(robot.id, "id"), embodiment: text(robot.embodiment),
            names: texts(robot.n_names, robot.names),
            skills: try ids(robot.n_skills, robot.skills, "skills"),
            limits: RobotLimits(
                speedMetersPerSecond: robot.speed_m_per_s, reachMeters: robot.reach_m,
                payloadKilograms: robot.payload_kg, batteryRatioPerHour: robot.battery_ratio_per_h),
            resources: texts(robot.n_resources, robot.resources),
            parts: try list(robot.n_parts, robot.parts, "parts", entity),
            facts: try list(robot.n_facts, robot.facts, "facts") { (item) throws(WireFormatError) in
                try fact(item, "facts")
            },
            pose: try optionalPose(robot.pose))
    }

    private func entity(_ pointer: UnsafeMutablePointer<Pons__V1__Entity>) throws(WireFormatError) -> Entity {
        let part = pointer.pointee
        return Entity(
            id: try id(part.id, "id"), types: texts(part.n_types, part.types),
            names: texts(part.n_names, part.names), pose: try optionalPose(part.pose),
            properties: try arguments(part.n_properties, part.properties))
    }
}
