import CProtobufC
import CWire
private import Foundation
import RobotModel

extension Reader {
    func envelope(_ pointer: UnsafeMutablePointer<Pons__V1__Envelope>) throws(WireFormatError) -> Envelope {
        let frame = pointer.pointee
        return Envelope(
            version: frame.version, id: frame.id, session: text(frame.session),
            sequence: frame.sequence, acknowledged: frame.acknowledged,
            motionLease: .milliseconds(Int64(frame.motion_lease_ms)),
            stamp: try frame.stamp.map(stamp) ?? Self.unstamped,
            traceparent: text(frame.traceparent), body: try body(frame))
    }

    /// The stamp of an envelope that carries none.
    private static let unstamped = HybridStamp(wallMilliseconds: 0, counter: 0, origin: "")

    private func body(_ frame: Pons__V1__Envelope) throws(WireFormatError) -> Envelope.Body {
        switch frame.body_case {
        case PONS__V1__ENVELOPE__BODY_HELLO:
            return .hello(try hello(try required(frame.hello, "hello").pointee))
        case PONS__V1__ENVELOPE__BODY_WELCOME:
            let part = try required(frame.welcome, "welcome").pointee
            return .welcome(
                Welcome(
                    version: part.version, session: text(part.session), epoch: part.epoch,
                    lease: .milliseconds(Int64(part.lease_ms)),
                    heartbeat: .milliseconds(Int64(part.heartbeat_ms)), about: part.about,
                    emergencyPort: part.estop_port))
        case PONS__V1__ENVELOPE__BODY_REFUSED:
            let part = try required(frame.refused, "refused").pointee
            return .refused(
                Refused(code: text(part.code), message: text(part.message), about: part.about))
        case PONS__V1__ENVELOPE__BODY_HEARTBEAT:
            let part = try required(frame.heartbeat, "heartbeat").pointee
            return .heartbeat(try list(part.n_robots, part.robots, "heartbeat.robots", status))
        case PONS__V1__ENVELOPE__BODY_GOODBYE:
            return .goodbye(reason: text(try required(frame.goodbye, "goodbye").pointee.reason))
        case PONS__V1__ENVELOPE__BODY_ROSTER:
            let part = try required(frame.roster, "roster").pointee
            return .roster(
                Roster(
                    robots: try offers(part.n_robots, part.robots),
                    manifests: texts(part.n_manifests, part.manifests)))
        case PONS__V1__ENVELOPE__BODY_INVOKE:
            return .invoke(try invocation(try required(frame.invoke, "invoke").pointee))
        case PONS__V1__ENVELOPE__BODY_ACCEPT:
            let part = try required(frame.accept, "accept").pointee
            return .accept(try attempt(part.attempt), try token(part.token))
        case PONS__V1__ENVELOPE__BODY_PROGRESS:
            let part = try required(frame.progress, "progress").pointee
            let progress = AttemptProgress(
                ratio: try number(part.ratio, "progress.ratio"), note: text(part.note))
            return .progress(try attempt(part.attempt), try token(part.token), progress)
        case PONS__V1__ENVELOPE__BODY_RESULT:
            let part = try required(frame.result, "result").pointee
            return .result(try attempt(part.attempt), try token(part.token), try outcome(part.outcome))
        case PONS__V1__ENVELOPE__BODY_RESULT_STORED:
            let part = try required(frame.result_stored, "result_stored").pointee
            return .resultStored(try attempt(part.attempt), try token(part.token))
        case PONS__V1__ENVELOPE__BODY_CANCEL:
            let part = try required(frame.cancel, "cancel").pointee
            return .cancel(try attempt(part.attempt), try token(part.token), reason: text(part.reason))
        case PONS__V1__ENVELOPE__BODY_MEMORY_DELTA:
            let part = try required(frame.memory_delta, "memory_delta").pointee
            return .memoryDelta(
                try list(part.n_operations, part.operations, "memory_delta.operations", operation))
        default:
            throw WireFormatError(.unknownKind, "the envelope has no body that this version knows")
        }
    }

    private func hello(_ hello: Pons__V1__Hello) throws(WireFormatError) -> Hello {
        let role: PeerRole
        switch hello.role {
        case PONS__V1__PEER_ROLE__PEER_ROLE_EDGE: role = .edge
        case PONS__V1__PEER_ROLE__PEER_ROLE_SKILL_HOST: role = .skillHost
        default:
            throw WireFormatError(
                .malformed, "hello.role is \(hello.role.rawValue), and neither edge (1) nor skill host (2)")
        }
        let name: NodeID = try id(hello.name, "hello.name")
        return Hello(
            lowestVersion: hello.lowest_version, highestVersion: hello.highest_version, role: role,
            name: name.rawValue, software: text(hello.software),
            robots: try offers(hello.n_robots, hello.robots),
            manifests: texts(hello.n_manifests, hello.manifests))
    }

    /// Offers of different robots.
    private func offers(
        _ count: Int, _ items: UnsafeMutablePointer<UnsafeMutablePointer<Pons__V1__RobotOffer>?>?
    ) throws(WireFormatError) -> [RobotOffer] {
        let offers = try list(count, items, "robots", offer)
        guard Set(offers.map(\.robot)).count == offers.count else {
            throw WireFormatError(.malformed, "robots lists a robot twice")
        }
        return offers
    }

    private func offer(_ pointer: UnsafeMutablePointer<Pons__V1__RobotOffer>) throws(WireFormatError)
        -> RobotOffer
    {
        let part = pointer.pointee
        let robot: RobotID = try id(part.robot, "robot")
        var description: RobotDescription?
        let json = text(part.description)
        if !json.isEmpty {
            let told: RobotDescription = try decodeJSON(json, "the description of \(robot)")
            guard told.id == robot else {
                throw WireFormatError(.malformed, "the description of \(robot) has the id “\(told.id)”")
            }
            description = told
        }
        return RobotOffer(
            robot: robot, description: description,
            skills: try ids(part.n_skills, part.skills, "skills"),
            attempts: try list(part.n_attempts, part.attempts, "attempts", report),
            highestToken: part.highest_token == nil ? nil : try token(part.highest_token))
    }

    private func report(_ pointer: UnsafeMutablePointer<Pons__V1__AttemptReport>) throws(WireFormatError)
        -> AttemptReport
    {
        let part = pointer.pointee
        return AttemptReport(
            attempt: try attempt(part.attempt), token: try token(part.token),
            outcome: part.outcome == nil ? nil : try outcome(part.outcome))
    }

    private func status(_ pointer: UnsafeMutablePointer<Pons__V1__RobotStatus>) throws(WireFormatError)
        -> RobotStatus
    {
        let part = pointer.pointee
        let battery = try number(part.battery_ratio, "battery_ratio")
        guard battery <= 1 else {
            throw WireFormatError(.malformed, "battery_ratio is \(battery), and not from 0 to 1")
        }
        return RobotStatus(
            robot: try id(part.robot, "robot"), isReady: part.ready != 0,
            pose: try optionalPose(part.pose), batteryRatio: battery < 0 ? nil : battery)
    }

    private func invocation(_ part: Pons__V1__Invoke) throws(WireFormatError) -> Invocation {
        let cancel = text(part.cancel)
        guard let mode = CancelMode(text: cancel) else {
            throw WireFormatError(
                .malformed, "cancel “\(cancel.prefix(60))” isn’t stop, finish or compensate:<skill>")
        }
        return Invocation(
            attempt: try attempt(part.attempt), token: try token(part.token),
            robot: try id(part.robot, "robot"), skill: try id(part.skill, "skill"),
            arguments: try arguments(part.n_arguments, part.arguments),
            timeout: .milliseconds(Int64(part.timeout_ms)),
            onLinkLoss: try word(part.on_link_loss, "on_link_loss"), cancel: mode,
            idempotent: part.idempotent != 0, votes: try votes(part.votes))
    }

    private func operation(
        _ pointer: UnsafeMutablePointer<Pons__V1__MemoryOperation>
    ) throws(WireFormatError) -> MemoryOperation {
        let part = pointer.pointee
        switch part.operation_case {
        case PONS__V1__MEMORY_OPERATION__OPERATION_FACT:
            return .fact(try factRecord(try required(part.fact, "fact").pointee))
        case PONS__V1__MEMORY_OPERATION__OPERATION_POSE:
            let seen = try required(part.pose, "pose").pointee
            return .pose(
                EntityPose(
                    entity: try id(seen.entity, "entity"),
                    pose: try pose(try required(seen.pose, "pose").pointee),
                    stamp: try stamp(seen.stamp), source: try source(seen.source)))
        case PONS__V1__MEMORY_OPERATION__OPERATION_ENTITY:
            let entity: Entity = try decodeJSON(text(part.entity), "entity")
            guard IdentifierRules.allows(entity.id.rawValue) else {
                throw WireFormatError(
                    .malformed, "the entity’s id “\(entity.id.rawValue.prefix(60))” is no identifier")
            }
            return .entity(entity)
        default:
            throw WireFormatError(.unknownKind, "a memory operation of no known kind")
        }
    }

    private func decodeJSON<Result: Decodable>(_ json: String, _ what: String) throws(WireFormatError)
        -> Result
    {
        do {
            return try JSONDecoder().decode(Result.self, from: Data(json.utf8))
        } catch let error as DecodingError {
            throw WireFormatError(.malformed, "\(what): \(error.advice)")
        } catch {
            throw WireFormatError(.malformed, "\(what) is no JSON: \(error)")
        }
    }
}

extension DecodingError {
    /// Where, and what is wrong there.
    fileprivate var advice: String {
        let (context, what): (Context, String) =
            switch self {
            case .keyNotFound(let key, let context): (context, "lacks “\(key.stringValue)”")
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, context.debugDescription)
            @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? what : "\(path): \(what)"
    }
}
