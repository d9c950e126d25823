public import SkillKit

/// Robots and skills that the program around a node brings along: they run in
/// its process, as the simulated ones do, and take their place. Whoever brings
/// them also turns the simulation off, and declares their skills by drop-in
/// files.
public struct LinkedInRobots: Sendable {
    public var bodies: any BodyProvider
    public var skills: [any Skill]

    public init(bodies: any BodyProvider, skills: [any Skill]) {
        self.bodies = bodies
        self.skills = skills
    }
}
