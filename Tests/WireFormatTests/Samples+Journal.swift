import RobotModel

extension Samples {
    static let inputKinds = 13

    mutating func input() -> CoordinationInput {
        input(kind: Int.random(in: 0..<Self.inputKinds, using: &random))
    }

    mutating func input(kind: Int) -> CoordinationInput {
        switch kind {
        case 0: .brainStarted(epoch: bits())
        case 1: .taskSubmitted(id(), request())
        case 2: .planProposed(id(), revision: bits(), goal: goal(), plan: plan())
        case 3:
            .planRefused(
                id(), revision: bits(),
                Rejection(
                    pick(RejectionCode.allCases), text(), parts: several { $0.text() },
                    suggestions: several { $0.text() }))
        case 4:
            .robotLinked(
                robot(value: { $0.value() }, pose: { $0.pose() }), running: several { $0.attempt() })
        case 5: .robotLost(id(), reason: text())
        case 6: .robotAdministered(id(), pick(RobotVerb.allCases), by: text())
        case 7: .attemptAccepted(attempt(), token())
        case 8: .attemptEnded(attempt(), token(), outcome())
        case 9: .goalChecked(id(), revision: bits(), unmet: maybe { $0.text() })
        case 10: .timerFired(timer())
        case 11: .cancelRequested(id(), by: text(), reason: text())
        default: .approvalAnswered(id(), approved: flip(), by: text())
        }
    }

    private mutating func timer() -> CoordinationTimer {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .attemptOverdue(attempt())
        case 1: .retryDue(id(), id())
        case 2: .linkOverdue(id())
        default: .planOverdue(id(), revision: bits())
        }
    }

    private mutating func request() -> TaskRequest {
        let ask: TaskAsk =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .words(text())
            case 1: .goal(goal())
            default:
                .workflow(
                    Workflow(
                        steps: several {
                            WorkflowStep(
                                id: $0.id(), skill: $0.id(), robot: $0.maybe { $0.id() },
                                arguments: $0.arguments(), after: $0.several { $0.id() })
                        }))
            }
        return TaskRequest(
            ask, priority: pick([0, 7, -7, .max, .min]), requester: text(),
            idempotencyKey: maybe { $0.text() })
    }

    mutating func goal() -> Goal {
        Goal(
            stages: several { samples in
                let aim: GoalAim =
                    samples.flip()
                    ? .achieve(samples.formula())
                    : .perform(
                        SkillCall(
                            skill: samples.id(), robot: samples.maybe { $0.id() },
                            arguments: samples.arguments()))
                return GoalStage(aim, by: samples.pick([.any, .robot(samples.id()), .same(samples.text())]))
            },
            observations: several { $0.literal() })
    }

    private mutating func plan() -> Plan {
        Plan(
            steps: several { $0.step() },
            links: several {
                CausalLink(
                    producer: $0.maybe { $0.id() }, literal: $0.literal(), consumer: $0.maybe { $0.id() })
            },
            makespanSeconds: number(), explanation: several { $0.text() }, outcome: formula())
    }

    private mutating func step() -> PlanStep {
        PlanStep(
            id: id(), robot: id(), skill: id(), arguments: arguments(), after: several { $0.id() },
            stage: pick([0, 1, 40]), expectedStartSeconds: number(), expectedDurationSeconds: number(),
            terms: StepTerms(
                timeout: .nanoseconds(Int64.random(in: 0...1 << 50, using: &random)),
                retry: RetryPolicy(attempts: bits(), backoffSeconds: number()), onLinkLoss: linkLoss(),
                cancel: cancelMode(), idempotent: flip(), risk: pick([.low, .medium, .high]),
                resources: several { $0.text() }, effects: several { $0.effect() },
                failureEffect: pick([.uncertain, .none])))
    }
}
