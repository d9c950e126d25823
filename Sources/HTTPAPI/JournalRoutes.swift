import Foundation
import Hummingbird
import NIOCore

/// `/v1/journal`: the records as they lie on disk, for those who go through a
/// run again.
struct JournalRoutes {
    let service: any BrainService

    /// Records that are read from disk at a time.
    private static let pageSize = 512

    func add(to group: RouterGroup<APIContext>) {
        group.get("journal", use: records)
    }

    /// `GET /v1/journal?from=1&to=2000`: from the first to the last where they
    /// are left out. Each record is its length in four bytes (of what follows),
    /// its number in eight, both least byte first, and its bytes, which
    /// `Protos/pons/v1/journal.proto` describes.
    @Sendable private func records(_ request: Request, _ context: APIContext) async throws -> Response {
        let first = try number("from", of: request) ?? 1
        let last = try number("to", of: request) ?? .max
        guard first >= 1, first <= last else {
            throw APIError(.invalidParameter, "Records go from 1 on, and “from” to “to”.", field: "from")
        }
        // What is wrong with the first page is answered as such, and not in mid-stream.
        let page = try await service.records(from: first, to: last, limit: Self.pageSize)
        let service = service
        return Response(
            status: .ok, headers: [.contentType: "application/octet-stream"],
            body: ResponseBody { writer in
                var page = page
                while let newest = page.last {
                    try await writer.write(Self.frames(page))
                    guard page.count == Self.pageSize, newest.number < last else { break }
                    page = try await service.records(from: newest.number + 1, to: last, limit: Self.pageSize)
                }
                try await writer.finish(nil)
            })
    }

    private func number(_ name: String, of request: Request) throws -> UInt64? {
        try request.query(name).map { text in
            guard let number = UInt64(text) else {
                throw APIError(.invalidParameter, "“\(text)” is no record’s number.", field: name)
            }
            return number
        }
    }

    private static func frames(_ page: [StoredRecord]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(page.reduce(0) { $0 + $1.bytes.count + 12 })
        for record in page {
            buffer.writeInteger(UInt32(record.bytes.count + 8), endianness: .little)
            buffer.writeInteger(record.number, endianness: .little)
            buffer.writeBytes(record.bytes)
        }
        return buffer
    }
}

/// A journal record, as it was written.
public struct StoredRecord: Hashable, Sendable {
    public let number: UInt64
    public let bytes: [UInt8]

    public init(number: UInt64, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
    }
}
