import RobotModel

/// Where everything goes on the map: to scale where the rooms say how large
/// they are, else as a scheme of equal rooms.
struct MapLayout {
    struct Room {
        let entity: Entity
        let box: Box
        let cards: [(card: MapCard, box: Box)]
    }

    static let width = 1200.0
    static let margin = 28.0
    static let roomHeader = 24.0

    let rooms: [Room]
    /// Whether distances on the picture are those of the world.
    let isToScale: Bool
    let width: Double
    /// Below the last room.
    let bottom: Double
    private let origin: (x: Double, y: Double)
    private let pixelsPerMeter: Double

    /// A point of the map frame on the picture; nil in a scheme.
    func point(_ pose: Pose) -> (x: Double, y: Double)? {
        guard isToScale else { return nil }
        return (origin.x + pose.xMeters * pixelsPerMeter, origin.y - pose.yMeters * pixelsPerMeter)
    }

    func room(_ id: EntityID) -> Room? { rooms.first { $0.entity.id == id } }

    /// - Parameters:
    ///   - cards: what stands in each room.
    ///   - top: where the rooms begin.
    init(rooms: [Entity], cards: [EntityID: [MapCard]], top: Double) {
        if let areas = Self.areas(rooms), !rooms.isEmpty {
            // The first scale at which nothing covers anything else.
            for growth in [1.0, 1.15, 1.3, 1.5, 1.75, 2, 2.5, 3] {
                let isLast = growth == 3
                if let layout = MapLayout(rooms, areas, cards, top: top, growth: growth, isLast: isLast) {
                    self = layout
                    return
                }
            }
        }
        self.init(scheme: rooms, cards: cards, top: top)
    }

    /// Each room's area in metres, y up; nil where one doesn't say.
    private static func areas(_ rooms: [Entity]) -> [Box]? {
        var areas: [Box] = []
        for room in rooms {
            guard let pose = room.pose,
                let width = (room.properties["size_x_m"] ?? room.properties["width_m"])?.number,
                let depth = (room.properties["size_y_m"] ?? room.properties["depth_m"])?.number, width > 0,
                depth > 0, width < 1e4, depth < 1e4,
                abs(pose.xMeters) < 1e5, abs(pose.yMeters) < 1e5
            else { return nil }
            areas.append(
                Box(x: pose.xMeters - width / 2, y: pose.yMeters - depth / 2, width: width, height: depth))
        }
        return areas
    }

    private init?(
        _ rooms: [Entity], _ areas: [Box], _ cards: [EntityID: [MapCard]], top: Double, growth: Double,
        isLast: Bool
    ) {
        let left = areas.map(\.x).min() ?? 0
        let right = areas.map(\.maxX).max() ?? 1
        let low = areas.map(\.y).min() ?? 0
        let high = areas.map(\.maxY).max() ?? 1
        // Deep houses are held to a height, too.
        let scale = min((Self.width - 2 * Self.margin) / (right - left), 900 / (high - low)) * growth
        let width = max(Self.width, (right - left) * scale + 2 * Self.margin)
        let origin = (x: (width - (right - left) * scale) / 2 - left * scale, y: top + high * scale)
        var placed: [Room] = []
        for (room, area) in zip(rooms, areas) {
            let box = Box(
                x: origin.x + area.x * scale, y: origin.y - area.maxY * scale, width: area.width * scale,
                height: area.height * scale)
            let frame = box.inset(9, top: Self.roomHeader - 6)
            let own = cards[room.id] ?? []
            let wished = own.map { card in
                let x = card.pose.map { origin.x + $0.xMeters * scale } ?? frame.x
                let y = card.pose.map { origin.y - $0.yMeters * scale } ?? frame.maxY
                return Box(
                    x: x - card.width / 2, y: y - card.height / 2, width: card.width, height: card.height)
            }
            let packed = BoxPacking.rows(wished, x: frame.x, y: frame.y, width: frame.width)
            let fits =
                packed.height <= frame.height && packed.boxes.allSatisfy { $0.maxX <= frame.maxX + 0.5 }
            guard let boxes = BoxPacking.relaxed(wished, in: frame) ?? (fits || isLast ? packed.boxes : nil)
            else {
                return nil
            }
            placed.append(Room(entity: room, box: box, cards: Array(zip(own, boxes))))
        }
        self.rooms = placed
        isToScale = true
        self.width = width
        bottom = top + (high - low) * scale
        self.origin = origin
        pixelsPerMeter = scale
    }

    private init(scheme rooms: [Entity], cards: [EntityID: [MapCard]], top: Double) {
        let columns = max(1, min(3, Int(Double(rooms.count).squareRoot().rounded(.up))))
        let gap = 18.0
        let roomWidth = (Self.width - 2 * Self.margin - Double(columns - 1) * gap) / Double(columns)
        var placed: [Room] = []
        // Each room goes into the column that is the shortest so far.
        var columnBottoms = Array(repeating: top, count: columns)
        for room in rooms {
            let own = cards[room.id] ?? []
            let boxes = own.map { Box(x: 0, y: 0, width: min($0.width, roomWidth - 24), height: $0.height) }
            let column = columnBottoms.indices.min { columnBottoms[$0] < columnBottoms[$1] } ?? 0
            let (x, y) = (Self.margin + Double(column) * (roomWidth + gap), columnBottoms[column])
            let inside = BoxPacking.rows(boxes, x: x + 12, y: y + Self.roomHeader + 10, width: roomWidth - 24)
            let height = max(84, inside.height + Self.roomHeader + 24)
            placed.append(
                Room(
                    entity: room, box: Box(x: x, y: y, width: roomWidth, height: height),
                    cards: Array(zip(own, inside.boxes))))
            columnBottoms[column] += height + gap
        }
        self.rooms = placed
        isToScale = false
        width = Self.width
        bottom = (columnBottoms.max() ?? top) - (rooms.isEmpty ? 0 : gap)
        origin = (0, 0)
        pixelsPerMeter = 1
    }
}
