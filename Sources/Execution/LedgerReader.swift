import RobotModel

/// Takes values out of a ledger's bytes, which may be anything: what isn't as
/// ``LedgerWriter`` writes it is an error with its place, and nothing is read,
/// or made room for, beyond the end.
struct LedgerReader {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position == bytes.count }
    private var left: Int { bytes.count - position }

    func damaged(_ what: String) -> LedgerError { LedgerError(.damaged, "at byte \(position), \(what)") }

    mutating func byte() throws(LedgerError) -> UInt8 {
        guard left > 0 else { throw damaged("it ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func truth() throws(LedgerError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        case let other: throw damaged("\(other) is neither true nor false")
        }
    }

    mutating func number() throws(LedgerError) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { break }
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return result }
        }
        throw damaged("a number has more than 64 bits")
    }

    mutating func signed() throws(LedgerError) -> Int64 {
        let number = try number()
        return Int64(bitPattern: (number >> 1) ^ (0 &- (number & 1)))
    }

    mutating func small() throws(LedgerError) -> UInt32 {
        let number = try number()
        guard let small = UInt32(exactly: number) else {
            throw damaged("\(number) is more than there can be")
        }
        return small
    }

    mutating func real() throws(LedgerError) -> Double {
        guard left >= 8 else { throw damaged("it ends too early") }
        defer { position += 8 }
        let pattern = bytes[position..<position + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return Double(bitPattern: pattern)
    }

    mutating func text() throws(LedgerError) -> String {
        let count = try count(of: "text")
        defer { position += count }
        guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
            throw damaged("a text isn’t UTF-8")
        }
        return text
    }

    /// How many of something follow, at least a byte each.
    private mutating func count(of what: String) throws(LedgerError) -> Int {
        let number = try number()
        guard let count = Int(exactly: number), count <= left else {
            throw damaged("a \(what) of \(number) is longer than the \(left) bytes that are left")
        }
        return count
    }

    mutating func list<Element>(
        _ element: (inout LedgerReader) throws(LedgerError) -> Element
    ) throws(LedgerError) -> [Element] {
        let count = try count(of: "list")
        var result: [Element] = []
        for _ in 0..<count { result.append(try element(&self)) }
        return result
    }

    mutating func optional<Wrapped>(
        _ some: (inout LedgerReader) throws(LedgerError) -> Wrapped
    ) throws(LedgerError) -> Wrapped? {
        try truth() ? try some(&self) : nil
    }

    // MARK: The model's values

    mutating func attempt() throws(LedgerError) -> AttemptID {
        AttemptID(task: TaskID(try text()), step: StepID(try text()), number: try small())
    }

    mutating func token() throws(LedgerError) -> FencingToken {
        FencingToken(epoch: try number(), counter: try number())
    }

    mutating func duration() throws(LedgerError) -> Duration {
        let (seconds, attoseconds) = (try signed(), try signed())
        guard (-999_999_999_999_999_999...999_999_999_999_999_999).contains(attoseconds) else {
            throw damaged("a part of a second is a second or more")
        }
        return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
    }

    mutating func value() throws(LedgerError) -> Value {
        switch try byte() {
        case LedgerTag.entity: return .entity(EntityID(try text()))
        case LedgerTag.text: return .text(try text())
        case LedgerTag.number: return .number(try real())
        case LedgerTag.boolean: return .boolean(try truth())
        case LedgerTag.pose:
            return .pose(
                Pose(
                    frame: try text(), xMeters: try real(), yMeters: try real(), zMeters: try real(),
                    yawRadians: try real()))
        case let other: throw damaged("\(other) is no kind of value")
        }
    }

    mutating func values() throws(LedgerError) -> [String: Value] {
        let pairs = try list { (reader) throws(LedgerError) in (try reader.text(), try reader.value()) }
        return Dictionary(pairs, uniquingKeysWith: { _, last in last })
    }

    mutating func literal() throws(LedgerError) -> Literal {
        let (predicate, isPositive) = (try text(), try truth())
        let terms = try list { (reader) throws(LedgerError) in try reader.term() }
        return Literal(predicate, terms, isPositive: isPositive)
    }

    private mutating func term() throws(LedgerError) -> Term {
        switch try byte() {
        case LedgerTag.entity: return .entity(EntityID(try text()))
        case LedgerTag.variable: return .variable(try text())
        case LedgerTag.any: return .any
        case let other: throw damaged("\(other) is no kind of term")
        }
    }

    mutating func outcome() throws(LedgerError) -> AttemptOutcome {
        switch try byte() {
        case LedgerTag.succeeded: return .succeeded(returns: try values(), observed: try literals())
        case LedgerTag.failed:
            let name = try text()
            guard let code = FailureCode(rawValue: name) else { throw damaged("“\(name)” is no failure") }
            return .failed(Failure(code, try text()), observed: try literals())
        case let other: throw damaged("\(other) is no kind of outcome")
        }
    }

    private mutating func literals() throws(LedgerError) -> [Literal] {
        try list { (reader) throws(LedgerError) in try reader.literal() }
    }

    mutating func order() throws(LedgerError) -> Invocation {
        var order = Invocation(
            attempt: try attempt(), token: try token(), robot: RobotID(try text()),
            skill: SkillName(try text()), arguments: try values(), timeout: try duration())
        let name = try text()
        guard let onLinkLoss = OnLinkLoss(rawValue: name) else {
            throw damaged("“\(name)” is nothing to do without a link")
        }
        order.onLinkLoss = onLinkLoss
        order.cancel = try cancel()
        order.idempotent = try truth()
        order.votes = try optional { (reader) throws(LedgerError) in
            VotePolicy(ahead: try reader.small(), most: try reader.small())
        }
        return order
    }

    private mutating func cancel() throws(LedgerError) -> CancelMode {
        switch try byte() {
        case LedgerTag.stop: return .stop
        case LedgerTag.finish: return .finish
        case LedgerTag.compensate: return .compensate(SkillName(try text()))
        case let other: throw damaged("\(other) is no way to cancel")
        }
    }
}
