public import RobotModel

/// Who did what when: a row for each robot, a bar for each step, and arrows
/// where one robot waited for another or took over an item.
public struct GanttPicture {
    let task: TaskView
    private let bars: [GanttBar]
    private let arrows: [GanttArrow]
    private let robots: [RobotID]
    private let palette: SkillPalette
    private let title: [String]
    private let endSeconds: Double
    private let rowHeight: Double
    private let barHeight: Double

    private static let width = 1200.0
    private static let left = 158.0
    private static let right = 28.0
    /// Bars narrower than this have their label upright.
    private static let narrow = 46.0

    /// - Parameter now: up to when steps that run are drawn.
    public init(task: TaskView, now: Instant) { self.init(task: task, now: now, atLeastSeconds: 0) }

    /// - Parameter atLeastSeconds: how far the axis goes, so that pictures of
    ///   several runs have one scale.
    init(task: TaskView, now: Instant, atLeastSeconds: Double) {
        self.task = task
        bars = GanttBar.bars(of: task, now: now)
        arrows = GanttArrow.arrows(between: bars)
        // In the order in which they began, so that the picture reads downwards.
        var robots: [RobotID] = []
        for bar in bars where !robots.contains(bar.step.robot) { robots.append(bar.step.robot) }
        self.robots = robots
        palette = SkillPalette(bars.map(\.step.skill))
        title = SVGCanvas.wrapped(
            "“\(task.request.ask.summary)”", width: Self.width - 60, size: 17, lines: 3, isBold: true)
        let end = max(bars.map(\.endSeconds).max() ?? 1, 0.1, atLeastSeconds)
        endSeconds = end
        // Many short steps get high bars, in which upright labels have room.
        let pixelsPerSecond = (Self.width - Self.left - Self.right) / end
        let narrow = bars.count { ($0.endSeconds - $0.startSeconds) * pixelsPerSecond < Self.narrow }
        barHeight = narrow * 4 > bars.count ? 74 : 38
        rowHeight = barHeight + 20
    }

    private var top: Double { 58 + Double(title.count) * 22 + 30 }
    private var bottom: Double { top + Double(max(1, robots.count)) * rowHeight }
    private var scale: Double { (Self.width - Self.left - Self.right) / endSeconds }

    private func x(_ seconds: Double) -> Double { Self.left + seconds * scale }

    private func y(_ robot: RobotID) -> Double {
        top + Double(robots.firstIndex(of: robot) ?? 0) * rowHeight + (rowHeight - barHeight) / 2
    }

    /// The whole document.
    public var svg: String { canvas.document(title: "Task \(task.id): \(task.request.ask.summary)") }

    /// When the last step ends, from the first one's start.
    static func endSeconds(of task: TaskView, now: Instant) -> Double {
        GanttBar.bars(of: task, now: now).map(\.endSeconds).max() ?? 0
    }

    var canvas: SVGCanvas {
        let legend = legendRows()
        var canvas = SVGCanvas(width: Self.width, height: bottom + 34 + Double(legend.count) * 22)
        drawHeader(&canvas)
        drawRows(&canvas)
        drawAxis(&canvas)
        for bar in bars { draw(bar, &canvas) }
        for arrow in arrows where arrow.item == nil { draw(arrow, &canvas) }
        for arrow in arrows where arrow.item != nil { draw(arrow, &canvas) }
        for arrow in arrows { label(arrow, &canvas) }
        drawLegend(legend, &canvas)
        return canvas
    }

    private func drawHeader(_ canvas: inout SVGCanvas) {
        for (index, line) in title.enumerated() {
            canvas.text(line, x: 28, y: 36 + Double(index) * 22, size: 17, weight: "bold")
        }
        let ran = bars.filter { !$0.isExpected }
        let colour =
            switch task.state {
            case .succeeded: "#2f7d4f"
            case .failed, .rejected: "#b3372f"
            default: "#52606d"
            }
        let y = 38 + Double(title.count) * 22
        canvas.text(task.state.rawValue, x: 28, y: y, size: 13, fill: colour, weight: "bold")
        let after = 28 + SVGCanvas.textWidth(task.state.rawValue, size: 13, isBold: true) + 8
        var facts =
            "task \(task.id) · \(Phrases.count(ran.count, "step")) by \(Phrases.count(robots.count, "robot")) · \(Phrases.duration(seconds: bars.map(\.endSeconds).max() ?? 0))"
        if let failure = task.failure { facts += " · \(failure.message)" }
        if let rejection = task.rejection { facts += " · \(rejection.message)" }
        canvas.text(
            SVGCanvas.fitted(facts, width: Self.width - after - 28, size: 13), x: after, y: y, size: 13,
            fill: "#52606d")
    }

    private func drawRows(_ canvas: inout SVGCanvas) {
        for (index, robot) in robots.enumerated() {
            let y = top + Double(index) * rowHeight
            canvas.element(
                "rect",
                [
                    "x": 16.0, "y": y + 2, "width": Self.width - 32, "height": rowHeight - 4, "rx": 6.0,
                    "fill": index.isMultiple(of: 2) ? "#f1efe9" : "#f7f5f0",
                ])
            let name = SVGCanvas.fitted(robot.rawValue, width: Self.left - 40, size: 13, isBold: true)
            canvas.text(name, x: 28, y: y + rowHeight / 2 - 2, size: 13, weight: "bold")
            let own = bars.filter { $0.step.robot == robot }
            let busy = own.filter { !$0.isExpected }.reduce(0) { $0 + $1.endSeconds - $1.startSeconds }
            canvas.text(
                "\(Phrases.count(own.count, "step")), \(Phrases.duration(seconds: busy))", x: 28,
                y: y + rowHeight / 2 + 14,
                size: 11, fill: "#7b8794")
        }
        if robots.isEmpty {
            canvas.text("No step was begun.", x: 28, y: top + 34, size: 13, fill: "#7b8794")
        }
    }

    private func drawAxis(_ canvas: inout SVGCanvas) {
        let step = Self.tickSeconds(endSeconds)
        var tick = 0.0
        while tick <= endSeconds + 1e-9 {
            canvas.element(
                "line",
                [
                    "x1": x(tick), "y1": top - 6, "x2": x(tick), "y2": bottom + 2,
                    "stroke": tick == 0 ? "#9aa5b1" : "#d9d5cb", "stroke-width": 1.0,
                ])
            let label = step < 1 ? "\((tick * 100).rounded() / 100)" : "\(Int(tick.rounded()))"
            canvas.text(label + " s", x: x(tick), y: top - 12, size: 11, fill: "#7b8794", anchor: "middle")
            tick += step
        }
    }

    /// A round distance between ticks, so that there are at most a dozen.
    static func tickSeconds(_ endSeconds: Double) -> Double {
        var unit = 0.01
        while true {
            for factor in [1.0, 2, 5] where endSeconds / (unit * factor) <= 12 { return unit * factor }
            unit *= 10
        }
    }

    private func draw(_ bar: GanttBar, _ canvas: inout SVGCanvas) {
        let (left, top) = (x(bar.startSeconds), y(bar.step.robot))
        let width = max(3, x(bar.endSeconds) - left - 1)
        let isBad = [.failed, .lost, .uncertain].contains(bar.view.state)
        let isOver = [.canceled, .skipped].contains(bar.view.state)
        let times =
            "\(Phrases.duration(seconds: bar.startSeconds)) – \(Phrases.duration(seconds: bar.endSeconds))"
        var tooltip =
            "\(bar.step.id): \(bar.step.call)\n\(bar.isExpected ? "expected" : bar.view.state.rawValue), \(times)"
        if bar.view.attempts > 1 { tooltip += "\nattempts: \(bar.view.attempts)" }
        if let failure = bar.view.failure { tooltip += "\n\(failure)" }
        // A picture in the picture, so that nothing of a bar reaches out of it.
        canvas.open("svg", ["x": left, "y": top, "width": width, "height": barHeight], title: tooltip)
        canvas.element(
            "rect",
            [
                "x": 0.75, "y": 0.75, "width": max(1.5, width - 1.5), "height": barHeight - 1.5,
                "rx": min(5, width / 3), "fill": isOver ? "#ffffff" : palette.colour(bar.step.skill),
                "fill-opacity": bar.isExpected ? 0.3 : 1.0,
                "stroke": isBad ? "#b3372f" : isOver ? "#9aa5b1" : "#3e4c59",
                "stroke-opacity": isBad ? 1.0 : 0.45, "stroke-width": isBad ? 2.0 : 1.0,
                "stroke-dasharray": bar.isExpected || isOver ? "4 3" : "none",
            ])
        if width < Self.narrow, barHeight > Self.narrow {
            drawUpright(bar, width: width, &canvas)
        } else {
            drawLevel(bar, width: width, &canvas)
        }
        canvas.close("svg")
    }

    /// The skill above what it is done with.
    private func drawLevel(_ bar: GanttBar, width: Double, _ canvas: inout SVGCanvas) {
        let room = width - 8
        let skill = SVGCanvas.fitted(bar.step.skill.rawValue, width: room, size: 11.5, isBold: true)
        canvas.text(skill, x: 5, y: 16, size: 11.5, weight: "bold")
        let lines = SVGCanvas.wrapped(
            Phrases.arguments(bar.step), width: room, size: 10.5, lines: barHeight > Self.narrow ? 3 : 1)
        for (index, line) in lines.enumerated() {
            canvas.text(line, x: 5, y: 30 + Double(index) * 14, size: 10.5, fill: "#323f4b")
        }
    }

    /// The same from bottom to top, where a bar is too narrow for level text.
    private func drawUpright(_ bar: GanttBar, width: Double, _ canvas: inout SVGCanvas) {
        guard width >= 11 else { return }
        let room = barHeight - 8
        let hasTwoLines = width >= 25
        canvas.open("g", ["transform": "translate(0 \(Int(barHeight))) rotate(-90)"])
        canvas.text(
            SVGCanvas.fitted(bar.step.skill.rawValue, width: room, size: 10, isBold: true), x: 5,
            y: hasTwoLines ? width / 2 - 2 : width / 2 + 3.5, size: 10, weight: "bold")
        if hasTwoLines {
            canvas.text(
                SVGCanvas.fitted(Phrases.arguments(bar.step), width: room, size: 9.5), x: 5,
                y: width / 2 + 10,
                size: 9.5, fill: "#323f4b")
        }
        canvas.close("g")
    }

    /// The ends of an arrow on the picture: from the end of one bar to the
    /// start of another.
    private func ends(
        of arrow: GanttArrow
    ) -> (from: GanttBar, to: GanttBar, x1: Double, y1: Double, x2: Double, y2: Double)? {
        guard let from = bars.first(where: { $0.step.id == arrow.from }),
            let to = bars.first(where: { $0.step.id == arrow.to })
        else { return nil }
        let isDown = y(to.step.robot) > y(from.step.robot)
        return (
            from, to, max(x(from.startSeconds) + 3, x(from.endSeconds) - 4),
            y(from.step.robot) + (isDown ? barHeight : 0),
            x(to.startSeconds) + min(6, max(1.5, (x(to.endSeconds) - x(to.startSeconds)) / 2)),
            y(to.step.robot) + (isDown ? -1 : barHeight + 1)
        )
    }

    /// What is handed over, in the middle of its arrow.
    private func label(_ arrow: GanttArrow, _ canvas: inout SVGCanvas) {
        guard let item = arrow.item, let (_, _, x1, y1, x2, y2) = ends(of: arrow) else { return }
        let text = item.rawValue.replacing("_", with: " ").elided(to: 24)
        let width = SVGCanvas.textWidth(text, size: 10.5) + 10
        let (x, y) = ((x1 + x2) / 2, (y1 + y2) / 2)
        canvas.element(
            "rect",
            [
                "x": x - width / 2, "y": y - 8, "width": width, "height": 16.0, "rx": 8.0, "fill": "#fff7ed",
                "stroke": "#c2410c", "stroke-width": 0.8,
            ])
        canvas.text(text, x: x, y: y + 3.5, size: 10.5, fill: "#9a3412", anchor: "middle")
    }

    private func draw(_ arrow: GanttArrow, _ canvas: inout SVGCanvas) {
        guard let (from, to, x1, y1, x2, y2) = ends(of: arrow) else { return }
        let isDown = y2 > y1
        let bend = (y2 - y1) * 0.5
        let colour = arrow.item == nil ? "#9aa5b1" : "#c2410c"
        let tooltip =
            arrow.item.map { "\(from.step.robot) hands \($0) over to \(to.step.robot)" }
            ?? "\(to.step.id) waits for \(from.step.id)"
        canvas.element(
            "path",
            [
                "d":
                    "M \(Int(x1)) \(Int(y1)) C \(Int(x1)) \(Int(y1 + bend)) \(Int(x2)) \(Int(y2 - bend)) \(Int(x2)) \(Int(y2))",
                "fill": "none", "stroke": colour, "stroke-width": arrow.item == nil ? 1.0 : 2.0,
                "stroke-dasharray": arrow.item == nil ? "3 3" : "none",
            ], title: tooltip)
        let head = isDown ? -7.0 : 7.0
        canvas.element(
            "path",
            ["d": "M \(Int(x2)) \(Int(y2)) l -4 \(Int(head)) l 8 0 z", "fill": colour], title: tooltip)
    }

    private enum LegendEntry {
        case skill(SkillName)
        case handOver
        case order
        case expected
        case bad
    }

    private func legendRows() -> [[(entry: LegendEntry, label: String)]] {
        var entries: [(LegendEntry, String)] = palette.skills.map { (.skill($0), $0.rawValue) }
        if arrows.contains(where: { $0.item != nil }) {
            entries.append((.handOver, "an item is handed over"))
        }
        if arrows.contains(where: { $0.item == nil }) { entries.append((.order, "waits for")) }
        if bars.contains(where: \.isExpected) { entries.append((.expected, "expected")) }
        if bars.contains(where: { $0.view.state == .failed }) { entries.append((.bad, "failed")) }
        var rows: [[(LegendEntry, String)]] = []
        var x = Self.width
        for entry in entries {
            let width = 40 + SVGCanvas.textWidth(entry.1, size: 12)
            if x + width > Self.width - 28 {
                rows.append([])
                x = 28
            }
            rows[rows.count - 1].append(entry)
            x += width
        }
        return rows
    }

    private func drawLegend(_ rows: [[(entry: LegendEntry, label: String)]], _ canvas: inout SVGCanvas) {
        for (index, row) in rows.enumerated() {
            var x = 28.0
            let y = bottom + 34 + Double(index) * 22
            for (entry, label) in row {
                switch entry {
                case .skill(let skill):
                    swatch(x, y, fill: palette.colour(skill), stroke: "#3e4c59", dash: "none", &canvas)
                case .expected: swatch(x, y, fill: "#ffffff", stroke: "#3e4c59", dash: "3 2", &canvas)
                case .bad: swatch(x, y, fill: "#ffffff", stroke: "#b3372f", dash: "none", &canvas)
                case .handOver, .order:
                    let isHandOver = if case .handOver = entry { true } else { false }
                    canvas.element(
                        "line",
                        [
                            "x1": x, "y1": y - 4, "x2": x + 15, "y2": y - 4,
                            "stroke": isHandOver ? "#c2410c" : "#9aa5b1",
                            "stroke-width": isHandOver ? 2.0 : 1.0,
                            "stroke-dasharray": isHandOver ? "none" : "3 3",
                        ])
                }
                canvas.text(label, x: x + 21, y: y, size: 12, fill: "#52606d")
                x += 40 + SVGCanvas.textWidth(label, size: 12)
            }
        }
    }

    private func swatch(
        _ x: Double, _ y: Double, fill: String, stroke: String, dash: String, _ canvas: inout SVGCanvas
    ) {
        canvas.element(
            "rect",
            [
                "x": x, "y": y - 10, "width": 15.0, "height": 12.0, "rx": 3.0, "fill": fill, "stroke": stroke,
                "stroke-opacity": 0.6, "stroke-dasharray": dash,
            ])
    }
}
