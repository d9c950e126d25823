import Foundation
import RobotModel

/// An action as bytes, the same on every machine for the same action: what a
/// shell carried out can be held against what a replay would have it do.
extension CoordinationAction {
    /// One line of JSON with sorted keys, without its end.
    ///
    /// - Throws: never for an action of the core, but for numbers that JSON has
    ///   no word for.
    public func encoded() throws -> [UInt8] {
        Array(try CoordinationMachine.exactEncoder().encode(Sheet(action: self)))
    }
}

private struct Sheet: Encodable {
    let action: CoordinationAction

    private enum Key: String, CodingKey {
        case kind, attempt, token, robot, reason, claim, said, by, task, revision, formula, timer, at, event
        case view, code, message, order
    }

    func encode(to encoder: any Encoder) throws {
        var sheet = encoder.container(keyedBy: Key.self)
        func put(_ value: some Encodable, _ key: Key) throws { try sheet.encode(value, forKey: key) }
        try put(kind, .kind)
        switch action {
        case .plan(let order): try put(PlanSheet(order: order), .order)
        case .invoke(let order): try put(order, .order)
        case .cancelAttempt(let attempt, let token, let robot, let reason):
            try put(attempt, .attempt)
            try put(token, .token)
            try put(robot, .robot)
            try put(reason, .reason)
        case .confirmResult(let attempt, let token, let robot):
            try put(attempt, .attempt)
            try put(token, .token)
            try put(robot, .robot)
        case .applyEffects(let claim): try put(claim, .claim)
        case .tell(let literals, let person):
            try put(literals, .said)
            try put(person, .by)
        case .checkGoal(let task, let revision, let formula):
            try put(task, .task)
            try put(revision, .revision)
            try put(formula, .formula)
        case .startTimer(let timer, let moment):
            try put("\(timer)", .timer)
            try put(moment, .at)
        case .stopTimer(let timer): try put("\(timer)", .timer)
        case .publish(let event): try put(event, .event)
        case .archive(let view): try put(view, .view)
        case .refuse(let refusal):
            try put(refusal.code.rawValue, .code)
            try put(refusal.message, .message)
        }
    }

    private var kind: String {
        switch action {
        case .plan: "plan"
        case .invoke: "invoke"
        case .cancelAttempt: "cancelAttempt"
        case .confirmResult: "confirmResult"
        case .applyEffects: "applyEffects"
        case .tell: "tell"
        case .checkGoal: "checkGoal"
        case .startTimer: "startTimer"
        case .stopTimer: "stopTimer"
        case .publish: "publish"
        case .archive: "archive"
        case .refuse: "refuse"
        }
    }
}

/// Sets and dictionaries by their order, which they have none of themselves.
private struct PlanSheet: Encodable {
    let order: PlanOrder

    private enum Key: String, CodingKey {
        case task, revision, ask, goal, finished, running, requester, unavailable, busy, suspended, excluded
    }

    func encode(to encoder: any Encoder) throws {
        var sheet = encoder.container(keyedBy: Key.self)
        try sheet.encode(order.task, forKey: .task)
        try sheet.encode(order.revision, forKey: .revision)
        try sheet.encode(order.ask, forKey: .ask)
        try sheet.encodeIfPresent(order.goal, forKey: .goal)
        try sheet.encode(order.finished, forKey: .finished)
        try sheet.encode(order.running, forKey: .running)
        try sheet.encode(order.requester, forKey: .requester)
        try sheet.encode(named(order.unavailable), forKey: .unavailable)
        try sheet.encode(order.busy.sorted(), forKey: .busy)
        try sheet.encode(named(order.suspended), forKey: .suspended)
        try sheet.encode(order.excluded, forKey: .excluded)
    }

    private func named<Value>(_ values: [RobotID: Value]) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }
}
