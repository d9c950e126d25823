import PlanRules
import RobotModel
import Testing

@Suite struct PlanEditorTests {
    /// Ada fetches the cup; bob waits with a word of thanks.
    private static let plan: [PlanStep] = [
        bound("s1", "ada", "go", ["target": .entity("cup")]),
        bound("s2", "ada", "take", ["item": .entity("cup")], after: ["s1"]),
        bound("s3", "bob", "wave", ["note": .text("thanks"), "times": .number(3)], after: ["s2"]),
    ]

    private static func bound(
        _ id: StepID, _ robot: RobotID, _ skill: SkillName, _ arguments: [String: Value],
        after: [StepID] = []
    ) -> PlanStep {
        let call = SkillCall(skill: skill, robot: robot, arguments: arguments)
        let bound = try! BoundSkill(call, team: Samples.team, world: Samples.world)
        return PlanStep(
            id: id, robot: robot, skill: skill, arguments: bound.arguments, after: after,
            expectedDurationSeconds: 1, terms: StepTerms(bound))
    }

    private func editor(closed: [RobotID: String] = [:]) -> PlanEditor {
        PlanEditor(
            team: Samples.team, world: Samples.world, revision: 4, waiting: Self.plan, closed: closed)
    }

    private func flaw(_ change: PlanChange, _ editor: PlanEditor? = nil) -> PlanFlaw? {
        do throws(PlanFlaw) {
            _ = try (editor ?? self.editor()).edit(change)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a step goes to another robot with terms of its own`() throws {
        let edit = try editor().edit(.reassign("s3", to: "ada"))
        #expect(edit.kind == .reassign)
        #expect(edit.revision == 4)
        #expect(edit.removed.isEmpty)
        #expect(edit.steps.map(\.id) == ["s3"])
        #expect(edit.steps[0].robot == "ada")
        #expect(edit.steps[0].terms.effects == [try Samples.syntax.effect("greeted(ada)")])
        #expect(edit.steps[0].after == ["s2"])
    }

    @Test func `a robot that couldn’t run the step is refused with the fact that is missing`() {
        let unmet = flaw(.reassign("s2", to: "bob"))
        #expect(unmet?.code == .conditionUnmet)
        #expect(unmet?.step == "s2")
        #expect(unmet?.message == "bob: take(item: cup) needs at(bob, cup)")
        #expect(flaw(.reassign("s3", to: "arm"))?.code == .notCapable)
        #expect(flaw(.reassign("s3", to: "eve"))?.code == .unknownRobot)
        let closed = flaw(.reassign("s3", to: "ada"), editor(closed: ["ada": "draining"]))
        #expect(closed?.message == "ada takes nothing new: it is draining")
        #expect(flaw(.reassign("s9", to: "ada"))?.code == .badOrder)
    }

    @Test func `arguments are changed one by one, and checked`() throws {
        let edit = try editor().edit(.edit("s3", arguments: ["times": .number(5)]))
        #expect(edit.steps.map(\.arguments) == [["times": .number(5), "note": .text("thanks")]])
        #expect(flaw(.edit("s3", arguments: ["times": .text("often")]))?.code == .badArgument)
        #expect(flaw(.edit("s3", arguments: ["loud": .boolean(true)]))?.code == .badArgument)
        #expect(flaw(.edit("s2", arguments: ["item": .entity("pear")]))?.code == .unknownEntity)
        // The step before it goes to the cup.
        let unmet = flaw(.edit("s2", arguments: ["item": .entity("fork")]))
        #expect(unmet?.code == .conditionUnmet && unmet?.step == "s2")
    }

    @Test func `a step that nothing needs is removed, and its place in the order stays`() throws {
        var editor = editor()
        editor.waiting.insert(Self.bound("s0", "bob", "wave", ["note": .text("hi")]), at: 0)
        editor.waiting[2].after = ["s0", "s1"]
        editor.waiting[3].after = ["s2"]
        let needed = flaw(.remove("s1"))
        #expect(needed?.code == .conditionUnmet && needed?.step == "s2")
        #expect(try editor.edit(.remove("s0")).steps.map(\.after) == [["s1"]])
        editor.waiting[0].after = ["x1"]
        editor.taken.insert("x1")
        let edit = try editor.edit(.remove("s0"))
        #expect(edit.removed == ["s0"])
        #expect(edit.steps.map(\.id) == ["s2"])
        #expect(edit.steps[0].after == ["x1", "s1"])
    }

    @Test func `steps are inserted where they belong, by whoever can`() throws {
        let edit = try editor().edit(
            .insert([
                InsertedStep(
                    WorkflowStep(
                        id: "look", skill: "peek", arguments: ["item": .text("cup")]), before: ["s2"])
            ]))
        #expect(edit.steps.map(\.id) == ["s2", "look"])
        #expect(edit.steps[0].after == ["s1", "look"])
        #expect(edit.steps[1].robot == "ada")
        // Ada is at one thing at a time.
        #expect(edit.steps[1].after == ["s1"])
        #expect(edit.steps[1].expectedDurationSeconds == 1)
        let late = flaw(
            .insert([
                InsertedStep(
                    WorkflowStep(id: "look", skill: "peek", arguments: ["item": .text("cup")], after: ["s2"]))
            ]))
        #expect(late?.code == .conditionUnmet && late?.step == "look")
    }

    @Test func `inserted steps that can’t be placed are refused`() {
        func insert(_ id: StepID, after: [StepID] = [], before: [StepID] = []) -> PlanChange {
            .insert([
                InsertedStep(
                    WorkflowStep(id: id, skill: "wave", arguments: ["note": .text("x")], after: after),
                    before: before)
            ])
        }
        #expect(flaw(insert("s1"))?.code == .badOrder)
        #expect(flaw(insert("x", after: ["nowhere"]))?.code == .badOrder)
        #expect(flaw(insert("x", before: ["nowhere"]))?.code == .badOrder)
        #expect(flaw(insert("x", after: ["s3"], before: ["s1"]))?.message.contains("circle") == true)
        #expect(flaw(.insert([]))?.code == .badOrder)
        #expect(
            flaw(.insert([InsertedStep(WorkflowStep(id: "x", skill: "fly"))]))?.code == .unknownSkill)
    }

    @Test func `what steps under way will do is counted on, and waited for`() throws {
        var editor = PlanEditor(
            team: Samples.team, world: Samples.world, revision: 1,
            waiting: Array(Self.plan.dropFirst()), underWay: [Self.plan[0]])
        let edit = try editor.edit(
            .insert([
                InsertedStep(
                    WorkflowStep(id: "hi", skill: "wave", robot: "bob", arguments: ["note": .text("hi")]),
                    before: ["s2"])
            ]))
        #expect(edit.steps.first { $0.id == "hi" }?.after == ["s1"])
        editor.underWay = []
        #expect(flaw(.remove("s3"), editor)?.code == .conditionUnmet)
    }
}
