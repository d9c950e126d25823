import Coordination
import RobotModel

/// People who meddle: give orders at random, answer now and then, and in the
/// end tidy up.
final class People {
    private unowned let site: Site
    private var lastOrder: CoordinationInput?
    private var keys = 0
    private var schedules = 0
    /// When the last robot was sent away for good; one stays.
    private var retired = 0

    init(site: Site) { self.site = site }

    private var machine: CoordinationMachine { site.brain.machine }

    func schedule() {
        for order in site.scenario.orders {
            site.agenda.add("order", at: Site.start + order.at) { [unowned self] in give(order) }
        }
        site.agenda.add("tidy up", at: Site.start + site.scenario.options.duration + .seconds(9)) {
            [unowned self] in
            tidyUp()
        }
    }

    private func give(_ order: Order) {
        guard site.brain.isServing else { return }
        var random = SeededRandom(seed: order.roll)
        if order.verb == .look { return look(random: &random) }
        guard let input = order.verb == .repeatOrder ? lastOrder : input(for: order.verb, random: &random)
        else {
            return
        }
        site.say("order \(order.name): \(input)")
        lastOrder = input
        site.brain.commit(input) { _ in }
    }

    /// What a verb does now; nil where there is nothing to do it to.
    private func input(for verb: PersonVerb, random: inout SeededRandom) -> CoordinationInput? {
        switch verb {
        case .cancel: anyTask(&random).map { .cancelRequested($0.id, by: "anna", reason: "no longer wanted") }
        case .pause: anyTask(&random).map { .taskOrdered($0.id, .pause, order()) }
        case .resume: anyTask(&random).map { .taskOrdered($0.id, .resume, order()) }
        case .replan: anyTask(&random).map { .taskOrdered($0.id, .replan, order()) }
        case .skip: anyStep(&random).map { .taskOrdered($0, .skip($1), order()) }
        case .retry: anyStep(&random).map { .taskOrdered($0, .retry($1), order()) }
        case .approve:
            anyTask(&random, .awaitingApproval).map { .approvalAnswered($0.id, approved: true, by: "anna") }
        case .reject:
            anyTask(&random, .awaitingApproval).map { .approvalAnswered($0.id, approved: false, by: "anna") }
        case .answer: answer(&random)
        case .edit: edit(&random)
        case .drain: .robotAdministered(anyRobot(&random), .drain, by: "ben")
        case .takeOver: .robotAdministered(anyRobot(&random), .takeOver, by: "ben")
        case .maintain: .robotAdministered(anyRobot(&random), .maintain, by: "ben")
        case .giveBack:
            .robotAdministered(anyRobot(&random), random.happens(oneIn: 2) ? .giveBack : .resume, by: "ben")
        case .retire: retire(&random)
        case .emergencyStop: .emergencyStopped(by: "ben", reason: "smoke")
        case .emergencyRelease: .emergencyReleased(by: "ben", reason: "all clear")
        case .schedule: newSchedule(&random)
        case .unschedule: machine.scheduleViews.first.map { .scheduleRemoved($0.schedule.id, order()) }
        case .look, .repeatOrder: nil
        }
    }

    private func order() -> PersonOrder {
        keys += 1
        return PersonOrder(by: "anna", reason: "said so", key: keys % 2 == 0 ? "order\(keys)" : nil)
    }

    private func anyTask(_ random: inout SeededRandom, _ state: TaskState? = nil) -> TaskView? {
        let tasks = machine.taskViews.filter { state == nil || $0.state == state }
        return tasks.isEmpty ? nil : random.pick(tasks)
    }

    private func anyStep(_ random: inout SeededRandom) -> (TaskID, StepID)? {
        guard let task = anyTask(&random) else { return nil }
        let steps = task.steps.filter { !$0.state.isFinal }
        return steps.isEmpty ? nil : (task.id, random.pick(steps).step.id)
    }

    private func anyRobot(_ random: inout SeededRandom) -> RobotID { random.pick(site.scenario.world.robots) }

    private func answer(_ random: inout SeededRandom) -> CoordinationInput? {
        let asking = machine.taskViews.filter { $0.question != nil }
        guard !asking.isEmpty else { return nil }
        let task = random.pick(asking)
        return task.question.map {
            .questionAnswered(task.id, $0.id, answer: random.pick($0.options), order())
        }
    }

    private func retire(_ random: inout SeededRandom) -> CoordinationInput? {
        // Robot 1 can do everything; somebody must be left.
        guard retired < site.scenario.world.robots.count / 3 else { return nil }
        retired += 1
        return .robotAdministered(
            site.scenario.world.robots[site.scenario.world.robots.count - retired], .retire, by: "ben")
    }

    private func newSchedule(_ random: inout SeededRandom) -> CoordinationInput? {
        schedules += 1
        let request = site.scenario.world.request(number: 1000 + schedules, random: &random)
        let now = site.brain.clock.now
        let recurrence: Recurrence =
            random.happens(oneIn: 2)
            ? .once(now + random.milliseconds(500...9000))
            : .every(seconds: Int64(5 + random.below(20)), from: now + random.milliseconds(0...5000))
        return .scheduleSet(
            Schedule(id: ScheduleID("daily\(schedules)"), request: request, recurrence: recurrence), order())
    }

    /// Gives a step to another robot, leaves one out, or adds one.
    private func edit(_ random: inout SeededRandom) -> CoordinationInput? {
        let running = machine.taskViews.filter { $0.state == .running }
        guard !running.isEmpty else { return nil }
        let task = random.pick(running)
        let waiting = task.steps.filter { $0.state == .blocked || $0.state == .ready }
        guard let some = waiting.isEmpty ? nil : random.pick(waiting) else { return nil }
        var step = some.step
        switch random.below(3) {
        case 0:
            let able = site.scenario.world.scene.robots.filter { $0.skills.contains(step.skill) }.map(\.id)
            step.robot = random.pick(able)
            return .planEdited(
                task.id, PlanEdit(kind: .reassign, revision: task.revision, steps: [step]), order())
        case 1:
            return .planEdited(
                task.id, PlanEdit(kind: .remove, revision: task.revision, removed: [step.id]), order())
        default:
            var extra = step
            extra.id = StepID("\(step.id)-more\(keys)")
            extra.skill = "go"
            extra.arguments = ["to": .entity(random.pick(site.scenario.world.places))]
            extra.terms = StepTerms(
                timeout: .seconds(6), resources: ["base(\(step.robot))"],
                effects: [
                    Effect(Literal("at", [.entity(EntityID(step.robot)), .any], isPositive: false)),
                    Effect(
                        Literal(Fact("at", EntityID(step.robot), extra.arguments["to"]?.entity ?? "place1"))),
                ], failureEffect: .uncertain)
            return .planEdited(
                task.id, PlanEdit(kind: .insert, revision: task.revision, steps: [extra]), order())
        }
    }

    /// Someone looks at a thing and says where it is.
    private func look(random: inout SeededRandom) {
        let name = random.pick(site.scenario.world.items + site.scenario.world.places)
        site.say("someone looks at \(name)")
        site.brain.observe(site.truth.sight(of: [name]), by: "carl")
    }

    // MARK: Tidying up

    /// Lets everything go on that waits for a person.
    private func tidyUp() {
        site.agenda.add("tidy up", after: .seconds(3)) { [unowned self] in tidyUp() }
        site.restartStuck()
        guard site.brain.isServing else { return }
        var inputs: [CoordinationInput] = []
        if machine.emergency != nil { inputs.append(.emergencyReleased(by: "ben", reason: "the end")) }
        for robot in machine.robotViews {
            switch robot.state {
            case .draining, .maintenance, .manual:
                inputs.append(.robotAdministered(robot.description.id, .giveBack, by: "ben"))
            default: break
            }
        }
        for schedule in machine.scheduleViews {
            inputs.append(.scheduleRemoved(schedule.schedule.id, order()))
        }
        for task in machine.taskViews {
            if task.state == .awaitingApproval {
                inputs.append(.approvalAnswered(task.id, approved: true, by: "ben"))
            }
            if task.state == .paused, task.question == nil {
                inputs.append(.taskOrdered(task.id, .resume, order()))
            }
        }
        for input in inputs { site.brain.commit(input) { _ in } }
    }
}
