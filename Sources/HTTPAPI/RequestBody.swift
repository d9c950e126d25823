import Foundation
import Hummingbird
import NIOCore

extension Request {
    /// The body as bytes.
    /// - Throws: `bodyTooLarge` past `limitBytes`; what is declared to be
    ///   longer is refused unread.
    func bytes(upTo limitBytes: Int) async throws -> Data {
        let tooLarge = APIError(
            .bodyTooLarge, "The body is longer than the \(limitBytes) bytes that this route takes.")
        if let declared = headers[.contentLength].flatMap({ Int($0) }), declared > limitBytes {
            throw tooLarge
        }
        var data = Data()
        for try await part in body {
            guard data.count + part.readableBytes <= limitBytes else { throw tooLarge }
            data.append(contentsOf: part.readableBytesView)
        }
        return data
    }

    /// The body as a value of `type`, after a check that it has no field that
    /// `shape` doesn't name. An empty body is `{}`.
    /// - Throws: `bodyTooLarge`, `malformedJSON`, `unknownField`,
    ///   `missingField`, `invalidField`.
    func decode<Value: Decodable>(
        _ type: Value.Type, shape: JSONShape, upTo limitBytes: Int = RequestLimits.bodyBytes
    ) async throws -> Value {
        var data = try await bytes(upTo: limitBytes)
        if data.isEmpty { data = Data("{}".utf8) }
        let tree: Any
        do {
            tree = try JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed])
        } catch {
            let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
            throw APIError(.malformedJSON, reason ?? "The body can’t be read as JSON.")
        }
        try shape.check(tree)
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw APIError(error)
        }
    }
}

/// How much this face takes of one caller.
enum RequestLimits {
    static let bodyBytes = 1 << 20
    static let sceneBytes = 8 << 20
    /// Event streams open at one time.
    static let eventStreams = 256
    /// Tasks in one answer.
    static let listedTasks = 1000
    /// Facts in one correction.
    static let toldFacts = 1000
}

extension APIError {
    /// The decoder's complaint in our words, with the path of the field.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            let path = (context.codingPath + [key]).fieldPath
            self.init(.missingField, "The field “\(path)” is missing.", field: path)
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.fieldPath
            self.init(
                .invalidField,
                "\(path.isEmpty ? "The body" : "The field “\(path)”"): \(context.debugDescription)",
                field: path.isEmpty ? nil : path)
        @unknown default:
            self.init(.invalidField, "The body is not as this route takes it.", underlying: error)
        }
    }
}

extension [any CodingKey] {
    /// E.g. `goal.stages[0].aim`.
    var fieldPath: String {
        reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
