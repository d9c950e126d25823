import CProtobufC
import CWire
import RobotModel

/// What tasks ask for and how they were planned, from the journal.
extension Reader {
    func request(_ request: Pons__V1__TaskRequest) throws(WireFormatError) -> TaskRequest {
        let ask: TaskAsk
        switch request.ask_case {
        case PONS__V1__TASK_REQUEST__ASK_WORDS: ask = .words(text(request.words))
        case PONS__V1__TASK_REQUEST__ASK_GOAL:
            ask = .goal(try goal(try required(request.goal, "goal").pointee))
        case PONS__V1__TASK_REQUEST__ASK_WORKFLOW:
            let part = try required(request.workflow, "workflow").pointee
            ask = .workflow(Workflow(steps: try list(part.n_steps, part.steps, "steps", workflowStep)))
        default: throw WireFormatError(.unknownKind, "a request that this version doesn’t know")
        }
        let hasKey = request.once_case == PONS__V1__TASK_REQUEST__ONCE_IDEMPOTENCY_KEY
        let hasDeadline = request.until_case == PONS__V1__TASK_REQUEST__UNTIL_DEADLINE_NS
        return TaskRequest(
            ask, priority: Int(request.priority), requester: text(request.requester),
            idempotencyKey: hasKey ? text(request.idempotency_key) : nil,
            deadline: hasDeadline ? Instant(nanosecondsSinceEpoch: request.deadline_ns) : nil,
            asksPeople: request.asks_people != 0)
    }

    private func workflowStep(
        _ pointer: UnsafeMutablePointer<Pons__V1__WorkflowStep>
    ) throws(WireFormatError) -> WorkflowStep {
        let step = pointer.pointee
        return WorkflowStep(
            id: try id(step.id, "id"), skill: try id(step.skill, "skill"),
            robot: try optionalID(step.robot, "robot"),
            arguments: try arguments(step.n_arguments, step.arguments),
            after: try ids(step.n_after, step.after, "after"), repeats: repeats(step.repeats),
            votes: try votes(step.votes))
    }

    /// Nil for a policy that isn't set.
    private func repeats(_ pointer: UnsafeMutablePointer<Pons__V1__RepeatPolicy>?) -> RepeatPolicy? {
        guard let policy = pointer?.pointee else { return nil }
        let hasMost = policy.limit_case == PONS__V1__REPEAT_POLICY__LIMIT_MOST
        return RepeatPolicy(until: text(policy.until), most: hasMost ? policy.most : nil)
    }

    /// Nil for an empty text.
    func optionalID<ID: Identifier>(
        _ pointer: UnsafeMutablePointer<CChar>?, _ field: String
    ) throws(WireFormatError) -> ID? {
        text(pointer).isEmpty ? nil : try id(pointer, field)
    }

    func goal(_ goal: Pons__V1__Goal) throws(WireFormatError) -> Goal {
        Goal(
            stages: try list(goal.n_stages, goal.stages, "stages", stage),
            observations: try literals(goal.n_observations, goal.observations, "observations"))
    }

    private func stage(_ pointer: UnsafeMutablePointer<Pons__V1__GoalStage>) throws(WireFormatError)
        -> GoalStage
    {
        let stage = pointer.pointee
        let aim: GoalAim
        switch stage.aim_case {
        case PONS__V1__GOAL_STAGE__AIM_ACHIEVE: aim = .achieve(try formula(stage.achieve))
        case PONS__V1__GOAL_STAGE__AIM_PERFORM:
            let call = try required(stage.perform, "perform").pointee
            aim = .perform(
                SkillCall(
                    skill: try id(call.skill, "skill"), robot: try optionalID(call.robot, "robot"),
                    arguments: try arguments(call.n_arguments, call.arguments)))
        default: throw WireFormatError(.unknownKind, "a goal’s aim that this version doesn’t know")
        }
        switch stage.performer_case {
        case PONS__V1__GOAL_STAGE__PERFORMER_ROBOT:
            return GoalStage(aim, by: .robot(try id(stage.robot, "robot")))
        case PONS__V1__GOAL_STAGE__PERFORMER_SAME: return GoalStage(aim, by: .same(text(stage.same)))
        default: return GoalStage(aim)
        }
    }

    /// Bounded in depth by the inspector.
    func formula(_ pointer: UnsafeMutablePointer<Pons__V1__Formula>?) throws(WireFormatError) -> Formula {
        let formula = try required(pointer, "formula").pointee
        switch formula.kind_case {
        case PONS__V1__FORMULA__KIND_LITERAL: return .literal(try literal(formula.literal, "literal"))
        case PONS__V1__FORMULA__KIND_NOT: return .not(try self.formula(formula.not_))
        case PONS__V1__FORMULA__KIND_AND: return .and(try formulas(formula.and_))
        case PONS__V1__FORMULA__KIND_OR: return .or(try formulas(formula.or_))
        case PONS__V1__FORMULA__KIND_FORALL:
            let part = try required(formula.forall, "forall").pointee
            return .forAll(
                variable: text(part.variable), type: text(part.type), try self.formula(part.inner))
        case PONS__V1__FORMULA__KIND_EXISTS:
            let part = try required(formula.exists, "exists").pointee
            return .exists(
                variable: text(part.variable), type: text(part.type), try self.formula(part.inner))
        default: throw WireFormatError(.unknownKind, "a formula of no known kind")
        }
    }

    private func formulas(_ pointer: UnsafeMutablePointer<Pons__V1__FormulaList>?) throws(WireFormatError)
        -> [Formula]
    {
        let parts = try required(pointer, "parts").pointee
        return try list(parts.n_parts, parts.parts, "parts") { (item) throws(WireFormatError) in
            try formula(item)
        }
    }

    func plan(_ plan: Pons__V1__Plan) throws(WireFormatError) -> Plan {
        Plan(
            steps: try list(plan.n_steps, plan.steps, "steps", planStep),
            links: try list(plan.n_links, plan.links, "links") { (item) throws(WireFormatError) in
                CausalLink(
                    producer: try optionalID(item.pointee.producer, "producer"),
                    literal: try literal(item.pointee.literal, "literal"),
                    consumer: try optionalID(item.pointee.consumer, "consumer"))
            },
            makespanSeconds: plan.makespan_s,
            explanation: texts(plan.n_explanation, plan.explanation),
            outcome: plan.outcome == nil ? .always : try formula(plan.outcome))
    }

    func planStep(_ pointer: UnsafeMutablePointer<Pons__V1__PlanStep>) throws(WireFormatError)
        -> PlanStep
    {
        let step = pointer.pointee
        return PlanStep(
            id: try id(step.id, "id"), robot: try id(step.robot, "robot"),
            skill: try id(step.skill, "skill"),
            arguments: try arguments(step.n_arguments, step.arguments),
            after: try ids(step.n_after, step.after, "after"), stage: Int(step.stage),
            expectedStartSeconds: step.expected_start_s,
            expectedDurationSeconds: step.expected_duration_s,
            terms: try terms(try required(step.terms, "terms").pointee))
    }

    private func terms(_ terms: Pons__V1__StepTerms) throws(WireFormatError) -> StepTerms {
        let cancel = text(terms.cancel)
        guard let mode = CancelMode(text: cancel) else {
            throw WireFormatError(.malformed, "cancel can’t be “\(cancel.prefix(60))”")
        }
        return StepTerms(
            timeout: .nanoseconds(terms.timeout_ns),
            retry: RetryPolicy(
                attempts: terms.retry_attempts, backoffSeconds: terms.retry_backoff_s),
            onLinkLoss: try word(terms.on_link_loss, "on_link_loss"), cancel: mode,
            idempotent: terms.idempotent != 0, risk: try word(terms.risk, "risk"),
            resources: texts(terms.n_resources, terms.resources),
            effects: try list(terms.n_effects, terms.effects, "effects", effect),
            failureEffect: try word(terms.failure_effect, "failure_effect"),
            preemptible: terms.preemptible != 0, compensation: try compensation(terms.compensation),
            repeats: repeats(terms.repeats), votes: try votes(terms.votes))
    }

    /// Nil for a compensation that isn't set.
    private func compensation(
        _ pointer: UnsafeMutablePointer<Pons__V1__Compensation>?
    ) throws(WireFormatError) -> Compensation? {
        guard let part = pointer?.pointee else { return nil }
        return Compensation(
            skill: try id(part.skill, "skill"), arguments: try arguments(part.n_arguments, part.arguments),
            timeout: .nanoseconds(part.timeout_ns), resources: texts(part.n_resources, part.resources),
            effects: try list(part.n_effects, part.effects, "effects", effect),
            failureEffect: try word(part.failure_effect, "failure_effect"))
    }

    private func effect(_ pointer: UnsafeMutablePointer<CChar>) throws(WireFormatError) -> Effect {
        do {
            return try syntax.effect(text(pointer))
        } catch {
            throw WireFormatError(.malformed, "effects: \(error)")
        }
    }
}
