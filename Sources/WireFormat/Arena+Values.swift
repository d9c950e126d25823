import CProtobufC
import CWire
import RobotModel

/// Values of the model as the C structs that protobuf-c packs.
extension Arena {
    /// A fresh struct, set up by its generated `init`.
    func message<Message>(
        _ initialise: (UnsafeMutablePointer<Message>?) -> Void
    ) throws(WireFormatError) -> UnsafeMutablePointer<Message> {
        guard let memory = take(MemoryLayout<Message>.size) else { throw tooLarge }
        let message = memory.bindMemory(to: Message.self, capacity: 1)
        initialise(message)
        return message
    }

    /// A NUL-terminated copy.
    func text(_ text: String) throws(WireFormatError) -> UnsafeMutablePointer<CChar> {
        let count = text.utf8.count
        guard let memory = take(count + 1) else { throw tooLarge }
        let bytes = memory.bindMemory(to: UInt8.self, capacity: count + 1)
        var isClean = true
        var index = 0
        for byte in text.utf8 {
            if byte == 0 { isClean = false }
            bytes[index] = byte
            index += 1
        }
        bytes[count] = 0
        guard isClean else {
            throw WireFormatError(.unrepresentable, "a text holds a NUL: “\(text.prefix(40))”")
        }
        return UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: CChar.self)
    }

    func list<Element, Item>(
        _ elements: some Collection<Element>,
        _ make: (Element) throws(WireFormatError) -> UnsafeMutablePointer<Item>
    ) throws(WireFormatError) -> UnsafeMutablePointer<UnsafeMutablePointer<Item>?>? {
        guard !elements.isEmpty else { return nil }
        let stride = MemoryLayout<UnsafeMutablePointer<Item>?>.stride
        guard let memory = take(elements.count * stride) else { throw tooLarge }
        let items = memory.bindMemory(
            to: UnsafeMutablePointer<Item>?.self, capacity: elements.count)
        var index = 0
        for element in elements {
            items[index] = try make(element)
            index += 1
        }
        return items
    }

    func texts(_ texts: [String]) throws(WireFormatError) -> UnsafeMutablePointer<
        UnsafeMutablePointer<CChar>?
    >? {
        try list(texts, text)
    }

    func ids(_ ids: [some Identifier]) throws(WireFormatError) -> UnsafeMutablePointer<
        UnsafeMutablePointer<CChar>?
    >? {
        try list(ids) { (id) throws(WireFormatError) in try text(id.rawValue) }
    }

    func numbers(_ numbers: [Int]) throws(WireFormatError) -> UnsafeMutablePointer<Int64>? {
        guard !numbers.isEmpty else { return nil }
        guard let memory = take(numbers.count * MemoryLayout<Int64>.stride) else { throw tooLarge }
        let items = memory.bindMemory(to: Int64.self, capacity: numbers.count)
        for (index, number) in numbers.enumerated() { items[index] = Int64(number) }
        return items
    }

    private var tooLarge: WireFormatError { WireFormatError(.tooLarge, "no room for so large a message") }
}

extension Arena {
    func attempt(_ attempt: AttemptID) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__AttemptId> {
        let result = try message(pons__v1__attempt_id__init)
        result.pointee.task = try text(attempt.task.rawValue)
        result.pointee.step = try text(attempt.step.rawValue)
        result.pointee.number = attempt.number
        return result
    }

    func token(_ token: FencingToken) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Token> {
        let result = try message(pons__v1__token__init)
        result.pointee.epoch = token.epoch
        result.pointee.counter = token.counter
        return result
    }

    func stamp(_ stamp: HybridStamp) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__HybridStamp> {
        let result = try message(pons__v1__hybrid_stamp__init)
        result.pointee.wall_ms = stamp.wallMilliseconds
        result.pointee.counter = stamp.counter
        result.pointee.origin = try text(stamp.origin.rawValue)
        return result
    }

    func pose(_ pose: Pose) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Pose> {
        let result = try message(pons__v1__pose__init)
        result.pointee.frame = try text(pose.frame)
        result.pointee.x_m = pose.xMeters
        result.pointee.y_m = pose.yMeters
        result.pointee.z_m = pose.zMeters
        result.pointee.yaw_rad = pose.yawRadians
        return result
    }

    func value(_ value: Value) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Value> {
        let result = try message(pons__v1__value__init)
        switch value {
        case .entity(let id):
            result.pointee.kind_case = PONS__V1__VALUE__KIND_ENTITY
            result.pointee.entity = try text(id.rawValue)
        case .text(let string):
            result.pointee.kind_case = PONS__V1__VALUE__KIND_TEXT
            result.pointee.text = try text(string)
        case .number(let number):
            result.pointee.kind_case = PONS__V1__VALUE__KIND_NUMBER
            result.pointee.number = number
        case .boolean(let truth):
            result.pointee.kind_case = PONS__V1__VALUE__KIND_BOOLEAN
            result.pointee.boolean = truth ? 1 : 0
        case .pose(let inner):
            result.pointee.kind_case = PONS__V1__VALUE__KIND_POSE
            result.pointee.pose = try pose(inner)
        }
        return result
    }

    /// Sorted by name, so that equal values make equal bytes.
    func arguments(
        _ arguments: [String: Value]
    ) throws(WireFormatError) -> UnsafeMutablePointer<UnsafeMutablePointer<Pons__V1__Argument>?>? {
        try list(arguments.sorted { $0.key < $1.key }) { (argument) throws(WireFormatError) in
            let result = try message(pons__v1__argument__init)
            result.pointee.name = try text(argument.key)
            result.pointee.value = try value(argument.value)
            return result
        }
    }

    /// The text of a literal, if it is one that can be read back.
    func literal(_ literal: Literal) throws(WireFormatError) -> UnsafeMutablePointer<CChar> {
        try Self.check(literal)
        return try text(literal.description)
    }

    static func check(_ literal: Literal) throws(WireFormatError) {
        let areLegal =
            IdentifierRules.allows(literal.predicate)
            && literal.terms.allSatisfy { term in
                switch term {
                case .any: true
                case .entity(let id): IdentifierRules.allows(id.rawValue)
                case .variable(let name): name == "self" || IdentifierRules.allows(name)
                }
            }
        guard areLegal else {
            throw WireFormatError(
                .unrepresentable, "“\(literal)” holds a name that the notation for facts forbids")
        }
    }

    func votes(_ policy: VotePolicy) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__VotePolicy> {
        let result = try message(pons__v1__vote_policy__init)
        result.pointee.ahead = policy.ahead
        result.pointee.most = policy.most
        return result
    }

    func outcome(_ outcome: AttemptOutcome) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__Outcome>
    {
        let result = try message(pons__v1__outcome__init)
        let seen: [Literal]
        switch outcome {
        case .succeeded(let returns, let observed):
            result.pointee.n_returns = returns.count
            result.pointee.returns = try arguments(returns)
            seen = observed
        case .failed(let failure, let observed):
            let inner = try message(pons__v1__failure__init)
            inner.pointee.code = try text(failure.code.rawValue)
            inner.pointee.message = try text(failure.message)
            result.pointee.failure = inner
            seen = observed
        }
        result.pointee.n_observed = seen.count
        result.pointee.observed = try list(seen, literal)
        return result
    }

    func fact(_ record: FactRecord) throws(WireFormatError) -> UnsafeMutablePointer<Pons__V1__FactRecord> {
        let result = try message(pons__v1__fact_record__init)
        result.pointee.fact = try literal(Literal(record.fact))
        result.pointee.holds = record.holds ? 1 : 0
        result.pointee.certainty = try text(record.certainty.rawValue)
        result.pointee.confidence = record.confidence
        result.pointee.stamp = try stamp(record.stamp)
        result.pointee.source = try text(record.source.description)
        result.pointee.owner = try text(record.owner?.rawValue ?? "")
        result.pointee.cause = record.cause
        return result
    }
}
