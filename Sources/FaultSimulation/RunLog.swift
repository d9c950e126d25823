import RobotModel

/// What happened, a line each, as a fingerprint; the lines themselves only
/// where someone wants to read them. Equal seeds give equal logs, byte for byte.
struct RunLog {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var count = 0
    private(set) var lines: [String] = []
    private let isKept: Bool
    private let start: Instant

    init(isKept: Bool, start: Instant) {
        self.isKept = isKept
        self.start = start
    }

    /// An event of the agenda.
    mutating func note(_ at: Instant, _ name: StaticString, _ subject: Int) {
        count += 1
        mix(UInt64(bitPattern: at.nanosecondsSinceEpoch))
        name.withUTF8Buffer { for byte in $0 { mix(byte) } }
        mix(UInt64(bitPattern: Int64(subject)))
    }

    /// Something worth reading; `bytes` go into the fingerprint.
    mutating func note(_ at: Instant, _ bytes: [UInt8]) {
        for byte in bytes { mix(byte) }
    }

    mutating func say(_ at: Instant, _ line: @autoclosure () -> String) {
        guard isKept else { return }
        let milliseconds = (at - start).wholeNanoseconds / 1_000_000
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        lines.append("\(milliseconds / 1000).\(fraction) \(line())")
    }

    private mutating func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01b3 }
    private mutating func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
}
