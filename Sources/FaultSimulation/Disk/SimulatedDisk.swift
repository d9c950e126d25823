/// A file as a power loss leaves it: what was synced is there, what was only
/// written is there in part, sector by sector, or not at all.
struct SimulatedDisk {
    static let sector = 512

    /// What a loss of power would leave for sure.
    private(set) var durable: [UInt8] = []
    private(set) var pending: [UInt8] = []

    mutating func write(_ bytes: [UInt8]) { pending += bytes }

    mutating func sync() {
        durable += pending
        pending = []
    }

    /// The process is gone. The system still writes what it was given, of which
    /// the newest call may have been in the middle; without power it doesn't.
    mutating func crash(isPowerLost: Bool, random: inout SeededRandom) {
        guard !pending.isEmpty else { return }
        if isPowerLost {
            for start in stride(from: 0, to: pending.count, by: Self.sector) {
                guard random.below(3) > 0 else { continue }
                let end = min(start + Self.sector, pending.count)
                // Lost in whole, or torn in the middle.
                let from = random.happens(oneIn: 2) ? start : start + random.below(end - start)
                for index in from..<end { pending[index] = 0 }
            }
            if random.happens(oneIn: 2) { pending.removeLast(random.below(pending.count + 1)) }
        } else if random.happens(oneIn: 2) {
            pending.removeLast(random.below(pending.count + 1))
        }
        sync()
    }

    /// Cuts off what can't be read.
    mutating func truncate(to count: Int) { durable.removeLast(max(0, durable.count - count)) }
}

/// Transactions in a ``SimulatedDisk``, as a write-ahead log keeps them: whole
/// by their checksum, or not there.
struct SimulatedLog {
    private(set) var disk = SimulatedDisk()

    /// Writes one transaction; it isn't on disk before ``sync()``.
    mutating func write(_ payloads: [[UInt8]]) {
        var body: [UInt8] = []
        for payload in payloads {
            body += Self.bytes(UInt64(payload.count))
            body += payload
        }
        disk.write(Self.bytes(UInt64(body.count)) + Self.bytes(Self.checksum(body)) + body)
    }

    mutating func sync() { disk.sync() }

    mutating func crash(isPowerLost: Bool, random: inout SeededRandom) {
        disk.crash(isPowerLost: isPowerLost, random: &random)
    }

    /// Every record of the whole transactions from the first, in order; what
    /// comes after them is given up.
    mutating func recover() -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        var position = 0
        while let (body, next) = transaction(at: position) {
            var index = body.lowerBound
            while index < body.upperBound {
                let count = Int(number(at: index))
                payloads.append(Array(disk.durable[(index + 8)..<(index + 8 + count)]))
                index += 8 + count
            }
            position = next
        }
        disk.truncate(to: position)
        return payloads
    }

    private func transaction(at position: Int) -> (Range<Int>, Int)? {
        guard position + 16 <= disk.durable.count else { return nil }
        let count = number(at: position)
        guard count > 0, count <= UInt64(disk.durable.count - position - 16) else { return nil }
        let body = (position + 16)..<(position + 16 + Int(count))
        guard Self.checksum(disk.durable[body]) == number(at: position + 8) else { return nil }
        return (body, body.upperBound)
    }

    private func number(at position: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(disk.durable[position + $1]) << UInt64(8 * $1) }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
