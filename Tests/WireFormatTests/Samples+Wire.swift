import RobotModel
import WireFormat

extension Samples {
    mutating func envelope() -> Envelope {
        Envelope(
            version: bits(), id: bits(), session: text(), sequence: bits(), acknowledged: bits(),
            motionLease: .milliseconds(Int64.random(in: 0...5000, using: &random)),
            stamp: stamp(),
            traceparent: text(), body: body())
    }

    static let bodyKinds = 13

    mutating func body() -> Envelope.Body { body(kind: Int.random(in: 0..<Self.bodyKinds, using: &random)) }

    mutating func body(kind: Int) -> Envelope.Body {
        switch kind {
        case 0: .hello(hello())
        case 1:
            .welcome(
                Welcome(
                    version: bits(), session: text(), epoch: bits(), lease: milliseconds(),
                    heartbeat: milliseconds(), about: bits(), emergencyPort: bits()))
        case 2: .refused(Refused(code: text(), message: text(), about: bits()))
        case 3: .heartbeat(several { $0.status() })
        case 4: .goodbye(reason: text())
        case 5: .roster(Roster(robots: offers(), manifests: several { $0.text() }))
        case 6:
            .invoke(
                Invocation(
                    attempt: attempt(), token: token(), robot: id(), skill: id(), arguments: arguments(),
                    timeout: milliseconds(), onLinkLoss: linkLoss(), cancel: cancelMode(),
                    idempotent: flip(), votes: maybe { $0.votes() }))
        case 7: .accept(attempt(), token())
        case 8: .progress(attempt(), token(), AttemptProgress(ratio: number(), note: text()))
        case 9: .result(attempt(), token(), outcome())
        case 10: .resultStored(attempt(), token())
        case 11: .cancel(attempt(), token(), reason: text())
        default: .memoryDelta(several { $0.operation() })
        }
    }

    private mutating func milliseconds() -> Duration { .milliseconds(Int64(bits(UInt32.self))) }

    private mutating func hello() -> Hello {
        Hello(
            lowestVersion: bits(), highestVersion: bits(), role: pick(PeerRole.allCases), name: name(),
            software: text(), robots: offers(), manifests: several { $0.text() })
    }

    private mutating func offers() -> [RobotOffer] {
        var named: Set<RobotID> = []
        return several { samples in
            let description = samples.maybe { $0.robot(value: { $0.plainValue() }, pose: { $0.plainPose() }) }
            return RobotOffer(
                robot: description?.id ?? samples.id(), description: description,
                skills: samples.several { $0.id() },
                attempts: samples.several {
                    AttemptReport(
                        attempt: $0.attempt(), token: $0.token(), outcome: $0.maybe { $0.outcome() })
                },
                highestToken: samples.maybe { $0.token() })
        }.filter { named.insert($0.robot).inserted }
    }

    private mutating func status() -> RobotStatus {
        RobotStatus(
            robot: id(), isReady: flip(), pose: maybe { $0.pose() }, batteryRatio: maybe { $0.ratio() })
    }

    private mutating func source() -> FactSource {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .robot(id())
        case 1: .person(text())
        case 2: .sensor(text())
        case 3: .effect(text())
        default: .scene(text())
        }
    }

    private mutating func operation() -> MemoryOperation {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            .fact(
                FactRecord(
                    fact: fact(), holds: flip(), certainty: pick([.observed, .claimed, .uncertain]),
                    confidence: ratio(), stamp: stamp(), source: source(), owner: maybe { $0.id() },
                    cause: bits()))
        case 1: .pose(EntityPose(entity: id(), pose: pose(), stamp: stamp(), source: source()))
        default: .entity(entity(value: { $0.plainValue() }, pose: { $0.plainPose() }))
        }
    }
}
