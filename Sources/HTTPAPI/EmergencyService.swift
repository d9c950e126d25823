public import RobotModel

/// What the HTTP face needs of the e-stop; `Node` supplies it. Nothing here
/// waits for the coordinator or its journal, but `confirmRelease`.
public protocol EmergencyService: Sendable {
    /// Presses. Returns once every connected edge and robot has been told, and
    /// the latch is on disk or the disk has had a second for it.
    func press(by person: String, reason: String) async -> EmergencyView

    func emergency() async -> EmergencyView

    /// The first step of a release.
    /// - Throws: `wrongState` where nothing is latched.
    func askRelease(by person: String, reason: String) async throws -> EmergencyReleaseAsk

    /// The second step.
    /// - Throws: `wrongState` where nobody has asked, or too long ago, or a
    ///   press came in between, or the code is wrong.
    func confirmRelease(code: String, by person: String) async throws -> EmergencyView
}
