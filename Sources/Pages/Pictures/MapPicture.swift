public import RobotModel

/// The world as shared memory believes it to be: rooms, doors, furniture with
/// what it carries, and robots.
public struct MapPicture {
    private let contents: MapContents
    private let robots: [RobotView]
    private let layout: MapLayout
    private let elsewhere: [RobotView]

    public init(entities: [Entity], facts: [FactRecord], robots: [RobotView]) {
        let contents = MapContents(entities: entities, facts: facts, robots: robots)
        self.contents = contents
        self.robots = robots
        let robotRooms = robots.map { ($0, contents.room(of: EntityID($0.description.id))) }
        elsewhere = robotRooms.filter { $0.1 == nil }.map(\.0)
        var cards: [EntityID: [MapCard]] = [:]
        for room in contents.rooms {
            var own = contents.furniture(of: room.id).map {
                MapCard(furniture: $0, pose: contents.entity($0.id)?.pose)
            }
            own += robotRooms.filter { $0.1 == room.id }.map { robot, _ in
                MapCard(
                    robot: robot, load: contents.load(of: EntityID(robot.description.id)),
                    pose: robot.pose ?? robot.description.pose)
            }
            let floor = contents.onFloor(of: room.id)
            if !floor.isEmpty { own.append(MapCard(floorOf: room.id, floor)) }
            cards[room.id] = own
        }
        layout = MapLayout(rooms: contents.rooms, cards: cards, top: 84)
    }

    /// The whole document.
    public var svg: String {
        var canvas = SVGCanvas(width: layout.width, height: layout.bottom + 64)
        canvas.text("The world as it is believed to be", x: 28, y: 38, size: 18, weight: "bold")
        let things =
            contents.rooms.isEmpty
            ? "no rooms are known"
            : "\(Phrases.count(contents.rooms.count, "room")), \(Phrases.count(robots.count, "robot"))"
        canvas.text(
            things + (layout.isToScale ? "" : " · a scheme, not to scale"), x: 28, y: 60, size: 13,
            fill: "#52606d")
        for room in layout.rooms { draw(room, &canvas) }
        for door in contents.doors { draw(door, &canvas) }
        for room in layout.rooms {
            for (card, box) in room.cards { drawLeader(card, box, &canvas) }
        }
        for room in layout.rooms {
            for (card, box) in room.cards { draw(card, box, &canvas) }
        }
        drawFooter(&canvas)
        drawRuler(&canvas)
        return canvas.document(title: "Map of the world")
    }

    private func draw(_ room: MapLayout.Room, _ canvas: inout SVGCanvas) {
        let box = room.box
        canvas.element(
            "rect",
            [
                "x": box.x, "y": box.y, "width": box.width, "height": box.height, "fill": "#ffffff",
                "stroke": "#52606d", "stroke-width": 3.0, "stroke-linejoin": "round",
            ])
        let name = room.entity.id.rawValue.replacing("_", with: " ")
        canvas.text(
            SVGCanvas.fitted(name, width: box.width - 20, size: 14, isBold: true), x: box.x + 10,
            y: box.y + 20,
            size: 14, fill: "#7b8794", weight: "bold")
    }

    /// On a map a door is a gap in a wall; in a scheme it is named in the footer.
    private func draw(_ door: Entity, _ canvas: inout SVGCanvas) {
        guard let pose = door.pose, let point = layout.point(pose) else { return }
        let walls = contents.rooms(of: door.id).compactMap { layout.room($0)?.box }
        let toSide = walls.map { min(abs(point.x - $0.x), abs(point.x - $0.maxX)) }.min() ?? .infinity
        let toEnd = walls.map { min(abs(point.y - $0.y), abs(point.y - $0.maxY)) }.min() ?? 0
        let isUpright = toSide < toEnd
        let (length, depth) = (44.0, 9.0)
        let (width, height) = isUpright ? (depth, length) : (length, depth)
        let isOpen = contents.isOpen(door.id)
        let title = "\(door.id): \(isOpen ? "open" : "closed")"
        canvas.element(
            "rect",
            [
                "x": point.x - width / 2, "y": point.y - height / 2, "width": width, "height": height,
                "rx": 2.0,
                "fill": isOpen ? "#d9f0e1" : "#b08968", "stroke": isOpen ? "#2f7d4f" : "#5c4033",
                "stroke-width": 1.2,
            ], title: title)
    }

    /// From a card that had to make way to the thing's own place.
    private func drawLeader(_ card: MapCard, _ box: Box, _ canvas: inout SVGCanvas) {
        guard let pose = card.pose, let point = layout.point(pose) else { return }
        let moved =
            ((box.centreX - point.x) * (box.centreX - point.x) + (box.centreY - point.y)
                * (box.centreY - point.y))
            .squareRoot()
        guard moved > 16 else { return }
        canvas.element(
            "line",
            [
                "x1": box.centreX, "y1": box.centreY, "x2": point.x, "y2": point.y, "stroke": "#9aa5b1",
                "stroke-width": 1.0, "stroke-dasharray": "2 2",
            ])
        canvas.element("circle", ["cx": point.x, "cy": point.y, "r": 2.5, "fill": "#9aa5b1"])
    }

    private func draw(_ card: MapCard, _ box: Box, _ canvas: inout SVGCanvas) {
        var y = box.y
        switch card.kind {
        case .robot(let embodiment, let state):
            canvas.element(
                "rect",
                [
                    "x": box.x, "y": box.y, "width": box.width, "height": box.height, "rx": 10.0,
                    "fill": "#e8f1fa",
                    "stroke": state == .lost ? "#b3372f" : "#7c9cbf", "stroke-width": 1.2,
                ], title: "\(card.id): \(embodiment), \(state.rawValue)")
            RobotGlyph.draw(
                embodiment, x: box.centreX, y: box.y + 28, colour: state == .lost ? "#f3c1bb" : "#ffffff",
                on: &canvas)
            y += MapCard.glyphHeight
            canvas.text(
                SVGCanvas.fitted(card.title, width: box.width - 8, size: MapCard.titleSize, isBold: true),
                x: box.centreX,
                y: y + 15, size: MapCard.titleSize, fill: "#243b53", weight: "bold", anchor: "middle")
        case .furniture, .floor:
            let isFloor = if case .floor = card.kind { true } else { false }
            canvas.element(
                "rect",
                [
                    "x": box.x, "y": box.y, "width": box.width, "height": box.height, "rx": 4.0,
                    "fill": isFloor ? "#fbfaf7" : "#f5ecd9", "stroke": "#c3b091",
                    "stroke-dasharray": isFloor ? "3 3" : "none",
                ], title: card.id.rawValue)
            canvas.text(
                SVGCanvas.fitted(card.title, width: box.width - 10, size: MapCard.titleSize, isBold: true),
                x: box.x + 7,
                y: y + 16, size: MapCard.titleSize, fill: "#5c4a26", weight: "bold")
            if !card.note.isEmpty {
                canvas.text(
                    card.note, x: box.maxX - 6, y: y + 16, size: 11,
                    fill: card.note == "open" ? "#2f7d4f" : "#8d6e63",
                    anchor: "end", style: "italic")
            }
        }
        for (index, line) in card.lines.enumerated() {
            let x = box.x + 9 + line.indent
            let baseline = y + 30 + Double(index) * MapCard.lineHeight
            canvas.element(
                "circle",
                ["cx": x + 2, "cy": baseline - 4, "r": 2.2, "fill": line.isUncertain ? "#b7791f" : "#2f7d4f"])
            canvas.text(
                SVGCanvas.fitted(line.text, width: box.maxX - x - 10, size: MapCard.lineSize), x: x + 8,
                y: baseline,
                size: MapCard.lineSize, fill: line.isUncertain ? "#b7791f" : "#323f4b")
        }
    }

    /// How long a metre, or five, is.
    private func drawRuler(_ canvas: inout SVGCanvas) {
        guard let start = layout.point(Pose(xMeters: 0, yMeters: 0)),
            let end = layout.point(Pose(xMeters: 1, yMeters: 0))
        else { return }
        let meters = end.x - start.x > 40 ? 1.0 : 5.0
        let length = (end.x - start.x) * meters
        let (x, y) = (layout.width - 28 - length, layout.bottom + 24)
        canvas.element(
            "path",
            [
                "d": "M \(Int(x)) \(Int(y - 4)) v 8 m 0 -4 h \(Int(length)) m 0 -4 v 8", "fill": "none",
                "stroke": "#52606d", "stroke-width": 1.4,
            ])
        canvas.text("\(Int(meters)) m", x: x - 8, y: y + 4, size: 12, fill: "#52606d", anchor: "end")
    }

    private func drawFooter(_ canvas: inout SVGCanvas) {
        var notes: [String] = []
        if layout.isToScale {
            if !contents.doors.isEmpty { notes.append("doors: green is open, brown is closed") }
        } else {
            notes += contents.doors.map { door in
                let rooms = contents.rooms(of: door.id).map(\.rawValue).joined(separator: " – ")
                return "\(door.id) (\(rooms)) \(contents.isOpen(door.id) ? "open" : "closed")"
            }
        }
        if contents.hasDoubts { notes.append("amber with “?”: someone should look") }
        if !elsewhere.isEmpty {
            notes.append(
                "in no known room: " + elsewhere.map(\.description.id.rawValue).joined(separator: ", "))
        }
        for (index, line) in SVGCanvas.wrapped(
            notes.joined(separator: "  ·  "), width: layout.width - 56 - (layout.isToScale ? 160 : 0),
            size: 12, lines: 2
        ).enumerated() {
            canvas.text(line, x: 28, y: layout.bottom + 26 + Double(index) * 18, size: 12, fill: "#52606d")
        }
    }
}
