import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1

/// Speaks HTTP to a brain, and turns what goes wrong into ``CommandError``s.
public struct BrainClient: Sendable {
    /// Where the brain is, e.g. `http://127.0.0.1:7680`.
    public let address: String
    private let token: String?

    /// - Parameter token: the operator's; nil where the brain may ask for none.
    public init(address: String, token: String?) {
        self.address = address
        self.token = token
    }

    /// Shared by all clients of the process, and never shut down.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        // A connection without a byte for so long is dead: event streams have
        // heartbeats, and no answer takes longer.
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(120))
        // Where nobody listens, the caller is told at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Longest answer, in bytes.
    private static let longestAnswer = 256 << 20

    /// The answer of a route that reads.
    ///
    /// - Throws: ``CommandError``: `unreachable`, or what the brain's problem
    ///   document stands for.
    public func get(_ path: String, query: [(String, String?)] = []) async throws -> Data {
        try await answer(request(path, query: query))
    }

    /// The answer of a route that changes something.
    ///
    /// - Parameter body: sent as it is; `contentType` says what it is.
    public func post(
        _ path: String, query: [(String, String?)] = [], body: Data = Data(),
        contentType: String = "application/json", headers: [(String, String)] = []
    ) async throws -> Data {
        try await send(
            .post, path, query: query, body: body, contentType: contentType, headers: headers)
    }

    /// How a request changes something.
    public enum Method: String, Sendable {
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// The answer of a route that changes something; see ``post(_:query:body:contentType:headers:)``.
    public func send(
        _ method: Method, _ path: String, query: [(String, String?)] = [], body: Data = Data(),
        contentType: String = "application/json", headers: [(String, String)] = []
    ) async throws -> Data {
        var request = request(path, query: query)
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers.add(name: "Content-Type", value: contentType)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await answer(request)
    }

    /// An event stream's bytes, from after `sequence` on.
    func stream(
        _ path: String, after sequence: UInt64?
    ) async throws -> HTTPClientResponse.Body {
        var request = request(path, query: [])
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let sequence { request.headers.add(name: "Last-Event-ID", value: "\(sequence)") }
        // The stream itself lasts as long as it likes; its heartbeats keep the
        // client's read time-out away.
        let response = try await reach { try await Self.http.execute(request, deadline: .distantFuture) }
        guard response.status == .ok else {
            throw ProblemAnswer.error(
                status: Int(response.status.code),
                body: Data(try await response.body.collect(upTo: 1 << 20).readableBytesView))
        }
        return response.body
    }

    /// Status and body of a route that answers without a token.
    public func probe(_ path: String) async throws -> (status: Int, body: Data) {
        let request = request(path, query: [])
        return try await reach {
            let response = try await Self.http.execute(request, timeout: .seconds(5))
            return (
                Int(response.status.code),
                Data(try await response.body.collect(upTo: 1 << 20).readableBytesView)
            )
        }
    }

    private func request(_ path: String, query: [(String, String?)]) -> HTTPClientRequest {
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
        var request = HTTPClientRequest(
            url: address + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")))
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    /// `text` as one segment of a path or one value of a query.
    public static func escaped(_ text: String) -> String {
        let plain = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    private func answer(_ request: HTTPClientRequest) async throws -> Data {
        let (status, body) = try await reach {
            // Planning a dry run may take its time.
            let response = try await Self.http.execute(request, timeout: .seconds(120))
            return (
                Int(response.status.code),
                Data(try await response.body.collect(upTo: Self.longestAnswer).readableBytesView)
            )
        }
        guard (200..<300).contains(status) else { throw ProblemAnswer.error(status: status, body: body) }
        return body
    }

    private func reach<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw CommandError(
                .unreachable, "the brain at \(address) does not answer",
                why: "it took the request and said nothing", advice: "pons doctor")
        } catch {
            throw CommandError(
                .unreachable, "no brain can be reached at \(address)", why: "nothing answers there",
                advice: "start ponsd, or name another address with --brain or PONS_BRAIN")
        }
    }
}
