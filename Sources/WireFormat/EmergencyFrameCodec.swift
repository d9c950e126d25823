import CProtobufC
import CWire
import RobotModel

/// Frames of the e-stop to bytes and back.
public enum EmergencyFrameCodec {
    /// The most bytes that a frame may have: 1 MiB.
    public static let largestFrame = EnvelopeCodec.largestFrame

    /// - Throws: `unrepresentable` for a text with a NUL; `tooLarge`.
    public static func encode(_ frame: EmergencyFrame) throws(WireFormatError) -> [UInt8] {
        let arena = Arena()
        let message = try arena.emergencyFrame(frame)
        let size = pons__v1__emergency_frame__get_packed_size(message)
        guard size <= largestFrame else {
            throw WireFormatError(
                .tooLarge, "an e-stop frame of \(size) bytes; it has at most \(largestFrame)")
        }
        return withExtendedLifetime(arena) {
            [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                count = pons__v1__emergency_frame__pack(message, buffer.baseAddress)
            }
        }
    }

    /// Reads a frame from outside.
    ///
    /// - Throws: `tooLarge`; `unknownKind` for a version or body that this code
    ///   doesn't know; `malformed` for everything else.
    public static func decode(_ bytes: [UInt8]) throws(WireFormatError) -> EmergencyFrame {
        try unpack(
            bytes, limits: .envelope, descriptor: pons__v1__emergency_frame__descriptor,
            with: pons__v1__emergency_frame__unpack
        ) { (message) throws(WireFormatError) in
            try Reader(isFromOutside: true).emergencyFrame(message.pointee)
        }
    }
}

extension Arena {
    fileprivate func emergencyFrame(
        _ frame: EmergencyFrame
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__EmergencyFrame> {
        let result = try message(pons__v1__emergency_frame__init)
        result.pointee.version = EmergencyFrame.currentVersion
        switch frame {
        case .state(let state):
            let part = try message(pons__v1__emergency_state__init)
            part.pointee.station = try text(state.station.rawValue)
            part.pointee.epoch = state.mark.epoch
            part.pointee.sequence = state.mark.sequence
            part.pointee.beat_ms = UInt32(clamping: state.beat.wholeNanoseconds / 1_000_000)
            part.pointee.n_presses = state.latch.presses.count
            part.pointee.presses = try list(state.latch.presses, press)
            part.pointee.n_releases = state.latch.releases.count
            part.pointee.releases = try list(state.latch.releases, release)
            result.pointee.body_case = PONS__V1__EMERGENCY_FRAME__BODY_STATE
            result.pointee.state = part
        case .report(let report):
            let part = try message(pons__v1__emergency_report__init)
            part.pointee.station = try text(report.station.rawValue)
            part.pointee.epoch = report.heard.epoch
            part.pointee.sequence = report.heard.sequence
            part.pointee.n_presses = report.presses.count
            part.pointee.presses = try list(report.presses, press)
            part.pointee.n_robots = report.robots.count
            part.pointee.robots = try list(report.robots) { (robot) throws(WireFormatError) in
                let item = try message(pons__v1__emergency_robot__init)
                item.pointee.robot = try text(robot.robot.rawValue)
                item.pointee.stopped = robot.hasStopped ? 1 : 0
                return item
            }
            result.pointee.body_case = PONS__V1__EMERGENCY_FRAME__BODY_REPORT
            result.pointee.report = part
        }
        return result
    }

    private func press(
        _ press: EmergencyPress
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__EmergencyPress> {
        let result = try message(pons__v1__emergency_press__init)
        result.pointee.station = try text(press.station.rawValue)
        result.pointee.number = press.number
        result.pointee.by = try text(press.by)
        result.pointee.reason = try text(press.reason)
        result.pointee.at_unix_ns = press.at.nanosecondsSinceEpoch
        return result
    }

    private func release(
        _ release: EmergencyRelease
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__EmergencyRelease> {
        let result = try message(pons__v1__emergency_release__init)
        result.pointee.station = try text(release.station.rawValue)
        result.pointee.number = release.number
        return result
    }
}

extension Reader {
    fileprivate func emergencyFrame(
        _ frame: Pons__V1__EmergencyFrame
    ) throws(WireFormatError) -> EmergencyFrame {
        guard frame.version == EmergencyFrame.currentVersion else {
            throw WireFormatError(.unknownKind, "version \(frame.version) of an e-stop frame")
        }
        switch frame.body_case {
        case PONS__V1__EMERGENCY_FRAME__BODY_STATE:
            let part = try required(frame.state, "state").pointee
            return .state(
                EmergencyState(
                    station: try id(part.station, "station"),
                    mark: EmergencyMark(epoch: part.epoch, sequence: part.sequence),
                    beat: .milliseconds(Int64(part.beat_ms)),
                    latch: EmergencyLatch(
                        presses: try list(part.n_presses, part.presses, "presses", press),
                        releases: try list(part.n_releases, part.releases, "releases", release))))
        case PONS__V1__EMERGENCY_FRAME__BODY_REPORT:
            let part = try required(frame.report, "report").pointee
            return .report(
                EmergencyReport(
                    station: try id(part.station, "station"),
                    heard: EmergencyMark(epoch: part.epoch, sequence: part.sequence),
                    presses: try list(part.n_presses, part.presses, "presses", press),
                    robots: try list(part.n_robots, part.robots, "robots") {
                        (item) throws(WireFormatError) in
                        EmergencyReport.Robot(
                            robot: try id(item.pointee.robot, "robot"), hasStopped: item.pointee.stopped != 0)
                    }))
        default: throw WireFormatError(.unknownKind, "an e-stop frame without a body that is known here")
        }
    }

    private func press(
        _ press: UnsafeMutablePointer<Pons__V1__EmergencyPress>
    ) throws(WireFormatError) -> EmergencyPress {
        EmergencyPress(
            station: try id(press.pointee.station, "press.station"), number: press.pointee.number,
            by: text(press.pointee.by), reason: text(press.pointee.reason),
            at: Instant(nanosecondsSinceEpoch: press.pointee.at_unix_ns))
    }

    private func release(
        _ release: UnsafeMutablePointer<Pons__V1__EmergencyRelease>
    ) throws(WireFormatError) -> EmergencyRelease {
        EmergencyRelease(
            station: try id(release.pointee.station, "release.station"), number: release.pointee.number)
    }
}
