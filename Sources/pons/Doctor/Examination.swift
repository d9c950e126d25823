import BrainClient
import Foundation
import Pages
import RobotModel

/// What `pons doctor` looks at, in order; it stops where nothing more can be seen.
struct Examination {
    let connection: ConnectionOptions

    func run() async throws -> [Check] {
        var checks: [Check] = []
        let client: BrainClient
        do {
            client = try connection.client()
        } catch let error as CommandError {
            return [.bad("setup", error.what, advice: error.advice, status: error.status)]
        }
        do {
            let ready = try await client.probe("/readyz")
            checks.append(.good("brain", "answers at \(client.address)"))
            struct Probe: Decodable { let reasons: [String] }
            let reasons = (try? JSONDecoder().decode(Probe.self, from: ready.body))?.reasons ?? []
            checks.append(
                ready.status == 200
                    ? .good("ready", "takes tasks")
                    : .bad(
                        "ready", reasons.joined(separator: "; "), advice: "wait, or look in the daemon’s log")
            )
        } catch let error as CommandError {
            return [.bad("brain", "\(error.what): \(error.why)", advice: error.advice, status: error.status)]
        }
        do {
            let health = try await client.health()
            checks.append(.good("token", "is the daemon’s"))
            checks += Self.judge(health, at: .now)
            checks += Self.judge(try await client.robots())
        } catch let error as CommandError {
            checks.append(.bad("token", error.why, advice: error.advice, status: error.status))
        }
        return checks
    }

    /// Disk space below which the daemon soon refuses work, in bytes.
    static let scarceDiskBytes: UInt64 = 1 << 30
    static let desperateDiskBytes: UInt64 = 100 << 20
    /// Difference of two clocks above which stamps mislead, in seconds.
    static let clockToleranceSeconds = 2.0

    static func judge(_ health: HealthAnswer, at now: Instant) -> [Check] {
        var checks: [Check] = []
        checks.append(
            health.version == Release.version
                ? .good("version", health.version)
                : .doubtful(
                    "version", "the daemon is \(health.version), this is \(Release.version)",
                    advice: "install the same version of both"))
        if health.problems.isEmpty {
            checks.append(.good("files", "none was refused"))
        }
        for problem in health.problems {
            let place = problem.line.map { "\(problem.file):\($0)" } ?? problem.file
            checks.append(
                .bad(
                    "files", "\(place): \(problem.message)",
                    advice: "correct the file; it is read again on change"))
        }
        let skewSeconds = abs((health.now - now).inSeconds)
        checks.append(
            skewSeconds <= clockToleranceSeconds
                ? .good("clock", "agrees with this one")
                : .doubtful(
                    "clock", "differs from this one by \(Phrases.duration(seconds: skewSeconds))",
                    advice: "synchronise both clocks, e.g. with chrony"))
        if let free = health.freeDiskBytes {
            let text = "\(free >> 20) MiB are free"
            checks.append(
                free < desperateDiskBytes
                    ? .bad("disk", text, advice: "free some space: new tasks are refused when it is full")
                    : free < scarceDiskBytes
                        ? .doubtful("disk", text, advice: "free some space before it is full")
                        : .good("disk", text))
        }
        return checks
    }

    static func judge(_ robots: [RobotView]) -> [Check] {
        guard !robots.isEmpty else {
            return [
                .doubtful(
                    "robots", "there are none",
                    advice: "apply a scene (pons scene apply), or start a skill host")
            ]
        }
        return robots.map { robot in
            let id = robot.description.id
            if robot.state == .lost || !robot.isLinked && robot.state != .retired {
                return .bad(
                    "robots", "\(id) has no link", advice: "start its skill host; check power and network")
            }
            if let battery = robot.batteryRatio, battery < 0.15 {
                return .doubtful(
                    "robots", "\(id) has \(Int((battery * 100).rounded())) % of battery", advice: "charge it")
            }
            return .good("robots", "\(id) is \(robot.state.rawValue)")
        }
    }
}
