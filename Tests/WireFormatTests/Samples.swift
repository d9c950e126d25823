import RobotModel
import WireFormat

/// A small generator of random numbers that can be seeded (Steele et al. 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Random values of the model, legal ones only.
struct Samples {
    var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func flip() -> Bool { Bool.random(using: &random) }
    mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: items.indices, using: &random)] }
    mutating func small() -> Int { Int.random(in: 0...3, using: &random) }
    mutating func several<Item>(_ make: (inout Samples) -> Item) -> [Item] {
        (0..<small()).map { _ in make(&self) }
    }
    mutating func maybe<Item>(_ make: (inout Samples) -> Item) -> Item? { flip() ? make(&self) : nil }

    mutating func bits<Number: FixedWidthInteger & UnsignedInteger>(_: Number.Type = Number.self) -> Number {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: 0
        case 1: .max
        case 2: Number(Int.random(in: 1..<200, using: &random))
        default: Number.random(in: 0 ... .max, using: &random)
        }
    }

    mutating func number() -> Double {
        pick([0, -0.5, 1, .pi, 1e-300, -1e300, Double.random(in: -1000...1000, using: &random)])
    }

    mutating func ratio() -> Double { pick([0, 1, Double.random(in: 0...1, using: &random)]) }

    mutating func name() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCZ0189_-.")
        let length = flip() ? Int.random(in: 2...9, using: &random) : pick([2, 60, 128])
        return "x" + String((1..<length).map { _ in pick(letters) })
    }

    mutating func text() -> String {
        pick([
            "", "plain", "with “quotes” and \\ and \"", "zwölf Boxkämpfer 🤖🏽 \u{1}\n\t",
            String(repeating: "long ", count: 90),
        ])
    }

    mutating func id<ID: Identifier>() -> ID { ID(rawValue: name()) }

    mutating func attempt() -> AttemptID { AttemptID(task: id(), step: id(), number: max(1, bits())) }
    mutating func token() -> FencingToken { FencingToken(epoch: bits(), counter: bits()) }
    mutating func stamp() -> HybridStamp {
        HybridStamp(
            wallMilliseconds: Int64.random(in: 0...253_402_300_799_999, using: &random), counter: bits(),
            origin: id())
    }
    mutating func instant() -> Instant {
        Instant(
            nanosecondsSinceEpoch: pick([0, .max, .min, Int64.random(in: .min ... .max, using: &random)]))
    }
    mutating func pose() -> Pose {
        Pose(frame: text(), xMeters: number(), yMeters: number(), zMeters: number(), yawRadians: number())
    }

    mutating func value() -> Value {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .entity(id())
        case 1: .text(text())
        case 2: .number(number())
        case 3: .boolean(flip())
        default: .pose(pose())
        }
    }

    /// A value that comes through JSON as it is.
    mutating func plainValue() -> Value {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .text(text())
        case 1: .number(Double(Int.random(in: -1000...1000, using: &random)) / 8)
        case 2: .boolean(flip())
        default: .pose(plainPose())
        }
    }

    mutating func plainPose() -> Pose {
        func eighth(_ samples: inout Samples) -> Double {
            Double(Int.random(in: -800...800, using: &samples.random)) / 8
        }
        return Pose(
            frame: text(), xMeters: eighth(&self), yMeters: eighth(&self), zMeters: eighth(&self),
            yawRadians: eighth(&self))
    }

    mutating func arguments() -> [String: Value] {
        Dictionary(several { ($0.flip() ? $0.name() : $0.text(), $0.value()) }) { first, _ in first }
    }

    mutating func fact() -> Fact { Fact(name(), several { $0.id() }) }

    mutating func literal() -> Literal {
        let terms = several { samples -> Term in
            switch Int.random(in: 0..<4, using: &samples.random) {
            case 0: .any
            case 1: .variable("self")
            case 2: .variable(samples.name())
            default: .entity(samples.id())
            }
        }
        return Literal(name(), terms, isPositive: flip())
    }

    mutating func formula(depth: Int = 0) -> Formula {
        switch Int.random(in: 0..<(depth < 5 ? 6 : 1), using: &random) {
        case 1: .not(formula(depth: depth + 1))
        case 2: .and(several { $0.formula(depth: depth + 1) })
        case 3: .or(several { $0.formula(depth: depth + 1) })
        case 4: .forAll(variable: name(), type: name(), formula(depth: depth + 1))
        case 5: .exists(variable: name(), type: name(), formula(depth: depth + 1))
        default: .literal(literal())
        }
    }

    mutating func effect() -> Effect { Effect(literal(), when: several { $0.literal() }) }

    mutating func outcome() -> AttemptOutcome {
        if flip() { return .succeeded(returns: arguments(), observed: several { $0.literal() }) }
        return .failed(failure(), observed: several { $0.literal() })
    }
    mutating func failure() -> Failure { Failure(pick(FailureCode.allCases), text()) }
    mutating func cancelMode() -> CancelMode { pick([.stop, .finish, .compensate(id())]) }
    mutating func linkLoss() -> OnLinkLoss { pick([.stop, .finish, .continue]) }

    mutating func entity(value: (inout Samples) -> Value, pose: (inout Samples) -> Pose) -> Entity {
        Entity(
            id: id(), types: several { $0.name() }, names: several { $0.text() }, pose: maybe(pose),
            properties: Dictionary(several { ($0.name(), value(&$0)) }) { first, _ in first })
    }

    mutating func robot(value: (inout Samples) -> Value, pose: (inout Samples) -> Pose) -> RobotDescription {
        func eighth(_ samples: inout Samples) -> Double {
            Double(Int.random(in: 0...80, using: &samples.random)) / 8
        }
        return RobotDescription(
            id: id(), embodiment: text(), names: several { $0.text() }, skills: several { $0.id() },
            limits: RobotLimits(
                speedMetersPerSecond: eighth(&self), reachMeters: eighth(&self),
                payloadKilograms: eighth(&self),
                batteryRatioPerHour: eighth(&self)),
            resources: several { $0.text() }, parts: several { $0.entity(value: value, pose: pose) },
            facts: several { $0.fact() }, pose: maybe(pose))
    }
}
