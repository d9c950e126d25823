import PlanRules
import RobotModel
import Testing

@Suite struct BoundSkillTests {
    private func bind(_ skill: SkillName, _ robot: RobotID?, _ arguments: [String: Value]) throws(PlanFlaw)
        -> BoundSkill
    {
        try BoundSkill(
            SkillCall(skill: skill, robot: robot, arguments: arguments), team: Samples.team,
            world: Samples.world)
    }

    private func code(_ skill: SkillName, _ robot: RobotID?, _ arguments: [String: Value]) -> PlanFlaw.Code? {
        do throws(PlanFlaw) {
            _ = try bind(skill, robot, arguments)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `conditions, effects and resources speak of the robot and its arguments`() throws {
        let bound = try bind("take", "ada", ["item": .entity("cup")])
        #expect(bound.startConditions.map(\.description) == ["at(ada, cup)", "not holding(ada, *)"])
        #expect(bound.holdConditions.map(\.description) == ["in(ada, kitchen)"])
        #expect(
            bound.effects.map(\.description) == ["holding(ada, cup)", "not on(cup, *)", "not at(*, cup)"])
        #expect(bound.resources == ["gripper(ada)", "cup"])
    }

    private func pouring(cancelledBy mode: CancelMode) -> Team {
        var team = Samples.team
        var pour = Samples.skill(
            "pour",
            [SkillParameter(name: "item", type: "item"), SkillParameter(name: "times", type: "number")],
            start: [], effects: ["empty(item)"])
        pour.cancel = mode
        pour.preemptible = true
        var upright = Samples.skill(
            "set_upright", [SkillParameter(name: "item", type: "item")], start: ["tilted(item)"],
            effects: ["not tilted(item)"], resources: ["self.gripper"])
        upright.duration.timeoutSeconds = 7.5
        upright.effects.failure = .uncertain
        team.skills["pour"] = pour
        team.skills["set_upright"] = upright
        team.robots["ada"]?.skills += ["pour", "set_upright"]
        team.robots["bob"]?.skills += ["pour"]
        return team
    }

    private func pour(_ robot: RobotID, _ mode: CancelMode) throws(PlanFlaw) -> BoundSkill {
        try BoundSkill(
            SkillCall(
                skill: "pour", robot: robot, arguments: ["item": .entity("cup"), "times": .number(2)]),
            team: pouring(cancelledBy: mode), world: Samples.world)
    }

    @Test func `what compensates for a stop is settled with the step`() throws {
        let bound = try pour("ada", .compensate("set_upright"))
        let terms = StepTerms(bound)
        #expect(terms.preemptible)
        #expect(
            terms.compensation
                == Compensation(
                    skill: "set_upright", arguments: ["item": .entity("cup")],
                    timeout: .milliseconds(7500), resources: ["gripper(ada)"],
                    effects: [try Samples.syntax.effect("not tilted(cup)")], failureEffect: .uncertain))
        #expect(StepTerms(try pour("ada", .stop)).compensation == nil)
    }

    @Test func `a call that couldn’t be put right is refused`() {
        #expect(
            throws: PlanFlaw(
                .unknownSkill, "pour is put right by mop when it is stopped, but no skill is called “mop”")
        ) {
            try pour("ada", .compensate("mop"))
        }
        #expect(
            throws: PlanFlaw(
                .notCapable,
                "pour is put right by set_upright when it is stopped, but bob doesn’t have the skill set_upright"
            )
        ) {
            try pour("bob", .compensate("set_upright"))
        }
        #expect(
            throws: PlanFlaw(
                .badArgument, "pour is put right by go when it is stopped, but go needs the argument target")
        ) {
            try pour("ada", .compensate("go"))
        }
    }

    @Test func `votes and repeats need a skill that is made for them`() throws {
        var manifest = Samples.skill(
            "count", [SkillParameter(name: "from", type: "number")], start: [], effects: [])
        manifest.returns = [
            SkillParameter(name: "from", type: "number"), SkillParameter(name: "done", type: "boolean"),
        ]
        func flaw(_ manifest: SkillManifest, _ repeats: RepeatPolicy?, _ votes: VotePolicy? = nil)
            -> PlanFlaw?
        {
            do throws(PlanFlaw) {
                var team = Samples.team
                team.skills["count"] = manifest
                team.robots["ada"]?.skills += ["count"]
                let call = SkillCall(skill: "count", robot: "ada", arguments: ["from": .number(1)])
                let terms = try StepTerms(
                    try BoundSkill(call, team: team, world: Samples.world), repeats: repeats, votes: votes)
                #expect(terms.repeats == repeats && terms.votes == votes)
                return nil
            } catch {
                return error
            }
        }
        #expect(flaw(manifest, RepeatPolicy(until: "done", most: 3)) == nil)
        #expect(flaw(manifest, RepeatPolicy(until: "don"))?.message.contains("did you mean “done”?") == true)
        #expect(flaw(manifest, RepeatPolicy(until: "from"))?.code == .badTerms)
        #expect(flaw(manifest, RepeatPolicy(until: "done", most: 0))?.code == .badTerms)
        #expect(flaw(manifest, nil, VotePolicy(ahead: 2))?.code == .badTerms)
        manifest.idempotent = true
        #expect(flaw(manifest, nil, VotePolicy(ahead: 2)) == nil)
        #expect(flaw(manifest, nil, VotePolicy(ahead: 0))?.code == .badTerms)
        #expect(flaw(manifest, nil, VotePolicy(ahead: 3, most: 2))?.code == .badTerms)
        manifest.returns[0].type = "text"
        #expect(flaw(manifest, RepeatPolicy(until: "done"))?.message.contains("next round") == true)
    }

    @Test func `texts become entities and defaults are filled in`() throws {
        #expect(try bind("take", "ada", ["item": .text("cup")]).arguments == ["item": .entity("cup")])
        let wave = try bind("wave", "bob", ["note": .text("hello")])
        #expect(wave.arguments == ["times": .number(3), "note": .text("hello")])
    }

    @Test func `each wrong call is refused by its flaw`() {
        #expect(code("take", nil, ["item": .entity("cup")]) == .unknownRobot)
        #expect(code("take", "eve", ["item": .entity("cup")]) == .unknownRobot)
        #expect(code("fly", "ada", [:]) == .unknownSkill)
        #expect(code("go", "arm", ["target": .entity("cup")]) == .notCapable)
        #expect(code("take", "ada", [:]) == .badArgument)
        #expect(code("take", "ada", ["item": .number(1)]) == .badArgument)
        #expect(code("take", "ada", ["item": .entity("table")]) == .badArgument)
        #expect(code("take", "ada", ["item": .entity("cup"), "force": .number(1)]) == .badArgument)
        #expect(code("take", "ada", ["item": .entity("spoon")]) == .unknownEntity)
    }

    @Test func `holding conditions must hold at the start as well`() throws {
        var world = Samples.world
        world.facts.insert(try Samples.syntax.fact("at(arm, cup)"))
        let bound = try bind("take", "arm", ["item": .entity("cup")])
        #expect(
            bound.unmetCondition(in: FactIndex(world, rules: StandardRules.rules))?.description
                == "in(arm, kitchen)")
    }

    @Test func `a fact that both ends and begins, begins`() throws {
        var world = Samples.world
        world.facts.insert(try Samples.syntax.fact("at(ada, cup)"))
        world.facts.insert(try Samples.syntax.fact("at(ada, table)"))
        let bound = try bind("go", "ada", ["target": .entity("cup")])
        let (ending, beginning) = bound.changes(in: FactIndex(world, rules: StandardRules.rules))
        #expect(ending.map(\.description) == ["at(ada, table)"])
        #expect(beginning.map(\.description) == ["at(ada, cup)"])
    }

    @Test func `an effect's condition is read in the world before the step`() throws {
        var world = Samples.world
        for text in ["on(fork, ada)", "at(bob, fork)", "at(bob, cup)"] {
            world.facts.insert(try Samples.syntax.fact(text))
        }
        world.apply(try bind("go", "ada", ["target": .entity("table")]), rules: StandardRules.rules)
        #expect(!world.facts.contains(try Samples.syntax.fact("at(bob, fork)")), "the fork rode away on ada")
        #expect(world.facts.contains(try Samples.syntax.fact("at(bob, cup)")))
    }
}
