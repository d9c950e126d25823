import Coordination
import PlanRules
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
    /// Where the work is long, somebody tidies up all the while: else ever
    /// fewer robots would be at work, and ever more tasks paused.
    private var isLong: Bool { site.scenario.options.work == .long }

    func schedule() {
        for order in site.scenario.orders {
            site.agenda.add("order", at: Site.start + order.at) { [unowned self] in give(order) }
        }
        let first = isLong ? .seconds(20) : site.scenario.options.duration + .seconds(9)
        site.agenda.add("tidy up", at: Site.start + first) {
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
        site.say("order \(order.name): \(input.digest)")
        lastOrder = input
        carryOut(input)
    }

    private func carryOut(_ input: CoordinationInput) {
        // The e-stop is sent before it is journalled, and released after.
        if case .emergencyStopped(let person, _) = input {
            site.button.press(by: person)
            // A full disk doesn't turn it away: it is written when there is room.
            return site.brain.report(input)
        }
        site.brain.commit(input) { [unowned self] refusal in
            if case .emergencyReleased = input, refusal == nil { site.button.release() }
        }
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
        guard !isLong, retired < site.scenario.world.robots.count / 3 else { return nil }
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

    /// Gives a step to another robot, leaves one out, or adds one; checked as
    /// every change is.
    private func edit(_ random: inout SeededRandom) -> CoordinationInput? {
        let running = machine.taskViews.filter { $0.state == .running }
        guard !running.isEmpty else { return nil }
        let task = random.pick(running)
        let waiting = task.steps.filter { $0.state == .blocked || $0.state == .ready }
        guard !waiting.isEmpty else { return nil }
        let step = random.pick(waiting).step
        let world = site.scenario.world
        let change: PlanChange
        switch random.below(4) {
        case 0, 1: change = .reassign(step.id, to: random.pick(world.robots))
        case 2: change = .remove(step.id)
        default:
            change = .insert([
                InsertedStep(
                    WorkflowStep(
                        id: StepID("more\(keys)"), skill: "dry",
                        arguments: ["what": .entity(random.pick(world.places))]),
                    before: random.happens(oneIn: 2) ? [step.id] : [])
            ])
        }
        var editor = PlanEditor(
            team: world.team, world: site.brain.belief, revision: task.revision, waiting: waiting.map(\.step),
            underWay: task.steps.filter(\.state.isOnRobot).map(\.step), taken: Set(task.steps.map(\.step.id)))
        for robot in machine.robotViews where robot.state != .available && robot.state != .busy {
            editor.closed[robot.description.id] = robot.state.rawValue
        }
        do throws(PlanFlaw) {
            return .planEdited(task.id, try editor.edit(change), order())
        } catch {
            return nil
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
        site.agenda.add("tidy up", after: .seconds(isLong ? 20 : 3)) { [unowned self] in tidyUp() }
        site.restartStuck()
        guard site.brain.isServing else { return }
        var inputs: [CoordinationInput] = []
        if machine.emergency != nil { inputs.append(.emergencyReleased(by: "ben", reason: "the end")) }
        for robot in machine.robotViews {
            switch robot.state {
            case .draining, .maintenance:
                inputs.append(.robotAdministered(robot.description.id, .resume, by: "ben"))
            case .manual: inputs.append(.robotAdministered(robot.description.id, .giveBack, by: "ben"))
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
            if task.note.hasPrefix("paused") {
                inputs.append(.taskOrdered(task.id, .resume, order()))
            }
        }
        for input in inputs { carryOut(input) }
    }
}
