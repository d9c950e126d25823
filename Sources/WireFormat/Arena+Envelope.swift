import CProtobufC
import CWire
private import Foundation
import RobotModel

extension Arena {
    func envelope(_ envelope: Envelope) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Envelope> {
        let result = try message(pons__v1__envelope__init)
        result.pointee.version = envelope.version
        result.pointee.id = envelope.id
        result.pointee.session = try text(envelope.session)
        result.pointee.sequence = envelope.sequence
        result.pointee.stamp = try stamp(envelope.stamp)
        result.pointee.traceparent = try text(envelope.traceparent)
        result.pointee.acknowledged = envelope.acknowledged
        // Rounded down: a lease must not grow on its way.
        result.pointee.motion_lease_ms = UInt32(
            clamping: envelope.motionLease.wholeNanoseconds / 1_000_000)
        try fill(result, with: envelope.body)
        return result
    }

    private func fill(
        _ frame: UnsafeMutablePointer<Pons__V1__Envelope>, with body: Envelope.Body
    ) throws(WireFormatError) {
        switch body {
        case .hello(let hello):
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_HELLO
            frame.pointee.hello = try self.hello(hello)
        case .welcome(let welcome):
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_WELCOME
            frame.pointee.welcome = try self.welcome(welcome)
        case .refused(let refused):
            let part = try message(pons__v1__refused__init)
            part.pointee.code = try text(refused.code)
            part.pointee.message = try text(refused.message)
            part.pointee.about = refused.about
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_REFUSED
            frame.pointee.refused = part
        case .heartbeat(let robots):
            let part = try message(pons__v1__heartbeat__init)
            part.pointee.n_robots = robots.count
            part.pointee.robots = try list(robots, status)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_HEARTBEAT
            frame.pointee.heartbeat = part
        case .goodbye(let reason):
            let part = try message(pons__v1__goodbye__init)
            part.pointee.reason = try text(reason)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_GOODBYE
            frame.pointee.goodbye = part
        case .roster(let roster):
            let part = try message(pons__v1__roster__init)
            part.pointee.n_robots = roster.robots.count
            part.pointee.robots = try list(roster.robots, offer)
            part.pointee.n_manifests = roster.manifests.count
            part.pointee.manifests = try texts(roster.manifests)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_ROSTER
            frame.pointee.roster = part
        case .invoke(let invocation):
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_INVOKE
            frame.pointee.invoke = try invoke(invocation)
        case .accept(let attempt, let token):
            let part = try message(pons__v1__accept__init)
            part.pointee.attempt = try self.attempt(attempt)
            part.pointee.token = try self.token(token)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_ACCEPT
            frame.pointee.accept = part
        case .progress(let attempt, let token, let progress):
            let part = try message(pons__v1__progress__init)
            part.pointee.attempt = try self.attempt(attempt)
            part.pointee.token = try self.token(token)
            part.pointee.ratio = progress.ratio
            part.pointee.note = try text(progress.note)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_PROGRESS
            frame.pointee.progress = part
        case .result(let attempt, let token, let outcome):
            let part = try message(pons__v1__result__init)
            part.pointee.attempt = try self.attempt(attempt)
            part.pointee.token = try self.token(token)
            part.pointee.outcome = try self.outcome(outcome)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_RESULT
            frame.pointee.result = part
        case .resultStored(let attempt, let token):
            let part = try message(pons__v1__result_stored__init)
            part.pointee.attempt = try self.attempt(attempt)
            part.pointee.token = try self.token(token)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_RESULT_STORED
            frame.pointee.result_stored = part
        case .cancel(let attempt, let token, let reason):
            let part = try message(pons__v1__cancel__init)
            part.pointee.attempt = try self.attempt(attempt)
            part.pointee.token = try self.token(token)
            part.pointee.reason = try text(reason)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_CANCEL
            frame.pointee.cancel = part
        case .memoryDelta(let operations):
            let part = try message(pons__v1__memory_delta__init)
            part.pointee.n_operations = operations.count
            part.pointee.operations = try list(operations, operation)
            frame.pointee.body_case = PONS__V1__ENVELOPE__BODY_MEMORY_DELTA
            frame.pointee.memory_delta = part
        }
    }

    private func hello(_ hello: Hello) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Hello> {
        let result = try message(pons__v1__hello__init)
        result.pointee.lowest_version = hello.lowestVersion
        result.pointee.highest_version = hello.highestVersion
        result.pointee.role =
            switch hello.role {
            case .edge: PONS__V1__PEER_ROLE__PEER_ROLE_EDGE
            case .skillHost: PONS__V1__PEER_ROLE__PEER_ROLE_SKILL_HOST
            }
        result.pointee.name = try text(hello.name)
        result.pointee.software = try text(hello.software)
        result.pointee.n_robots = hello.robots.count
        result.pointee.robots = try list(hello.robots, offer)
        result.pointee.n_manifests = hello.manifests.count
        result.pointee.manifests = try texts(hello.manifests)
        return result
    }

    private func offer(_ offer: RobotOffer) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__RobotOffer
    > {
        let result = try message(pons__v1__robot_offer__init)
        result.pointee.robot = try text(offer.robot.rawValue)
        if let description = offer.description {
            result.pointee.description = try json(description)
        }
        result.pointee.n_skills = offer.skills.count
        result.pointee.skills = try ids(offer.skills)
        result.pointee.n_attempts = offer.attempts.count
        result.pointee.attempts = try list(offer.attempts, report)
        if let highest = offer.highestToken { result.pointee.highest_token = try token(highest) }
        return result
    }

    private func report(_ report: AttemptReport) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__AttemptReport
    > {
        let result = try message(pons__v1__attempt_report__init)
        result.pointee.attempt = try attempt(report.attempt)
        result.pointee.token = try token(report.token)
        if let ended = report.outcome { result.pointee.outcome = try outcome(ended) }
        return result
    }

    private func welcome(_ welcome: Welcome) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__Welcome
    > {
        let result = try message(pons__v1__welcome__init)
        result.pointee.version = welcome.version
        result.pointee.session = try text(welcome.session)
        result.pointee.epoch = welcome.epoch
        result.pointee.lease_ms = welcome.lease.wireMilliseconds
        result.pointee.heartbeat_ms = welcome.heartbeat.wireMilliseconds
        result.pointee.about = welcome.about
        result.pointee.estop_port = welcome.emergencyPort
        return result
    }

    private func status(_ status: RobotStatus) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__RobotStatus
    > {
        let result = try message(pons__v1__robot_status__init)
        result.pointee.robot = try text(status.robot.rawValue)
        result.pointee.ready = status.isReady ? 1 : 0
        if let known = status.pose { result.pointee.pose = try pose(known) }
        result.pointee.battery_ratio = status.batteryRatio ?? -1
        return result
    }

    private func invoke(_ invocation: Invocation) throws(WireFormatError) -> UnsafeMutablePointer<
        Pons__V1__Invoke
    > {
        let result = try message(pons__v1__invoke__init)
        result.pointee.attempt = try attempt(invocation.attempt)
        result.pointee.token = try token(invocation.token)
        result.pointee.robot = try text(invocation.robot.rawValue)
        result.pointee.skill = try text(invocation.skill.rawValue)
        result.pointee.n_arguments = invocation.arguments.count
        result.pointee.arguments = try arguments(invocation.arguments)
        result.pointee.timeout_ms = invocation.timeout.wireMilliseconds
        result.pointee.on_link_loss = try text(invocation.onLinkLoss.rawValue)
        result.pointee.cancel = try text(invocation.cancel.description)
        result.pointee.idempotent = invocation.idempotent ? 1 : 0
        if let policy = invocation.votes { result.pointee.votes = try votes(policy) }
        return result
    }

    private func operation(
        _ operation: MemoryOperation
    ) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__MemoryOperation> {
        let result = try message(pons__v1__memory_operation__init)
        switch operation {
        case .fact(let record):
            result.pointee.operation_case = PONS__V1__MEMORY_OPERATION__OPERATION_FACT
            result.pointee.fact = try fact(record)
        case .pose(let seen):
            let part = try message(pons__v1__entity_pose__init)
            part.pointee.entity = try text(seen.entity.rawValue)
            part.pointee.pose = try pose(seen.pose)
            part.pointee.stamp = try stamp(seen.stamp)
            part.pointee.source = try text(seen.source.description)
            result.pointee.operation_case = PONS__V1__MEMORY_OPERATION__OPERATION_POSE
            result.pointee.pose = part
        case .entity(let entity):
            result.pointee.operation_case = PONS__V1__MEMORY_OPERATION__OPERATION_ENTITY
            result.pointee.entity = try json(entity)
        }
        return result
    }

    /// JSON with sorted keys, so that equal values make equal bytes.
    private func json(_ value: some Encodable) throws(WireFormatError) -> UnsafeMutablePointer<CChar> {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try text(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch let error as WireFormatError {
            throw error
        } catch {
            throw WireFormatError(.unrepresentable, "no JSON can be made of \(type(of: value)): \(error)")
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, from 0 to what 32 bits hold.
    var wireMilliseconds: UInt32 {
        let nanoseconds = wholeNanoseconds
        guard nanoseconds > 0 else { return 0 }
        let (milliseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return UInt32(clamping: rest > 0 ? milliseconds + 1 : milliseconds)
    }
}
