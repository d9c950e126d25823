private import Foundation

/// An instant reads and writes as RFC 3339 in UTC with milliseconds,
/// e.g. `2026-11-24T05:20:00.125Z`; where the encoder `isExact`, as a number of
/// nanoseconds.
extension Instant: Codable, CustomStringConvertible {
    public var description: String {
        // Seconds go through `Date`, where they are exact; the fraction doesn't,
        // since a binary one may be written a millisecond off.
        let (second, rest) = nanosecondsSinceEpoch.flooredDivision(by: 1_000_000_000)
        let fraction = String(1000 + rest / 1_000_000).dropFirst()
        return Date(timeIntervalSince1970: Double(second)).formatted(Self.style).dropLast() + ".\(fraction)Z"
    }

    /// Nil when `text` is no RFC 3339 instant, or one outside 1678 to 2261,
    /// which nanoseconds can't count. Digits beyond nanoseconds are cut off.
    public init?(text: String) {
        var whole = text
        var nanoseconds: Int64 = 0
        if let dot = text.firstIndex(of: ".") {
            let digits = text[text.index(after: dot)...].prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, let value = Int64(digits.prefix(9)) else { return nil }
            nanoseconds = (digits.count..<max(9, digits.count)).reduce(value) { scaled, _ in scaled * 10 }
            whole.removeSubrange(dot..<digits.endIndex)
        }
        guard !whole.contains("."), let date = try? Self.style.parse(whole),
            let second = Int64(exactly: date.timeIntervalSince1970.rounded()),
            abs(second) < 9_223_372_036 - 1
        else { return nil }
        self.init(nanosecondsSinceEpoch: second * 1_000_000_000 + nanoseconds)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let nanoseconds = try? container.decode(Int64.self) {
            self.init(nanosecondsSinceEpoch: nanoseconds)
            return
        }
        let text = try container.decode(String.self)
        guard let instant = Instant(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "“\(text)” is no RFC 3339 instant")
        }
        self = instant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if encoder.userInfo[.isExact] as? Bool == true {
            try container.encode(nanosecondsSinceEpoch)
        } else {
            try container.encode(description)
        }
    }

    private static var style: Date.ISO8601FormatStyle { .init() }
}

extension Int64 {
    /// Quotient towards −∞, and what is left, 0 or more.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
