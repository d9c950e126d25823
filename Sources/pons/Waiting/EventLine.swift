import Pages
import RobotModel

/// An event as one line of text.
enum EventLine {
    static func text(_ event: TaskEvent, since start: Instant) -> String {
        let seconds = (event.at - start).inSeconds
        return text(event, time: "\((max(0, seconds) * 10).rounded() / 10) s".leftPadded(to: 8))
    }

    /// With the wall clock's time.
    static func text(_ event: TaskEvent) -> String {
        text(event, time: String(event.at.description.dropFirst(11).prefix(12)))
    }

    private static func text(_ event: TaskEvent, time: String) -> String {
        let who = [event.task?.rawValue, event.step?.rawValue, event.robot?.rawValue].compactMap { $0 }
        let subject = who.isEmpty ? "–" : who.joined(separator: " ")
        let line = "\(time)  \(event.kind.rawValue.padded(to: 6))  \(event.state.padded(to: 9))  \(subject)"
        return event.note.isEmpty ? line : "\(line)  \(event.note)"
    }
}
