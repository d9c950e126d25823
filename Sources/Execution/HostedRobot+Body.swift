import RobotModel
public import SkillKit

extension HostedRobot {
    /// Says what a body knows of orders from before a restart: done, surely not
    /// begun, or unknown. Where it can't tell, what it sees now goes along.
    public mutating func settle(_ pending: [AttemptRecord], by bodies: (any BodyProvider)?) async {
        for record in pending where record.outcome == nil {
            let attempt = record.attempt
            switch await bodies?.wasDone(attempt) {
            case true?: attempts[attempt] = .some(.succeeded)
            // The body has nothing of it: it is safe to begin again.
            case false?: highestToken = FencingToken(epoch: 0, counter: 0)
            case nil:
                highestToken = record.token
                observed = await bodies?.observe(by: description.id) ?? []
            }
        }
    }
}
