/// The part of a skill's manifest that steers a step's run, settled when it
/// was planned: a later edit of the manifest changes no running task, and
/// replaying a journal needs no manifests.
public struct StepTerms: Hashable, Sendable, Codable {
    public var timeout: Duration
    public var retry: RetryPolicy
    public var onLinkLoss: OnLinkLoss
    public var cancel: CancelMode
    public var idempotent: Bool
    public var risk: Risk
    /// Held by the step alone while it runs, e.g. `gripper(dog)`, `table`.
    public var resources: [String]
    /// Bound to the step's robot and arguments.
    public var effects: [Effect]
    public var failureEffect: FailureEffect

    public init(
        timeout: Duration = .seconds(60), retry: RetryPolicy = RetryPolicy(),
        onLinkLoss: OnLinkLoss = .stop, cancel: CancelMode = .stop, idempotent: Bool = false,
        risk: Risk = .low, resources: [String] = [], effects: [Effect] = [],
        failureEffect: FailureEffect = .none
    ) {
        self.timeout = timeout
        self.retry = retry
        self.onLinkLoss = onLinkLoss
        self.cancel = cancel
        self.idempotent = idempotent
        self.risk = risk
        self.resources = resources
        self.effects = effects
        self.failureEffect = failureEffect
    }
}
