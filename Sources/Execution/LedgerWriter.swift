import RobotModel

/// Puts a ledger's values into bytes, one after the other; ``LedgerReader``
/// takes them out again in the same order.
///
/// ```
/// number  seven bits a byte, the lowest first; all bytes but the last have the eighth bit
/// text    its length as a number │ UTF-8
/// list    its length as a number │ element …
/// choice  one byte, of `LedgerTag`
/// real    the eight bytes of its bit pattern, the lowest first
/// ```
struct LedgerWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func put(_ byte: UInt8) { bytes.append(byte) }

    mutating func put(_ truth: Bool) { put(truth ? 1 : 0 as UInt8) }

    mutating func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            put(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        put(UInt8(rest))
    }

    /// Numbers near zero are short, whatever their sign.
    mutating func put(_ number: Int64) { put(UInt64(bitPattern: (number << 1) ^ (number >> 63))) }

    mutating func put(_ number: Double) {
        for shift in stride(from: 0, to: 64, by: 8) {
            put(UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(shift)))
        }
    }

    mutating func put(_ text: String) {
        put(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func put<Element>(
        list: some Collection<Element>, _ element: (inout LedgerWriter, Element) -> Void
    ) {
        put(UInt64(list.count))
        for item in list { element(&self, item) }
    }

    mutating func put<Wrapped>(_ optional: Wrapped?, _ some: (inout LedgerWriter, Wrapped) -> Void) {
        put(optional != nil)
        if let optional { some(&self, optional) }
    }

    // MARK: The model's values

    mutating func put(_ attempt: AttemptID) {
        put(attempt.task.rawValue)
        put(attempt.step.rawValue)
        put(UInt64(attempt.number))
    }

    mutating func put(_ token: FencingToken) {
        put(token.epoch)
        put(token.counter)
    }

    mutating func put(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        put(seconds)
        put(attoseconds)
    }

    mutating func put(_ value: Value) {
        switch value {
        case .entity(let id):
            put(LedgerTag.entity)
            put(id.rawValue)
        case .text(let text):
            put(LedgerTag.text)
            put(text)
        case .number(let number):
            put(LedgerTag.number)
            put(number)
        case .boolean(let truth):
            put(LedgerTag.boolean)
            put(truth)
        case .pose(let pose):
            put(LedgerTag.pose)
            put(pose.frame)
            for number in [pose.xMeters, pose.yMeters, pose.zMeters, pose.yawRadians] { put(number) }
        }
    }

    /// By name, so that equal values make equal bytes.
    mutating func put(_ values: [String: Value]) {
        put(list: values.sorted { $0.key < $1.key }) { writer, pair in
            writer.put(pair.key)
            writer.put(pair.value)
        }
    }

    mutating func put(_ literal: Literal) {
        put(literal.predicate)
        put(literal.isPositive)
        put(list: literal.terms) { writer, term in
            switch term {
            case .entity(let id):
                writer.put(LedgerTag.entity)
                writer.put(id.rawValue)
            case .variable(let name):
                writer.put(LedgerTag.variable)
                writer.put(name)
            case .any: writer.put(LedgerTag.any)
            }
        }
    }

    mutating func put(_ outcome: AttemptOutcome) {
        let seen: [Literal]
        switch outcome {
        case .succeeded(let returns, let observed):
            put(LedgerTag.succeeded)
            put(returns)
            seen = observed
        case .failed(let failure, let observed):
            put(LedgerTag.failed)
            put(failure.code.rawValue)
            put(failure.message)
            seen = observed
        }
        put(list: seen) { $0.put($1) }
    }

    mutating func put(_ order: Invocation) {
        put(order.attempt)
        put(order.token)
        put(order.robot.rawValue)
        put(order.skill.rawValue)
        put(order.arguments)
        put(order.timeout)
        put(order.onLinkLoss.rawValue)
        switch order.cancel {
        case .stop: put(LedgerTag.stop)
        case .finish: put(LedgerTag.finish)
        case .compensate(let skill):
            put(LedgerTag.compensate)
            put(skill.rawValue)
        }
        put(order.idempotent)
        put(order.votes) { writer, votes in
            writer.put(UInt64(votes.ahead))
            writer.put(UInt64(votes.most))
        }
    }
}

/// The bytes that say which of several things follows. They stay as they are:
/// ledgers outlive the version that wrote them.
enum LedgerTag {
    static let (entity, text, number, boolean, pose): (UInt8, UInt8, UInt8, UInt8, UInt8) = (1, 2, 3, 4, 5)
    static let (variable, any): (UInt8, UInt8) = (6, 7)
    static let (succeeded, failed): (UInt8, UInt8) = (1, 2)
    static let (stop, finish, compensate): (UInt8, UInt8, UInt8) = (1, 2, 3)
    /// A record with its order, or with the attempt and token alone.
    static let (ordered, adopted): (UInt8, UInt8) = (1, 2)
}
