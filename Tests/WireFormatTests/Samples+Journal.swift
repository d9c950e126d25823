import RobotModel

extension Samples {
    static let inputKinds = 22

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
        case 6: .robotAdministered(id(), pick(RobotVerb.allCases), by: text(), reason: text())
        case 7: .attemptAccepted(attempt(), token())
        case 8: .attemptEnded(attempt(), token(), outcome())
        case 9: .goalChecked(id(), revision: bits(), unmet: maybe { $0.text() })
        case 10: .timerFired(timer())
        case 11: .cancelRequested(id(), by: text(), reason: text())
        case 12: .approvalAnswered(id(), approved: flip(), by: text(), reason: text())
        case 13: .settingsChanged(settings())
        case 14:
            .taskOrdered(id(), pick([.pause, .resume, .replan, .skip(id()), .retry(id())]), order())
        case 15:
            .planEdited(
                id(),
                PlanEdit(
                    kind: pick(PlanEdit.Kind.allCases), revision: bits(), steps: several { $0.step() },
                    removed: several { $0.id() }), order())
        case 16: .questionAnswered(id(), id(), answer: text(), order())
        case 17: .scheduleSet(schedule(), order())
        case 18: .scheduleRemoved(id(), order())
        case 19: .emergencyStopped(by: text(), reason: text())
        case 20: .emergencyReleaseAsked(by: text(), reason: text())
        default: .emergencyReleased(by: text(), reason: text())
        }
    }

    private mutating func timer() -> CoordinationTimer {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .attemptOverdue(attempt())
        case 1: .retryDue(id(), id())
        case 2: .linkOverdue(id())
        case 3: .questionOverdue(id(), id())
        case 4: .breakerDue(id(), id())
        case 5: .scheduleDue(id())
        case 6: .deadlineDue(id())
        default: .planOverdue(id(), revision: bits())
        }
    }

    private mutating func order() -> PersonOrder {
        PersonOrder(by: text(), reason: text(), key: maybe { $0.text() })
    }

    private mutating func duration() -> Duration {
        .nanoseconds(pick([0, 1, .max, Int64.random(in: 0...1 << 50, using: &random)]))
    }

    private mutating func settings() -> CoordinationSettings {
        CoordinationSettings(
            linkGrace: duration(), overdueGrace: duration(), planningLimit: duration(),
            breakerFailures: pick([0, 3, .max, .min]), breakerWindow: duration(),
            breakerPause: duration(), mostRevisions: bits(), headStart: duration(),
            preemptionGap: pick([0, 10, .max, .min]),
            questions: QuestionPolicy(
                channel: text(), timeout: duration(), defaultOption: text(),
                escalation: maybe { $0.text() }), keyRetention: duration())
    }

    private mutating func schedule() -> Schedule {
        let recurrence: Recurrence =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .once(instant())
            case 1: .every(seconds: pick([1, 60, .max, .min]), from: instant())
            default:
                .weekly(
                    days: several { $0.pick([1, 5, 7, .max, .min]) }, secondsOfDay: pick([0, 86_399, .max]))
            }
        return Schedule(id: id(), request: request(), recurrence: recurrence)
    }

    private mutating func repeats() -> RepeatPolicy { RepeatPolicy(until: text(), most: maybe { $0.bits() }) }
    mutating func votes() -> VotePolicy {
        let ahead = max(1, bits(UInt32.self))
        return VotePolicy(ahead: ahead, most: max(ahead, bits()))
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
                                arguments: $0.arguments(), after: $0.several { $0.id() },
                                repeats: $0.maybe { $0.repeats() }, votes: $0.maybe { $0.votes() })
                        }))
            }
        return TaskRequest(
            ask, priority: pick([0, 7, -7, .max, .min]), requester: text(),
            idempotencyKey: maybe { $0.text() }, deadline: maybe { $0.instant() }, asksPeople: flip())
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
                failureEffect: pick([.uncertain, .none]), preemptible: flip(),
                compensation: maybe { samples in
                    Compensation(
                        skill: samples.id(), arguments: samples.arguments(), timeout: samples.duration(),
                        resources: samples.several { $0.text() }, effects: samples.several { $0.effect() },
                        failureEffect: samples.pick([.uncertain, .none]))
                }, repeats: maybe { $0.repeats() }, votes: maybe { $0.votes() }))
    }
}
