import PlanRules
import RobotModel
import Testing

/// Each rule of ``StandardRules`` by its number.
@Suite struct StandardRulesTests {
    /// The facts that follow from `facts`.
    private func index(_ facts: String...) -> FactIndex {
        var world = WorldState()
        world.facts = Set(facts.map(fact))
        return FactIndex(world, rules: StandardRules.rules)
    }

    private func fact(_ text: String) -> Fact { try! FactSyntax().fact(text) }

    private func expect(_ index: FactIndex, has: [String], lacks: [String] = []) {
        for text in has { #expect(index.contains(fact(text)), "\(text) should follow") }
        for text in lacks { #expect(!index.contains(fact(text)), "\(text) shouldn’t follow") }
    }

    @Test func `1, a thing is in the room that its chain of supports ends in`() {
        let index = index(
            "in(table, kitchen)", "on(plate, table)", "inside(apple, plate)", "in(dog, hall)",
            "holding(dog, cup)",
            "part_of(tray, dog)", "on(fork, tray)", "on(lost, nowhere)")
        expect(
            index,
            has: [
                "located(table, kitchen)", "located(plate, kitchen)", "located(apple, kitchen)",
                "located(cup, hall)",
                "located(tray, hall)", "located(fork, hall)",
            ],
            lacks: ["located(apple, hall)", "located(cup, kitchen)"])
        #expect(!index.holds(try! FactSyntax().literal("located(lost, *)")))
    }

    @Test func `2, things in one room are near each other`() {
        let index = index("in(dog, kitchen)", "in(table, kitchen)", "on(cup, table)", "in(sofa, hall)")
        expect(
            index, has: ["near(dog, cup)", "near(cup, dog)", "near(dog, dog)"], lacks: ["near(dog, sofa)"])
    }

    @Test func `3, an open door lets one through, both ways`() {
        let index = index(
            "connects(d, kitchen, hall)", "open(d)", "connects(e, hall, attic)", "in(dog, kitchen)",
            "in(cat, hall)")
        expect(
            index,
            has: [
                "passage(kitchen, hall)", "passage(hall, kitchen)", "enterable(dog, hall)",
                "enterable(cat, kitchen)",
            ],
            lacks: ["passage(hall, attic)", "enterable(cat, attic)", "enterable(dog, attic)"])
    }

    @Test func `4, nothing shut, held or in the air can be got at`() {
        let index = index(
            "in(fridge, kitchen)", "inside(milk, fridge)", "in(box, kitchen)", "open(box)",
            "inside(toy, box)",
            "in(dog, kitchen)", "holding(dog, cup)", "on(spoon, cup)", "in(quad, kitchen)", "flying(quad)",
            "part_of(basket, quad)", "open(basket)", "inside(nut, basket)", "in(ship, kitchen)",
            "part_of(deck, ship)")
        expect(
            index, has: ["accessible(fridge)", "accessible(toy)", "accessible(deck)"],
            lacks: [
                "accessible(milk)", "accessible(cup)", "accessible(spoon)", "accessible(quad)",
                "accessible(basket)", "accessible(nut)",
            ])
    }

    @Test func `5, what stands on a high surface is out of a low robot's reach`() {
        let index = index(
            "in(table, kitchen)", "on(cup, table)", "in(shelf, kitchen)", "high(shelf)", "on(pot, shelf)",
            "inside(bean, pot)",
            "inside(pea, cup)", "in(quad, kitchen)", "on(quad, shelf)", "part_of(basket, quad)",
            "in(car, kitchen)",
            "part_of(tray, car)")
        expect(
            index, has: ["low(table)", "low(cup)", "low(pea)", "low(car)", "low(tray)"],
            lacks: ["low(shelf)", "low(pot)", "low(bean)", "low(quad)", "low(basket)"])
    }

    @Test func `6, a surface carries what rests on it, lies in that, or is docked at it`() {
        let index = index(
            "on(plate, table)", "inside(apple, plate)", "part_of(handle, plate)", "ground_robot(dog)",
            "at(dog, table)",
            "part_of(tray, dog)", "on(nut, tray)", "at(quad, table)")
        expect(
            index,
            has: [
                "supported(plate, table)", "supported(apple, table)", "supported(apple, plate)",
                "supported(handle, table)",
                "supported(dog, table)", "supported(tray, table)", "supported(nut, table)",
            ],
            lacks: ["supported(quad, table)", "supported(table, plate)"])
    }

    @Test func `7, a robot reaches what it stands at, or all on its surface`() {
        let index = index(
            "in(table, k)", "on(cup, table)", "in(shelf, k)", "high(shelf)", "on(pot, shelf)", "in(box, k)",
            "inside(toy, box)",
            "at(dog, cup)", "at(dog, pot)", "at(giraffe, pot)", "tall(giraffe)", "long_reach(base)",
            "at(base, table)",
            "long_reach(crane)", "tall(crane)", "at(crane, shelf)", "long_reach(cart)", "at(cart, shelf)",
            "mounted(arm, shelf)", "at(cat, toy)")
        expect(
            index,
            has: [
                "reach(dog, cup)", "reach(giraffe, pot)", "reach(base, cup)", "reach(base, table)",
                "reach(crane, pot)",
                "reach(arm, shelf)", "reach(arm, pot)",
            ],
            lacks: [
                "reach(dog, pot)", "reach(dog, table)", "reach(cart, pot)", "reach(cat, toy)",
                "reach(arm, cup)", "reach(giraffe, shelf)",
            ])
    }

    @Test func `8, who drives, walks or flies can set off`() {
        let index = index("ground_robot(dog)", "flying(quad)", "mounted(arm, table)")
        expect(index, has: ["free_to_move(dog)", "free_to_move(quad)"], lacks: ["free_to_move(arm)"])
    }
}
