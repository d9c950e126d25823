import Foundation
import Hummingbird
import NIOCore

extension Response {
    /// `value` as JSON. Keys are those of the model types (camelCase, and
    /// names with units in snake_case such as `x_m`); instants are RFC 3339.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let data = try JSONText.encode(value)
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}

/// How this face writes JSON: on one line, keys in order.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}
