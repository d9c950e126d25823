import Foundation
import Testing

/// The systemd unit is one that systemd takes without a word, and a tight one.
struct UnitFileTests {
    static let unit = "Deploy/ponsd.service"
    static let analyzer = "/usr/bin/systemd-analyze"
    static var hasSystemd: Bool { FileManager.default.isExecutableFile(atPath: analyzer) }

    /// A copy whose program exists on this machine: an uninstalled one is
    /// the only thing that `verify` may not complain of here.
    static func withCopy(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "pons-unit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appending(path: "ponsd.service")
        let text = try Repository.read(unit).text.replacing("/usr/local/bin/ponsd", with: "/bin/true")
        try text.write(to: copy, atomically: true, encoding: .utf8)
        try body(copy.path)
    }

    @Test(.enabled(if: hasSystemd, "systemd is not installed"))
    func `systemd-analyze verify is silent`() throws {
        try Self.withCopy { path in
            let run = try Execution(Self.analyzer, ["verify", "--man=no", path])
            #expect(run.status == 0)
            #expect(run.output == "")
        }
    }

    @Test(.enabled(if: hasSystemd, "systemd is not installed"))
    func `the sandbox’s exposure is at most 1․5`() throws {
        try Self.withCopy { path in
            let run = try Execution(
                Self.analyzer, ["security", "--offline=true", "--no-pager", "--threshold=15", path])
            #expect(run.status == 0, "\(run.output.split(separator: "\n").last ?? "")")
        }
    }

    @Test func `the unit announces itself, is watched and is restarted`() throws {
        let lines = try Repository.read(Self.unit).lines
        for setting in ["Type=notify", "NotifyAccess=main", "Restart=on-failure", "User=pons"] {
            #expect(lines.contains { $0 == setting }, "the unit lacks \(setting)")
        }
        #expect(lines.contains { $0.hasPrefix("WatchdogSec=") })
    }
}
