import CProtobufC
import CWire
import RobotModel

/// What tasks ask for and how they are planned, for the journal.
extension Arena {
    func request(_ request: TaskRequest) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__TaskRequest
    > {
        let result = try message(pons__v1__task_request__init)
        switch request.ask {
        case .words(let words):
            result.pointee.ask_case = PONS__V1__TASK_REQUEST__ASK_WORDS
            result.pointee.words = try text(words)
        case .goal(let goal):
            result.pointee.ask_case = PONS__V1__TASK_REQUEST__ASK_GOAL
            result.pointee.goal = try self.goal(goal)
        case .workflow(let workflow):
            let part = try message(pons__v1__workflow__init)
            part.pointee.n_steps = workflow.steps.count
            part.pointee.steps = try list(workflow.steps, workflowStep)
            result.pointee.ask_case = PONS__V1__TASK_REQUEST__ASK_WORKFLOW
            result.pointee.workflow = part
        }
        result.pointee.priority = Int64(request.priority)
        result.pointee.requester = try text(request.requester)
        if let key = request.idempotencyKey {
            result.pointee.once_case = PONS__V1__TASK_REQUEST__ONCE_IDEMPOTENCY_KEY
            result.pointee.idempotency_key = try text(key)
        }
        if let deadline = request.deadline {
            result.pointee.until_case = PONS__V1__TASK_REQUEST__UNTIL_DEADLINE_NS
            result.pointee.deadline_ns = deadline.nanosecondsSinceEpoch
        }
        result.pointee.asks_people = request.asksPeople ? 1 : 0
        return result
    }

    private func workflowStep(
        _ step: WorkflowStep
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__WorkflowStep> {
        let result = try message(pons__v1__workflow_step__init)
        result.pointee.id = try text(step.id.rawValue)
        result.pointee.skill = try text(step.skill.rawValue)
        result.pointee.robot = try text(step.robot?.rawValue ?? "")
        result.pointee.n_arguments = step.arguments.count
        result.pointee.arguments = try arguments(step.arguments)
        result.pointee.n_after = step.after.count
        result.pointee.after = try ids(step.after)
        if let policy = step.repeats { result.pointee.repeats = try repeats(policy) }
        if let policy = step.votes { result.pointee.votes = try votes(policy) }
        return result
    }

    func goal(_ goal: Goal) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Goal> {
        let result = try message(pons__v1__goal__init)
        result.pointee.n_stages = goal.stages.count
        result.pointee.stages = try list(goal.stages, stage)
        result.pointee.n_observations = goal.observations.count
        result.pointee.observations = try list(goal.observations, literal)
        return result
    }

    private func stage(_ stage: GoalStage) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__GoalStage
    > {
        let result = try message(pons__v1__goal_stage__init)
        switch stage.aim {
        case .achieve(let formula):
            result.pointee.aim_case = PONS__V1__GOAL_STAGE__AIM_ACHIEVE
            result.pointee.achieve = try self.formula(formula)
        case .perform(let call):
            let part = try message(pons__v1__skill_call__init)
            part.pointee.skill = try text(call.skill.rawValue)
            part.pointee.robot = try text(call.robot?.rawValue ?? "")
            part.pointee.n_arguments = call.arguments.count
            part.pointee.arguments = try arguments(call.arguments)
            result.pointee.aim_case = PONS__V1__GOAL_STAGE__AIM_PERFORM
            result.pointee.perform = part
        }
        switch stage.performer {
        case .any: break
        case .robot(let robot):
            result.pointee.performer_case = PONS__V1__GOAL_STAGE__PERFORMER_ROBOT
            result.pointee.robot = try text(robot.rawValue)
        case .same(let label):
            result.pointee.performer_case = PONS__V1__GOAL_STAGE__PERFORMER_SAME
            result.pointee.same = try text(label)
        }
        return result
    }

    func formula(_ formula: Formula, depth: Int = 0) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__Formula
    > {
        guard depth < JournalEntryCodec.deepestFormula else {
            throw WireFormatError(
                .unrepresentable, "a formula nested deeper than \(JournalEntryCodec.deepestFormula)")
        }
        let result = try message(pons__v1__formula__init)
        switch formula {
        case .literal(let literal):
            result.pointee.kind_case = PONS__V1__FORMULA__KIND_LITERAL
            result.pointee.literal = try self.literal(literal)
        case .not(let inner):
            result.pointee.kind_case = PONS__V1__FORMULA__KIND_NOT
            result.pointee.not_ = try self.formula(inner, depth: depth + 1)
        case .and(let parts):
            result.pointee.kind_case = PONS__V1__FORMULA__KIND_AND
            result.pointee.and_ = try formulas(parts, depth: depth + 1)
        case .or(let parts):
            result.pointee.kind_case = PONS__V1__FORMULA__KIND_OR
            result.pointee.or_ = try formulas(parts, depth: depth + 1)
        case .forAll(let variable, let type, let inner):
            result.pointee.kind_case = PONS__V1__FORMULA__KIND_FORALL
            result.pointee.forall = try quantified(variable, type, inner, depth: depth + 1)
        case .exists(let variable, let type, let inner):
            result.pointee.kind_case = PONS__V1__FORMULA__KIND_EXISTS
            result.pointee.exists = try quantified(variable, type, inner, depth: depth + 1)
        }
        return result
    }

    private func formulas(
        _ parts: [Formula], depth: Int
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__FormulaList> {
        let result = try message(pons__v1__formula_list__init)
        result.pointee.n_parts = parts.count
        result.pointee.parts = try list(parts) { (part) throws(WireFormatError) in
            try formula(part, depth: depth)
        }
        return result
    }

    private func quantified(
        _ variable: String, _ type: String, _ inner: Formula, depth: Int
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Quantified> {
        let result = try message(pons__v1__quantified__init)
        result.pointee.variable = try text(variable)
        result.pointee.type = try text(type)
        result.pointee.inner = try formula(inner, depth: depth)
        return result
    }

    func plan(_ plan: Plan) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Plan> {
        let result = try message(pons__v1__plan__init)
        result.pointee.n_steps = plan.steps.count
        result.pointee.steps = try list(plan.steps, planStep)
        result.pointee.n_links = plan.links.count
        result.pointee.links = try list(plan.links) { (link) throws(WireFormatError) in
            let part = try message(pons__v1__causal_link__init)
            part.pointee.producer = try text(link.producer?.rawValue ?? "")
            part.pointee.literal = try literal(link.literal)
            part.pointee.consumer = try text(link.consumer?.rawValue ?? "")
            return part
        }
        result.pointee.makespan_s = plan.makespanSeconds
        result.pointee.n_explanation = plan.explanation.count
        result.pointee.explanation = try texts(plan.explanation)
        result.pointee.outcome = try formula(plan.outcome)
        return result
    }

    func planStep(_ step: PlanStep) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__PlanStep
    > {
        let result = try message(pons__v1__plan_step__init)
        result.pointee.id = try text(step.id.rawValue)
        result.pointee.robot = try text(step.robot.rawValue)
        result.pointee.skill = try text(step.skill.rawValue)
        result.pointee.n_arguments = step.arguments.count
        result.pointee.arguments = try arguments(step.arguments)
        result.pointee.n_after = step.after.count
        result.pointee.after = try ids(step.after)
        result.pointee.stage = Int64(step.stage)
        result.pointee.expected_start_s = step.expectedStartSeconds
        result.pointee.expected_duration_s = step.expectedDurationSeconds
        result.pointee.terms = try terms(step.terms)
        return result
    }

    private func terms(_ terms: StepTerms) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__StepTerms
    > {
        let result = try message(pons__v1__step_terms__init)
        result.pointee.timeout_ns = terms.timeout.wholeNanoseconds
        result.pointee.retry_attempts = terms.retry.attempts
        result.pointee.retry_backoff_s = terms.retry.backoffSeconds
        result.pointee.on_link_loss = try text(terms.onLinkLoss.rawValue)
        result.pointee.cancel = try text(terms.cancel.description)
        result.pointee.idempotent = terms.idempotent ? 1 : 0
        result.pointee.risk = try text(terms.risk.rawValue)
        result.pointee.n_resources = terms.resources.count
        result.pointee.resources = try texts(terms.resources)
        result.pointee.n_effects = terms.effects.count
        result.pointee.effects = try effects(terms.effects)
        result.pointee.failure_effect = try text(terms.failureEffect.rawValue)
        result.pointee.preemptible = terms.preemptible ? 1 : 0
        if let part = terms.compensation { result.pointee.compensation = try compensation(part) }
        if let policy = terms.repeats { result.pointee.repeats = try repeats(policy) }
        if let policy = terms.votes { result.pointee.votes = try votes(policy) }
        return result
    }

    private func effects(
        _ effects: [Effect]
    ) throws(WireFormatError) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        try list(effects) { (effect) throws(WireFormatError) in
            try Self.check(effect.literal)
            for condition in effect.conditions { try Self.check(condition) }
            return try text(effect.description)
        }
    }

    private func compensation(
        _ compensation: Compensation
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Compensation> {
        let result = try message(pons__v1__compensation__init)
        result.pointee.skill = try text(compensation.skill.rawValue)
        result.pointee.n_arguments = compensation.arguments.count
        result.pointee.arguments = try arguments(compensation.arguments)
        result.pointee.timeout_ns = compensation.timeout.wholeNanoseconds
        result.pointee.n_resources = compensation.resources.count
        result.pointee.resources = try texts(compensation.resources)
        result.pointee.n_effects = compensation.effects.count
        result.pointee.effects = try effects(compensation.effects)
        result.pointee.failure_effect = try text(compensation.failureEffect.rawValue)
        return result
    }

    private func repeats(
        _ policy: RepeatPolicy
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__RepeatPolicy> {
        let result = try message(pons__v1__repeat_policy__init)
        result.pointee.until = try text(policy.until)
        if let most = policy.most {
            result.pointee.limit_case = PONS__V1__REPEAT_POLICY__LIMIT_MOST
            result.pointee.most = most
        }
        return result
    }
}
