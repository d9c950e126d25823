/// A made-up scene for many small tasks that don't get in each other's way.
enum Workshop {
    /// One room, two tables, `items` things on the first, and two robots that
    /// can carry them to the second.
    static func scene(items: Int) -> String {
        let things = (0..<items).map { "  - {id: item\($0), types: [item], names: [item \($0)]}" }
        let places = (0..<items).map { "  - on(item\($0), bench)" }
        let robots = ["left", "right"].map { name in
            """
              - id: \(name)
                embodiment: mobile_manipulator
                names: [\(name)]
                skills: [navigate, pick, place]
                limits: {speed_m_per_s: 0.8, reach_m: 0.9, payload_kg: 5, battery_ratio_per_h: 0.01}
                resources: [base, gripper]
                facts: ["in(self, room)", "ground_robot(self)", "tall(self)", "long_reach(self)"]
            """
        }
        return """
            apiVersion: pons/v1
            kind: Scene
            name: workshop
            entities:
              - {id: room, types: [room], names: [room]}
              - {id: bench, types: [surface, table], names: [bench]}
              - {id: shelf, types: [surface, table], names: [shelf]}
            \(things.joined(separator: "\n"))
            facts:
              - in(bench, room)
              - in(shelf, room)
            \(places.joined(separator: "\n"))
            robots:
            \(robots.joined(separator: "\n"))

            """
    }
}
