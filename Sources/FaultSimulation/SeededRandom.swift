/// SplitMix64: the same seed gives the same numbers on every machine.
/// Source: Steele, Lea, Flood, «Fast splittable pseudorandom number
/// generators», 2014.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// One of many independent sequences of a seed: what one part of a run
    /// draws doesn't shift what another one does.
    init(seed: UInt64, stream: UInt64) {
        state = seed
        let mixed = next() ^ (stream &* 0xD6E8_FEB8_6659_FD93)
        state = mixed
        state = next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .microseconds(
            Int64(range.lowerBound * 1000 + below((range.upperBound - range.lowerBound) * 1000 + 1)))
    }

    mutating func microseconds(_ range: ClosedRange<Int>) -> Duration {
        .microseconds(Int64(range.lowerBound + below(range.upperBound - range.lowerBound + 1)))
    }

    mutating func happens(in thousand: Int) -> Bool { thousand > 0 && below(1000) < thousand }

    mutating func happens(oneIn chance: Int) -> Bool { chance > 0 && below(chance) == 0 }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}
