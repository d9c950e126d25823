import Foundation
import PlanRules
import PonsTesting
import RobotModel
import Simulation
import Testing

struct CoherentImporterTests {
    /// A file of one task in the format of the set, made up here.
    static let tiny = Data(
        """
        [{"task_id": 0, "init_graph": {"nodes": [
            {"id": 0, "category": "Rooms", "class_name": "kitchen", "properties": [], "states": []},
            {"id": 1, "category": "Floor", "class_name": "kitchen floor", "properties": ["SURFACES", "LANDABLE", "LOW_HEIGHT"], "states": []},
            {"id": 2, "category": "Rooms", "class_name": "utility room", "properties": [], "states": []},
            {"id": 3, "category": "Doors", "class_name": "door", "properties": ["CAN_OPEN"], "states": ["OPEN_FOREVER"]},
            {"id": 4, "category": "Furniture", "class_name": "high table", "properties": ["SURFACES", "HIGH_HEIGHT", "LANDABLE"], "states": []},
            {"id": 5, "category": "Appliances", "class_name": "fridge", "properties": ["CONTAINERS", "CAN_OPEN"], "states": ["CLOSED"]},
            {"id": 6, "category": "Containers", "class_name": "sink", "properties": ["CONTAINERS"], "states": []},
            {"id": 7, "category": "Food", "class_name": "toy car", "properties": ["GRABABLE"], "states": []},
            {"id": 8, "category": "Agents", "class_name": "quadrotor", "properties": ["MOVABLE", "FLYABLE", "HAVE_A_BASKET"], "states": ["LAND"]},
            {"id": 9, "category": "AgentTool", "class_name": "basket", "properties": ["CONTAINERS"], "states": ["OPEN_FOREVER"]},
            {"id": 10, "category": "Agents", "class_name": "robot dog", "properties": ["MOVABLE"], "states": []},
            {"id": 12, "category": "Food", "class_name": "lost bread", "properties": ["GRABABLE"], "states": []},
            {"id": 11, "category": "Agents", "class_name": "robot arm", "properties": ["ON_HIGH_SURFACE"], "states": []}],
          "edges": [
            {"from_id": 1, "to_id": 0, "relation_type": "INSIDE"},
            {"from_id": 3, "to_id": 0, "relation_type": "LEADING TO"}, {"from_id": 3, "to_id": 2, "relation_type": "LEADING TO"},
            {"from_id": 4, "to_id": 1, "relation_type": "ON"}, {"from_id": 5, "to_id": 1, "relation_type": "ON"},
            {"from_id": 6, "to_id": 4, "relation_type": "ON"}, {"from_id": 7, "to_id": 5, "relation_type": "INSIDE"},
            {"from_id": 8, "to_id": 1, "relation_type": "ON"}, {"from_id": 8, "to_id": 0, "relation_type": "INSIDE"},
            {"from_id": 8, "to_id": 9, "relation_type": "WITH"}, {"from_id": 9, "to_id": 1, "relation_type": "ON"},
            {"from_id": 10, "to_id": 1, "relation_type": "ON"}, {"from_id": 10, "to_id": 0, "relation_type": "INSIDE"},
            {"from_id": 11, "to_id": 4, "relation_type": "ON"}, {"from_id": 11, "to_id": 0, "relation_type": "INSIDE"}]},
          "task_goal": {"inside_<toy car>(7)_<sink>(6)": [1, []], "on_<quadrotor>(8)_<high table>(4)": [1, []]},
          "ground_truth_step_num": [9],
          "goal_instruction": ["Put the <toy car>(7) into the  <sink>(6), and <quadrotor>(8) lands on the <high table>(4). "]}]
        """.utf8)

    @Test func `a scene graph becomes entities, facts and robots`() throws {
        let task = try CoherentImporter.scene(json: Self.tiny, task: 0)
        let world = WorldState(scene: task.scene)
        let expected = [
            "in(kitchen_floor_1, kitchen_0)", "in(door_3, kitchen_0)", "in(door_3, utility_room_2)",
            "connects(door_3, kitchen_0, utility_room_2)", "open(door_3)",
            "on(high_table_4, kitchen_floor_1)",
            "high(high_table_4)", "on(fridge_5, kitchen_floor_1)", "on(sink_6, high_table_4)", "open(sink_6)",
            "inside(toy_car_7, fridge_5)", "in(quadrotor_8, kitchen_0)", "on(quadrotor_8, kitchen_floor_1)",
            "part_of(basket_9, quadrotor_8)", "open(basket_9)", "in(robot_dog_10, kitchen_0)",
            "ground_robot(robot_dog_10)",
            "in(robot_arm_11, kitchen_0)", "mounted(robot_arm_11, high_table_4)",
        ]
        #expect(Set(world.facts.map(\.description)) == Set(expected))
        #expect(world.entities["kitchen_floor_1"]?.types == ["floor", "landable", "kitchen_floor"])
        #expect(world.entities["door_3"]?.types == ["door"])
        #expect(world.entities["fridge_5"]?.types == ["container", "openable", "fridge"])
        #expect(world.entities["high_table_4"]?.types == ["surface", "landable", "high_table"])
        #expect(world.entities["toy_car_7"]?.types == ["item", "toy_car"])
        #expect(world.entities["toy_car_7"]?.names == ["toy car", "<toy car>(7)"])
        #expect(world.entities["basket_9"]?.types == ["container", "basket"])
        #expect(task.scene.robots.map(\.embodiment) == ["quadrotor", "robot_dog", "fixed_arm"])
        #expect(world.entities["lost_bread_12"] == nil, "a thing that is nowhere isn’t part of the world")
        #expect(task.humanSteps == 9)
        #expect(task.goal.description == "inside(toy_car_7, sink_6) and on(quadrotor_8, high_table_4)")
    }

    @Test func `an instruction can do without its ids`() throws {
        let task = try CoherentImporter.scene(json: Self.tiny, task: 0)
        #expect(
            task.instructionWithoutIDs
                == "Put the toy car into the sink, and quadrotor lands on the high table.")
    }

    @Test func `shuffled ids name the same things by other numbers`() throws {
        let plain = try CoherentImporter.scene(json: Self.tiny, task: 0)
        let shuffled = try CoherentImporter.scene(json: Self.tiny, task: 0, shufflingIDs: 3)
        #expect(plain.instruction != shuffled.instruction)
        #expect(plain.instructionWithoutIDs == shuffled.instructionWithoutIDs)
        #expect(try CoherentImporter.scene(json: Self.tiny, task: 0, shufflingIDs: 3).scene == shuffled.scene)
        let ids = WorldState(scene: shuffled.scene).entities.keys
        #expect(shuffled.goal.entities.isSubset(of: ids))
        #expect(plain.scene.facts.count == shuffled.scene.facts.count)
        #expect(
            plain.scene.robots.map(\.embodiment).sorted() == shuffled.scene.robots.map(\.embodiment).sorted())
    }

    @Test(arguments: [
        "", "{}", "[{}]", #"[{"init_graph": {"nodes": [], "edges": []}}]"#, "[1]", "\u{0}",
    ]) func `data that isn’t the set’s is refused`(_ text: String) {
        let error = #expect(throws: SimulationError.self) {
            try CoherentImporter.tasks(json: Data(text.utf8))
        }
        #expect(error?.code == .badData)
    }

    @Test(arguments: [
        (
            #""to_id": 4, "relation_type": "ON"}, {"from_id": 7"#,
            #""to_id": 99, "relation_type": "ON"}, {"from_id": 7"#
        ),
        (#""id": 7, "category""#, #""id": 6, "category""#),
        ("on_<quadrotor>(8)", "near_<quadrotor>(8)"), ("on_<quadrotor>(8)", "on_<quadrotor>(88)"),
        (#"["Put the"#, #"[], "other": ["Put the"#),
    ]) func `a graph that doesn’t hang together is refused`(_ part: String, _ other: String) throws {
        let text = String(decoding: Self.tiny, as: UTF8.self)
        let broken = text.replacingOccurrences(of: part, with: other)
        try #require(broken != text)
        let error = #expect(throws: SimulationError.self) {
            try CoherentImporter.tasks(json: Data(broken.utf8))
        }
        #expect(error?.code == .badData)
    }

    @Test func `a task that the file lacks is refused with those it has`() {
        let error = #expect(throws: SimulationError.self) {
            try CoherentImporter.scene(json: Self.tiny, task: 1)
        }
        #expect(error?.code == .unknownTask)
    }

    @Test(
        .enabled(if: OutsideData.folder != nil), arguments: ["env0.json", "env1.json"],
        [nil, 11] as [UInt64?])
    func `every task of the set makes a world in which its goal is false`(_ file: String, _ seed: UInt64?)
        throws
    {
        let tasks = try CoherentImporter.tasks(
            json: try OutsideData.file("coherent/\(file)"), shufflingIDs: seed)
        #expect(tasks.count == 21)
        #expect(tasks.map(\.humanSteps).reduce(0, +) == (file == "env0.json" ? 198 : 218))
        for task in tasks {
            let world = WorldState(scene: task.scene)
            let named = Set(world.facts.flatMap(\.arguments)).union(task.goal.entities)
            #expect(named.isSubset(of: world.entities.keys), "task \(task.number)")
            #expect(task.scene.robots.count == 4)
            let index = FactIndex(world, rules: StandardRules.rules)
            #expect(!index.holds(task.goal, in: world), "task \(task.number)")
            for robot in task.scene.robots {
                #expect(index.facts(of: "located").contains { $0.arguments.first == EntityID(robot.id) })
            }
            #expect(world.entities.values.filter { $0.types.contains("room") }.allSatisfy { $0.pose != nil })
            #expect(!task.instructionWithoutIDs.contains { "<>()".contains($0) })
        }
    }
}
