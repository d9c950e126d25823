import Language
import PlanRules
import RobotModel
import Testing

/// The phrases of a skill work as soon as it is registered.
@Suite struct NewSkillTests {
    private func home(_ manifests: SkillManifest...) throws -> LanguageContext {
        var home = try Fixtures.home()
        for manifest in manifests {
            home.team.skills[manifest.name] = manifest
            home.team.robots["rover"]?.skills.append(manifest.name)
        }
        return home
    }

    @Test func `one with a lasting effect becomes a goal and an adjective`() throws {
        let home = try home(
            Fixtures.skill("polish", ["polish {item}"], [("item", "item")], effects: ["polished(item)"]))
        #expect(
            try Fixtures.line("polish the apple and the red mug", in: home)
                == "polished(apple) and polished(mug_1)")
        #expect(try Fixtures.line("polish every mug", in: home) == "forall ?m: mug. polished(?m)")
        #expect(try Fixtures.line("the apple should be polished", in: home) == "polished(apple)")
        #expect(try Fixtures.line("rover, polish the apple", in: home) == "[rover] polished(apple)")
        #expect(Fixtures.refusal("polsih the apple", in: home)?.suggestions.first == "polish")
    }

    @Test func `one without effects is performed`() throws {
        let home = try home(
            Fixtures.skill("look", ["look at {thing}"], [("thing", "entity")], effects: []),
            Fixtures.skill("wait", ["wait [for] {seconds} [seconds]"], [("seconds", "number")], effects: []))
        #expect(try Fixtures.line("look at the fridge", in: home) == "look(thing: fridge)")
        #expect(try Fixtures.line("wait for 2.5 seconds", in: home) == "wait(seconds: 2.5)")
        #expect(
            try Fixtures.line("look at the apple and the bread", in: home)
                == "look(thing: apple); look(thing: bread)")
    }

    @Test func `alternatives and options of a phrase are all understood`() throws {
        let home = try home(
            Fixtures.skill(
                "water", ["(water|give water to) [all] {plant}"], [("plant", "entity")],
                effects: ["watered(plant)"]))
        for words in ["water the apple", "give water to the apple", "give water to all the apple"] {
            #expect(try Fixtures.line(words, in: home) == "watered(apple)")
        }
    }

    @Test(arguments: [
        "", "[", "polish {", "{item}", "(a|b", "polish {item} {item}", "a [b [c [d [e [f [g [h [i]]]]]]]]",
        "[a][b][c][d][e][f][g][h] {item}",
    ])
    func `a phrase that can’t be read harms nothing`(phrase: String) throws {
        let home = try home(
            Fixtures.skill("polish", [phrase], [("item", "item")], effects: ["polished(item)"]))
        #expect(try Fixtures.line("open the fridge", in: home) == "open(fridge)")
    }

    @Test func `what a phrase leaves open may be anything`() throws {
        let home = try home(
            Fixtures.skill(
                "drop", ["put {item} down"], [("item", "item"), ("surface", "surface")],
                effects: ["on(item, surface)"]))
        #expect(
            try Fixtures.line("put the apple down", in: home)
                == "exists ?surface: surface. on(apple, ?surface)")
    }
}
