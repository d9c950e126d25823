/// Random numbers that a seed fixes: SplitMix64 (Steele et al., «Fast
/// splittable pseudorandom number generators», 2014).
public struct SeededRandom: RandomNumberGenerator, CustomStringConvertible {
    public let seed: UInt64
    private var state: UInt64

    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A generator with a new seed, which it prints so that a failure can be
    /// had again.
    public static func printed(_ what: String) -> SeededRandom {
        let random = SeededRandom(seed: .random(in: .min ... .max))
        print("\(what): \(random)")
        return random
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    public var description: String { "seed \(seed)" }
}
