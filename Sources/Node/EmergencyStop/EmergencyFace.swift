import Coordination
import HTTPAPI
import MessageBus
import PlanRules
import RobotModel

/// What callers over HTTP do with the e-stop of a brain.
struct EmergencyFace: EmergencyService {
    let desk: EmergencyDesk
    let brain: BrainNode

    func press(by person: String, reason: String) async -> EmergencyView {
        await desk.press(by: person, reason: reason)
        return await emergency()
    }

    func emergency() async -> EmergencyView {
        // Not from the coordinator, which may be waiting for its disk.
        await desk.view(known: brain.registry.team.robots.keys.sorted())
    }

    func askRelease(by person: String, reason: String) async throws -> EmergencyReleaseAsk {
        guard await desk.isLatched() else { throw APIError(.wrongState, "the e-stop isn’t latched") }
        let ask = desk.askRelease(by: person, reason: reason)
        brain.coordinator.report([.emergencyReleaseAsked(by: ask.by, reason: ask.reason)])
        return ask
    }

    func confirmRelease(code: String, by person: String) async throws -> EmergencyView {
        let ask: EmergencyReleaseAsk
        do {
            ask = try await desk.confirmRelease(code: code)
        } catch let refusal as EmergencyStopRelease.Refusal {
            throw APIError(.wrongState, refusal.text)
        }
        // A press that came meanwhile holds, here and in the journal.
        if await !desk.isLatched() {
            let asked = "asked for by \(ask.by)" + (ask.reason.isEmpty ? "" : ": \(ask.reason)")
            try await brain.coordinator.commit(.emergencyReleased(by: person, reason: asked))
        }
        return await emergency()
    }
}
