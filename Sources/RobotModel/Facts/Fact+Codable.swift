/// Facts, literals and formulas are strings in JSON, in the notation of
/// ``FactSyntax``.
extension Fact: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decodeFactText(from: decoder) { text throws(FactSyntaxError) in try FactSyntax().fact(text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encodeFactText(self, to: encoder) }
}

extension Literal: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decodeFactText(from: decoder) { text throws(FactSyntaxError) in
            try FactSyntax().literal(text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encodeFactText(self, to: encoder) }
}

extension Formula: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decodeFactText(from: decoder) { text throws(FactSyntaxError) in
            text == "and()" ? .always : try FactSyntax().formula(text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encodeFactText(self, to: encoder) }
}

private func decodeFactText<Result>(
    from decoder: any Decoder, read: (String) throws(FactSyntaxError) -> Result
) throws -> Result {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
        return try read(text)
    } catch {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
}

private func encodeFactText(_ value: some CustomStringConvertible, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value.description)
}
