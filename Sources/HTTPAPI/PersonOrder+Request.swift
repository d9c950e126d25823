import HTTPTypes
import Hummingbird
import RobotModel

/// The body of an order that needs nothing but who and why; all optional:
/// `{"by": "anna", "reason": "…", "key": "…"}`.
struct OrderBody: Decodable {
    var by: String?
    var reason: String?
    var key: String?

    static let fields: [String: JSONShape] = ["by": .anything, "reason": .anything, "key": .anything]
    static let shape = JSONShape.object(fields)

    /// Longest `by` and `reason`, in characters.
    static let longestText = 500

    /// - Parameters:
    ///   - header: the request's idempotency key, which goes before the body's.
    /// - Throws: `invalidField` for a text that is too long or holds a NUL.
    func order(_ context: APIContext, key header: String?) throws -> PersonOrder {
        for (name, text) in [("by", by), ("reason", reason), ("key", key)] {
            guard let text, text.count > Self.longestText || text.unicodeScalars.contains("\0") else {
                continue
            }
            throw APIError(
                .invalidField, "“\(name)” has at most \(Self.longestText) characters, and no NUL.",
                field: name)
        }
        let person = by ?? context.requester
        return PersonOrder(
            by: person.isEmpty ? context.requester : person, reason: reason ?? "", key: header ?? key)
    }
}

extension Request {
    /// The order in a body that holds nothing else.
    func order(_ context: APIContext) async throws -> PersonOrder {
        let key = try idempotencyKey()
        return try await decode(OrderBody.self, shape: OrderBody.shape).order(context, key: key)
    }

    /// The body's own fields together with those of an order.
    func ordered<Body: Decodable>(
        _ type: Body.Type, fields: [String: JSONShape], _ context: APIContext
    ) async throws -> (body: Body, order: PersonOrder) {
        let key = try idempotencyKey()
        let both = try await decode(
            Ordered<Body>.self, shape: .object(fields.merging(OrderBody.fields) { own, _ in own }))
        return (both.body, try both.order.order(context, key: key))
    }

    /// - Throws: `invalidParameter` where the key is empty, longer than 255
    ///   characters or not printable ASCII.
    func idempotencyKey() throws -> String? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = headers[name] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIError(
                .invalidParameter,
                "An idempotency key is 1 to 255 printable ASCII characters without spaces.",
                field: "Idempotency-Key")
        }
        return key
    }
}

/// Two readings of one JSON object.
private struct Ordered<Body: Decodable>: Decodable {
    let body: Body
    let order: OrderBody

    init(from decoder: any Decoder) throws {
        body = try Body(from: decoder)
        order = try OrderBody(from: decoder)
    }
}
