import RobotModel

/// When to stop looking: the caller's time limit, or its word.
struct PlanningBudget {
    private let deadline: ContinuousClock.Instant
    private let isCancelled: () -> Bool

    init(limit: Duration, isCancelled: @escaping () -> Bool) {
        deadline = ContinuousClock.now + limit
        self.isCancelled = isCancelled
    }

    /// A budget that ends when half of what is left of this one is over.
    var half: PlanningBudget {
        let left = ContinuousClock.now.duration(to: deadline)
        return PlanningBudget(limit: left / 2, isCancelled: isCancelled)
    }

    var isSpent: Bool { ContinuousClock.now >= deadline || isCancelled() }

    /// - Throws: `outOfTime` when nothing more may be done.
    func check() throws(Rejection) {
        if isCancelled() { throw Rejection(.outOfTime, "planning was cancelled before a plan was found") }
        if ContinuousClock.now >= deadline {
            throw Rejection(
                .outOfTime, "no plan was found within the planning time; allow more, or ask for less at once")
        }
    }
}
