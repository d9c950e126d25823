private import Foundation

/// An instant reads and writes as RFC 3339 in UTC with milliseconds,
/// e.g. `2026-11-24T05:20:00.125Z`.
extension Instant: Codable, CustomStringConvertible {
    public var description: String {
        Date(timeIntervalSince1970: secondsSinceEpoch).formatted(Self.style)
    }

    /// Nil when `text` is no RFC 3339 instant.
    public init?(text: String) {
        let plain = Date.ISO8601FormatStyle()
        guard let date = (try? Self.style.parse(text)) ?? (try? plain.parse(text)) else { return nil }
        self.init(nanosecondsSinceEpoch: Int64((date.timeIntervalSince1970 * 1000).rounded()) * 1_000_000)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Instant(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "“\(text)” is no RFC 3339 instant")
        }
        self = instant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static var style: Date.ISO8601FormatStyle { .init(includingFractionalSeconds: true) }
}
