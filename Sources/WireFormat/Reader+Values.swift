import CProtobufC
import CWire
import RobotModel

extension Reader {
    func attempt(_ pointer: UnsafeMutablePointer<Pons__V1__AttemptId>?) throws(WireFormatError) -> AttemptID {
        let attempt = try required(pointer, "attempt").pointee
        guard !isFromOutside || attempt.number > 0 else {
            throw WireFormatError(.malformed, "attempt.number counts from 1")
        }
        return AttemptID(
            task: try id(attempt.task, "attempt.task"), step: try id(attempt.step, "attempt.step"),
            number: attempt.number)
    }

    func token(_ pointer: UnsafeMutablePointer<Pons__V1__Token>?) throws(WireFormatError) -> FencingToken {
        let token = try required(pointer, "token").pointee
        return FencingToken(epoch: token.epoch, counter: token.counter)
    }

    /// Last millisecond of the year 9999, beyond which nothing is dated.
    private static let endOfTime: Int64 = 253_402_300_799_999

    func stamp(_ pointer: UnsafeMutablePointer<Pons__V1__HybridStamp>?) throws(WireFormatError) -> HybridStamp
    {
        let stamp = try required(pointer, "stamp").pointee
        guard (0...Self.endOfTime).contains(stamp.wall_ms) else {
            throw WireFormatError(.malformed, "stamp.wall_ms is \(stamp.wall_ms), before 1970 or after 9999")
        }
        return HybridStamp(
            wallMilliseconds: stamp.wall_ms, counter: stamp.counter,
            origin: try id(stamp.origin, "stamp.origin"))
    }

    func pose(_ pose: Pons__V1__Pose) throws(WireFormatError) -> Pose {
        Pose(
            frame: text(pose.frame), xMeters: try number(pose.x_m, "x_m"),
            yMeters: try number(pose.y_m, "y_m"), zMeters: try number(pose.z_m, "z_m"),
            yawRadians: try number(pose.yaw_rad, "yaw_rad"))
    }

    /// Nil for a pose that isn't set.
    func optionalPose(_ pointer: UnsafeMutablePointer<Pons__V1__Pose>?) throws(WireFormatError) -> Pose? {
        guard let pointer else { return nil }
        return try pose(pointer.pointee)
    }

    func value(_ pointer: UnsafeMutablePointer<Pons__V1__Value>?) throws(WireFormatError) -> Value {
        let value = try required(pointer, "value").pointee
        switch value.kind_case {
        case PONS__V1__VALUE__KIND_ENTITY: return .entity(try id(value.entity, "value.entity"))
        case PONS__V1__VALUE__KIND_TEXT: return .text(text(value.text))
        case PONS__V1__VALUE__KIND_NUMBER: return .number(try number(value.number, "value.number"))
        case PONS__V1__VALUE__KIND_BOOLEAN: return .boolean(value.boolean != 0)
        case PONS__V1__VALUE__KIND_POSE:
            return .pose(try pose(try required(value.pose, "value.pose").pointee))
        default: throw WireFormatError(.unknownKind, "a value of no known kind")
        }
    }

    func arguments(
        _ count: Int, _ items: UnsafeMutablePointer<UnsafeMutablePointer<Pons__V1__Argument>?>?
    ) throws(WireFormatError) -> [String: Value] {
        guard count > 0, let items else { return [:] }
        var result: [String: Value] = [:]
        for index in 0..<count {
            let argument = try required(items[index], "argument").pointee
            let name = text(argument.name)
            guard result.updateValue(try value(argument.value), forKey: name) == nil else {
                throw WireFormatError(.malformed, "the argument “\(name.prefix(60))” is given twice")
            }
        }
        return result
    }

    /// Nil for a policy that isn't set. From outside, one that no vote could
    /// ever satisfy is refused.
    func votes(_ pointer: UnsafeMutablePointer<Pons__V1__VotePolicy>?) throws(WireFormatError) -> VotePolicy?
    {
        guard let policy = pointer?.pointee else { return nil }
        guard !isFromOutside || (policy.ahead > 0 && policy.most >= policy.ahead) else {
            throw WireFormatError(
                .malformed, "votes.ahead is \(policy.ahead) and votes.most \(policy.most)")
        }
        return VotePolicy(ahead: policy.ahead, most: policy.most)
    }

    func outcome(_ pointer: UnsafeMutablePointer<Pons__V1__Outcome>?) throws(WireFormatError)
        -> AttemptOutcome
    {
        let outcome = try required(pointer, "outcome").pointee
        let observed = try literals(outcome.n_observed, outcome.observed, "outcome.observed")
        guard let failure = outcome.failure else {
            return .succeeded(
                returns: try arguments(outcome.n_returns, outcome.returns), observed: observed)
        }
        return .failed(try self.failure(failure.pointee), observed: observed)
    }

    private func failure(_ failure: Pons__V1__Failure) throws(WireFormatError) -> Failure {
        let code = text(failure.code)
        if let known = FailureCode(rawValue: code) { return Failure(known, text(failure.message)) }
        guard isFromOutside else {
            throw WireFormatError(.unknownKind, "unknown failure code “\(code.prefix(60))”")
        }
        return Failure(.skillError, "\(code.prefix(60)): \(text(failure.message))")
    }

    func factRecord(_ record: Pons__V1__FactRecord) throws(WireFormatError) -> FactRecord {
        let confidence = try number(record.confidence, "confidence")
        guard !isFromOutside || (0...1).contains(confidence) else {
            throw WireFormatError(.malformed, "confidence is \(confidence), and not from 0 to 1")
        }
        return FactRecord(
            fact: try fact(record.fact, "fact"), holds: record.holds != 0,
            certainty: try word(record.certainty, "certainty"), confidence: confidence,
            stamp: try stamp(record.stamp), source: try source(record.source),
            owner: text(record.owner).isEmpty ? nil : try id(record.owner, "owner"),
            cause: record.cause)
    }

    func source(_ pointer: UnsafeMutablePointer<CChar>?) throws(WireFormatError) -> FactSource {
        let name = text(pointer)
        guard let source = FactSource(text: name) else {
            throw WireFormatError(
                .malformed,
                "source “\(name.prefix(60))” isn’t robot:, person:, sensor:, effect: or scene: with a name")
        }
        return source
    }
}
