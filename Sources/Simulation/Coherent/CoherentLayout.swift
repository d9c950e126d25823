import RobotModel

/// Places for a scene graph that has none: rooms on a square grid, doors
/// between the rooms that they join, and what stands in a room in a ring around
/// its middle. The same graph is always laid out in the same way.
struct CoherentLayout {
    private static let roomSpacingMeters = 8.0
    private static let ringMeters = 2.5

    /// By node id, in the map frame.
    private(set) var poses: [Int: Pose] = [:]

    init(nodes: [CoherentFileTask.Node], edges: [CoherentFileTask.Edge]) {
        let rooms = nodes.filter { $0.category == "Rooms" }.map(\.id).sorted()
        let columns = max(1, Int(Double(rooms.count).squareRoot().rounded(.up)))
        for (place, room) in rooms.enumerated() {
            poses[room] = Pose(
                xMeters: Double(place % columns) * Self.roomSpacingMeters,
                yMeters: Double(place / columns) * Self.roomSpacingMeters)
        }
        for node in nodes where node.category == "Doors" {
            let sides = edges.filter { $0.from == node.id && $0.relation == "LEADING TO" }.compactMap {
                poses[$0.to]
            }
            guard let one = sides.first, let other = sides.last else { continue }
            poses[node.id] = Pose(
                xMeters: (one.xMeters + other.xMeters) / 2, yMeters: (one.yMeters + other.yMeters) / 2)
        }
        let supports = Dictionary(
            edges.filter { $0.relation == "ON" || $0.relation == "INSIDE" }.map { ($0.from, $0.to) },
            uniquingKeysWith: { first, _ in first })
        let floors = Set(nodes.filter { $0.category == "Floor" || $0.category == "Rooms" }.map(\.id))
        for floor in floors { poses[floor] = poses[floor] ?? supports[floor].flatMap { poses[$0] } }
        let tops = nodes.filter { $0.properties.contains("SURFACES") && !floors.contains($0.id) }
        let heights = tops.map { ($0.id, $0.properties.contains("HIGH_HEIGHT") ? 1 : 0.5) }
        placeAroundRooms(
            supports: supports, floors: floors,
            heightsMeters: Dictionary(heights, uniquingKeysWith: { first, _ in first }))
        // A chain of supports is as long as the graph at most.
        for _ in nodes {
            for (thing, support) in supports where poses[thing] == nil { poses[thing] = poses[support] }
        }
    }

    private mutating func placeAroundRooms(
        supports: [Int: Int], floors: Set<Int>, heightsMeters: [Int: Double]
    ) {
        let standing = supports.filter { poses[$0.key] == nil && floors.contains($0.value) }
        for (_, pairs) in Dictionary(grouping: standing, by: { supports[$0.value] ?? $0.value }) {
            let things = pairs.sorted { $0.key < $1.key }
            for (place, thing) in things.enumerated() {
                guard let middle = poses[thing.value] else { continue }
                let (x, y) = direction(atRadians: 2 * .pi * Double(place) / Double(things.count))
                poses[thing.key] = Pose(
                    xMeters: middle.xMeters + Self.ringMeters * x,
                    yMeters: middle.yMeters + Self.ringMeters * y,
                    zMeters: heightsMeters[thing.key] ?? 0)
            }
        }
    }
}
