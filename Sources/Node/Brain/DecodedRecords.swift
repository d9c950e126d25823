import Coordination
import Dispatch
import Foundation
public import Journal
public import RobotModel
import WireFormat

/// The records of a journal as inputs. A thread of its own reads and decodes
/// them, a little ahead of whoever takes them: what a start spends its time on
/// goes on two processors.
public struct DecodedRecords {
    private let journal: Journal
    private let numbers: ClosedRange<UInt64>?

    /// How many are handed over at a time, and how many such parts lie ready
    /// at most.
    private static let part = 512
    private static let mostParts = 8

    /// The records after number `start` up to number `end`.
    public init(of journal: Journal, after start: UInt64 = 0, through end: UInt64 = .max) {
        self.journal = journal
        numbers = start < end ? (start + 1)...end : nil
    }

    /// Hands all of them out, in order, on the calling thread; blocks it.
    ///
    /// - Parameter body: takes an input, the moment at which it came in, and its
    ///   number.
    /// - Throws: what the journal throws, e.g. `damaged`; what the codec throws;
    ///   what `body` throws. The records before were handed out.
    public func visit(_ body: (CoordinationInput, Instant, UInt64) throws -> Void) throws {
        guard let numbers else { return }
        let handover = Handover(mostParts: Self.mostParts)
        DispatchQueue(label: "pons.journal.decoding").async { [journal] in
            handover.end(Result { try Self.decode(numbers, of: journal, into: handover) })
        }
        defer { handover.cancel() }
        while let part = try handover.next() {
            for record in part { try body(record.input, record.at, record.number) }
        }
    }

    private static func decode(
        _ numbers: ClosedRange<UInt64>, of journal: Journal, into handover: Handover
    ) throws {
        var part: [Record] = []
        do {
            try journal.forEachRecord(after: numbers.lowerBound - 1, upTo: numbers.upperBound) {
                number, bytes in
                let (input, at) = try JournalEntryCodec.decode([UInt8](bytes))
                part.append(Record(input: input, at: at, number: number))
                guard part.count == Self.part else { return }
                try handover.put(part)
                part = []
            }
        } catch {
            // What came before the flaw counts.
            try handover.put(part)
            throw error.underlying as? WireFormatError ?? error
        }
        try handover.put(part)
    }
}

private struct Record: Sendable {
    let input: CoordinationInput
    let at: Instant
    let number: UInt64
}

/// Parts on their way from one thread to another.
// What it holds is touched between lock and unlock only.
private final class Handover: @unchecked Sendable {
    private let condition = NSCondition()
    private let mostParts: Int
    private var parts: [[Record]] = []
    private var end: Result<Void, any Error>?
    private var isCanceled = false

    init(mostParts: Int) { self.mostParts = mostParts }

    /// Waits for room.
    /// - Throws: `CancellationError` where nobody takes any more.
    func put(_ part: [Record]) throws {
        condition.lock()
        defer { condition.unlock() }
        while parts.count >= mostParts, !isCanceled { condition.wait() }
        if isCanceled { throw CancellationError() }
        parts.append(part)
        condition.broadcast()
    }

    func end(_ result: Result<Void, any Error>) {
        condition.lock()
        defer { condition.unlock() }
        end = result
        condition.broadcast()
    }

    /// Waits for the next part.
    /// - Returns: nil at the end.
    func next() throws -> [Record]? {
        condition.lock()
        defer { condition.unlock() }
        while parts.isEmpty, end == nil { condition.wait() }
        guard parts.isEmpty else {
            condition.broadcast()
            return parts.removeFirst()
        }
        try end?.get()
        return nil
    }

    func cancel() {
        condition.lock()
        defer { condition.unlock() }
        isCanceled = true
        condition.broadcast()
    }
}
