import Foundation
import RobotModel
import Testing

@testable import Pages
@testable import pons

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What is in a picture, read from its SVG.
private final class SVGContents: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        var text = ""

        func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? 0 }
    }

    private(set) var elements: [Element] = []
    private(set) var isWellFormed = false
    private var open: [Int] = []

    init(_ svg: String) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?) {
        open.removeLast()
    }

    func parser(_: XMLParser, foundCharacters text: String) {
        if let last = open.last { elements[last].text += text }
    }

    func texts(_ name: String = "text") -> [String] { elements.filter { $0.name == name }.map(\.text) }
}

struct GanttPictureTests {
    @Test func `each robot has a row and each step a bar with a tooltip`() {
        let picture = SVGContents(GanttPicture(task: SampleTask.done(), now: SampleTask.instant(99)).svg)
        #expect(picture.isWellFormed)
        #expect(picture.texts().contains("dog") && picture.texts().contains("arm"))
        #expect(picture.texts().contains { $0.contains("3 steps by 2 robots") })
        let bars = picture.elements.filter { $0.name == "svg" && $0.attributes["y"] != nil }
        #expect(bars.count == 3)
        // A second is as long in every bar, and one bar starts where the one before it ends.
        let widths = bars.map { $0.number("width") + 1 }
        #expect(abs(widths[0] / 3 - widths[1] / 4) < 0.5)
        #expect(abs(bars[1].number("x") - bars[0].number("x") - widths[0]) < 1)
        #expect(bars[2].number("y") > bars[1].number("y"))
        #expect(
            picture.texts("title").contains { $0.contains("s2: dog: place(item: apple, surface: table)") })
    }

    @Test func `what is handed over has an arrow, and what merely waits another`() {
        var task = SampleTask.done()
        #expect(
            GanttArrow.arrows(between: GanttBar.bars(of: task, now: .zero)) == [
                GanttArrow(from: "s2", to: "s3", item: "apple")
            ])
        task.steps[2].step.terms.effects = []
        #expect(
            GanttArrow.arrows(between: GanttBar.bars(of: task, now: .zero)) == [
                GanttArrow(from: "s2", to: "s3", item: nil)
            ])
    }

    @Test func `an item that its own robot handled last is not handed over`() {
        var task = SampleTask.done()
        // The dog takes the apple up again after the arm has put it down.
        var arm = task.steps[2]
        arm.step.skill = "place"
        arm.step.terms.effects = []
        var again = task.steps[0]
        again.step.id = "s4"
        again.startedAt = SampleTask.instant(12)
        again.endedAt = SampleTask.instant(15)
        task.steps = [task.steps[0], task.steps[1], again]
        #expect(GanttArrow.arrows(between: GanttBar.bars(of: task, now: .zero)).isEmpty)
        task.steps.insert(arm, at: 2)
        #expect(
            GanttArrow.arrows(between: GanttBar.bars(of: task, now: .zero)).contains(
                GanttArrow(from: "s3", to: "s4", item: "apple")))
    }

    @Test func `steps to come are drawn where they are expected`() {
        let bars = GanttBar.bars(of: SampleTask.underWay(), now: SampleTask.instant(8))
        #expect(bars.map(\.isExpected) == [false, false, true])
        #expect(bars[2].startSeconds == 7 && bars[2].endSeconds == 10)
        let picture = SVGContents(GanttPicture(task: SampleTask.underWay(), now: SampleTask.instant(8)).svg)
        #expect(picture.texts().contains("expected"))
    }

    @Test func `names from outside stay text, and fit`() {
        let words = String(repeating: "<b>&\"put\" \u{1} every mug</b> into the dishwasher ", count: 40)
        var task = SampleTask.done(words: words)
        task.steps[0].step.arguments["item"] = .text(String(repeating: "long_name_", count: 30))
        let picture = SVGContents(GanttPicture(task: task, now: .zero).svg)
        #expect(picture.isWellFormed)
        for text in picture.elements where text.name == "text" {
            let width = SVGCanvas.textWidth(text.text, size: text.number("font-size"))
            #expect(text.number("x") + (text.attributes["text-anchor"] == "start" ? width : 0) <= 1200)
        }
    }

    @Test func `a task without steps is a picture too`() {
        let task = TaskView(
            id: "t1", request: TaskRequest(.words("mop")), state: .rejected,
            rejection: Rejection(.notUnderstood, "no"), receivedAt: .zero)
        let picture = SVGContents(GanttPicture(task: task, now: .zero).svg)
        #expect(picture.isWellFormed)
        #expect(picture.texts().contains("No step was begun."))
    }

    @Test(arguments: [(0.05, 0.005), (1, 0.1), (10, 1), (37.2, 5), (61, 10), (3600, 500)])
    func `ticks are round and few`(end: Double, step: Double) {
        let found = GanttPicture.tickSeconds(end)
        #expect(end / found <= 12)
        #expect(found <= max(step, 0.01) + 1e-9)
    }
}

struct RunsPictureTests {
    @Test func `two runs stand one below the other on one scale`() {
        var short = SampleTask.done()
        short.state = .failed
        short.steps.removeLast()
        let picture = SVGContents(
            RunsPicture(
                runs: [("it was", short), ("what if", SampleTask.done())], caption: "What if s2 succeeds?"
            ).svg)
        #expect(picture.isWellFormed)
        let texts = picture.texts()
        #expect(texts.first == "What if s2 succeeds?")
        #expect(texts.filter { ["IT WAS", "WHAT IF"].contains($0) } == ["IT WAS", "WHAT IF"])
        #expect(texts.contains("failed") && texts.contains("succeeded"))
        let picks = picture.elements.filter { $0.name == "svg" && $0.attributes["height"] == "38" }
        #expect(picks.count == 5)
        // The same step is as long in both, though one run is shorter.
        #expect(picks[0].number("width") == picks[2].number("width"))
    }
}

struct MapPictureTests {
    private static let entities = [
        Entity(
            id: "hall", types: ["room"], pose: Pose(xMeters: 3, yMeters: 2),
            properties: ["size_x_m": .number(6), "size_y_m": .number(4)]),
        Entity(
            id: "kitchen", types: ["room"], pose: Pose(xMeters: 8, yMeters: 2),
            properties: ["size_x_m": .number(4), "size_y_m": .number(4)]),
        Entity(id: "door", types: ["door", "openable"], pose: Pose(xMeters: 6, yMeters: 2)),
        Entity(id: "fridge", types: ["container", "openable"], pose: Pose(xMeters: 8, yMeters: 2)),
        Entity(id: "table", types: ["surface"], pose: Pose(xMeters: 8.1, yMeters: 2.1)),
        Entity(id: "milk", types: ["item"]), Entity(id: "box", types: ["item", "container"]),
    ]
    private static let dog = RobotView(
        description: SampleTask.robots[0], state: .available, isLinked: true,
        pose: Pose(xMeters: 8, yMeters: 1.9))

    private func record(_ text: String, _ certainty: Certainty = .observed) throws -> FactRecord {
        FactRecord(
            fact: try FactSyntax().fact(text), certainty: certainty,
            stamp: HybridStamp(wallMilliseconds: 0, counter: 0, origin: "n"), source: .scene("s"))
    }

    private var facts: [FactRecord] {
        get throws {
            try [
                "connects(door, hall, kitchen)", "in(door, hall)", "in(door, kitchen)", "in(fridge, kitchen)",
                "in(table, kitchen)", "inside(box, fridge)", "inside(milk, box)", "in(dog, kitchen)",
            ].map { try record($0) }
        }
    }

    @Test func `rooms are drawn to scale with what is in them`() throws {
        let picture = SVGContents(
            MapPicture(entities: Self.entities, facts: try facts, robots: [Self.dog]).svg)
        #expect(picture.isWellFormed)
        for name in ["hall", "kitchen", "fridge", "table", "dog", "box", "milk", "closed"] {
            #expect(picture.texts().contains(name), "\(name) is missing")
        }
        let rooms = picture.elements.filter { $0.attributes["stroke-width"] == "3" && $0.name == "rect" }
        #expect(rooms.count == 2)
        #expect(abs(rooms[0].number("width") / rooms[1].number("width") - 1.5) < 0.01)
        #expect(picture.texts("title").contains("door: closed"))
    }

    @Test func `nothing covers anything else, and all stays in its room`() throws {
        let contents = MapContents(entities: Self.entities, facts: try facts, robots: [Self.dog])
        let pose = Pose(xMeters: 8, yMeters: 2)
        let cards =
            contents.furniture(of: "kitchen").map { MapCard(furniture: $0, pose: pose) }
            + [MapCard(robot: Self.dog, load: [], pose: pose)]
        let layout = MapLayout(rooms: contents.rooms, cards: ["kitchen": cards], top: 80)
        let room = try #require(layout.room("kitchen"))
        #expect(room.cards.count == 3)
        for (index, (_, box)) in room.cards.enumerated() {
            #expect(
                box.x >= room.box.x && box.maxX <= room.box.maxX && box.y >= room.box.y
                    && box.maxY <= room.box.maxY)
            for (_, other) in room.cards[(index + 1)...] {
                #expect(box.overlap(other, gap: 0) == nil)
            }
        }
    }

    @Test func `what stands on a floor is furniture, and what can be carried off lies there`() throws {
        let entities =
            Self.entities + [Entity(id: "floor", types: ["floor"]), Entity(id: "bed", types: ["surface"])]
        let onFloor = try ["in(floor, kitchen)", "on(bed, floor)", "on(milk, floor)"].map { try record($0) }
        let contents = MapContents(
            entities: entities, facts: try facts.filter { $0.fact.predicate != "inside" } + onFloor,
            robots: [Self.dog])
        #expect(contents.furniture(of: "kitchen").map(\.id) == ["fridge", "table", "bed"])
        #expect(contents.onFloor(of: "kitchen").map(\.id) == ["milk"])
    }

    @Test func `rooms that don't say how large they are make a scheme`() throws {
        let bare = Self.entities.map { Entity(id: $0.id, types: $0.types) }
        let picture = SVGContents(MapPicture(entities: bare, facts: try facts, robots: [Self.dog]).svg)
        #expect(picture.texts().contains { $0.contains("not to scale") })
        #expect(picture.texts().contains { $0.contains("door (hall – kitchen) closed") })
        #expect(picture.texts().contains("milk"))
    }

    @Test func `doubt shows, and facts that go round in a circle do no harm`() throws {
        let round = try facts + [record("inside(fridge, milk)"), record("on(milk, table)", .uncertain)]
        let picture = SVGContents(MapPicture(entities: Self.entities, facts: round, robots: [Self.dog]).svg)
        #expect(picture.isWellFormed)
        #expect(picture.texts().contains("milk ?"))
        #expect(picture.texts().contains { $0.contains("someone should look") })
    }

    @Test func `a world without rooms is a picture too`() {
        let picture = SVGContents(MapPicture(entities: [], facts: [], robots: [Self.dog]).svg)
        #expect(picture.isWellFormed)
        #expect(picture.texts().contains { $0.contains("no rooms are known") })
        #expect(picture.texts().contains { $0.contains("in no known room: dog") })
    }

    @Test(arguments: [
        "wheeled_base", "fixed_arm", "robot_dog", "quadrotor", "mobile_manipulator", "robot_arm", "thing",
    ])
    func `every kind of robot has a glyph`(embodiment: String) {
        var canvas = SVGCanvas(width: 10, height: 10)
        RobotGlyph.draw(embodiment, x: 5, y: 5, colour: "#fff", on: &canvas)
        #expect(SVGContents(canvas.document(title: "")).elements.count { $0.name == "path" } >= 2)
    }
}
