import BrainClient
import Foundation
import Pages
import RobotModel

/// The e-stop's state on a terminal.
struct EstopPage {
    private let view: EmergencyView

    init(_ answer: Data) throws { view = try BrainClient.decode(EmergencyView.self, from: answer) }

    /// Whether robots that listen haven't said yet that they have stopped.
    var isWaiting: Bool { view.isLatched && view.robots.contains { $0.isListening && !$0.isReached } }

    var text: String {
        guard view.isLatched else {
            let deaf = view.robots.filter { !$0.isListening }
            return
                "e-stop not latched; \(view.robots.count - deaf.count) of \(view.robots.count) robots listen\n"
                + list("not listening", deaf)
        }
        var text = "e-stop LATCHED"
        if let pressed = view.pressed {
            text += " by \(pressed.text), \(Phrases.age(of: pressed.at, at: .now)) ago"
        }
        let reached = view.robots.filter(\.isReached)
        text += "\n\(reached.count) of \(view.robots.count) robots have stopped"
        if let slowest = reached.compactMap(\.afterMilliseconds).max() {
            text += String(format: ", the last after %.1f ms", slowest)
        }
        text += "\n" + list("NOT reached", view.robots.filter { !$0.isReached })
        if !view.isOnDisk { text += "the latch is NOT on disk yet\n" }
        if let ask = view.release { text += "\(ask.by) has asked for the release\n" }
        return text
    }

    private func list(_ what: String, _ robots: [EmergencyReach]) -> String {
        robots.isEmpty ? "" : "\(what): \(robots.map(\.robot.rawValue).joined(separator: ", "))\n"
    }
}
