public import RobotModel

extension StepTerms {
    /// The terms of a step that makes this call, once or as often as the
    /// policies say.
    ///
    /// - Throws: `badTerms` where ``BoundSkill/check(repeats:votes:)`` does.
    public init(
        _ bound: BoundSkill, repeats: RepeatPolicy? = nil, votes: VotePolicy? = nil
    ) throws(PlanFlaw) {
        try bound.check(repeats: repeats, votes: votes)
        self.init(bound)
        self.repeats = repeats
        self.votes = votes
    }

    /// The terms of a step that makes this call once.
    public init(_ bound: BoundSkill) {
        let manifest = bound.manifest
        self.init(
            timeout: manifest.duration.timeout, retry: manifest.retry, onLinkLoss: manifest.onLinkLoss,
            cancel: manifest.cancel, idempotent: manifest.idempotent, risk: manifest.risk,
            resources: bound.resources, effects: bound.effects,
            failureEffect: manifest.effects.failure, preemptible: manifest.preemptible,
            compensation: bound.compensation)
    }
}

extension Compensation {
    /// The bound call as what puts another one right.
    init(_ bound: BoundSkill) {
        self.init(
            skill: bound.manifest.name, arguments: bound.arguments,
            timeout: bound.manifest.duration.timeout, resources: bound.resources,
            effects: bound.effects, failureEffect: bound.manifest.effects.failure)
    }
}

extension BoundSkill {
    /// Whether the skill can be run as often as the policies say.
    ///
    /// - Throws: `badTerms` for votes on a skill that isn't idempotent or that
    ///   nothing could win, and for a repeat whose end the skill doesn't
    ///   return or whose next round couldn't take what it returns.
    public func check(repeats: RepeatPolicy?, votes: VotePolicy?) throws(PlanFlaw) {
        if let votes {
            guard manifest.idempotent else {
                throw PlanFlaw(
                    .badTerms,
                    "\(manifest.name) isn’t idempotent, so it can’t be asked for several votes")
            }
            guard votes.ahead > 0, votes.most >= votes.ahead else {
                throw PlanFlaw(
                    .badTerms,
                    "votes need “ahead” of at least 1 and “most” of at least that, not \(votes.ahead) and \(votes.most)"
                )
            }
        }
        guard let repeats else { return }
        guard let end = manifest.returns.first(where: { $0.name == repeats.until }) else {
            let names = manifest.returns.map(\.name)
            throw PlanFlaw(
                .badTerms,
                "\(manifest.name) repeats until “\(repeats.until)”, which it doesn’t return"
                    + NearMatches.hint(for: repeats.until, among: names))
        }
        guard end.type == "boolean" else {
            throw PlanFlaw(
                .badTerms,
                "\(manifest.name) repeats until “\(repeats.until)”, which must be a boolean and is of type \(end.type)"
            )
        }
        guard repeats.most != 0 else {
            throw PlanFlaw(.badTerms, "\(manifest.name) repeats at most 0 times; leave it out for no limit")
        }
        for parameter in manifest.parameters {
            guard let next = manifest.returns.first(where: { $0.name == parameter.name }),
                next.type != parameter.type
            else { continue }
            throw PlanFlaw(
                .badTerms,
                "\(manifest.name) returns \(next.name) as \(next.type), but its next round takes \(parameter.type)"
            )
        }
    }
}
