public import RobotModel

/// Runs of one task one below the other on one scale, each as a
/// ``GanttPicture``.
public struct RunsPicture {
    private let runs: [(label: String, picture: GanttPicture)]
    private let caption: String

    /// - Parameters:
    ///   - runs: ended tasks, each with what it is called.
    ///   - caption: a line above them.
    public init(runs: [(label: String, task: TaskView)], caption: String) {
        self.caption = caption
        func end(_ task: TaskView) -> Instant { task.endedAt ?? task.receivedAt }
        let longest = runs.map { GanttPicture.endSeconds(of: $0.task, now: end($0.task)) }.max() ?? 0
        self.runs = runs.map { label, task in
            (label, GanttPicture(task: task, now: end(task), atLeastSeconds: longest))
        }
    }

    /// The whole document.
    public var svg: String {
        let (top, gap) = (46.0, 30.0)
        let canvases = runs.map(\.picture.canvas)
        var canvas = SVGCanvas(
            width: canvases.map(\.width).max() ?? 600,
            height: canvases.reduce(top) { $0 + $1.height + gap })
        canvas.text(
            SVGCanvas.fitted(caption, width: canvas.width - 56, size: 17, isBold: true), x: 28, y: 32,
            size: 17, weight: "bold")
        var y = top
        for (run, part) in zip(runs, canvases) {
            canvas.text(run.label.uppercased(), x: 28, y: y + 16, size: 11, fill: "#7b8794", weight: "bold")
            canvas.embed(part, x: 0, y: y + gap - 14)
            y += part.height + gap
        }
        return canvas.document(title: caption)
    }
}
