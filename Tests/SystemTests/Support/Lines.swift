import Foundation
import Synchronization

/// The lines that a process writes, kept, and awaited as they come.
final class Lines: Sendable {
    struct Ended: Error, CustomStringConvertible {
        let wanted: String
        let lines: [String]
        var description: String {
            "the output ended before “\(wanted)”:\n" + lines.suffix(30).joined(separator: "\n")
        }
    }

    private struct Waiter: Sendable {
        let part: String
        let continuation: CheckedContinuation<String, any Error>
    }

    private struct State {
        var rest = Data()
        var lines: [String] = []
        var waiters: [Waiter] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    var all: [String] { state.withLock { $0.lines } }

    /// The first line with `part` in it, past or to come.
    func first(containing part: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                if let line = state.lines.first(where: { $0.contains(part) }) {
                    continuation.resume(returning: line)
                } else if state.hasEnded {
                    continuation.resume(throwing: Ended(wanted: part, lines: state.lines))
                } else {
                    state.waiters.append(Waiter(part: part, continuation: continuation))
                }
            }
        }
    }

    /// The whole output, once it has ended.
    func toEnd() async -> [String] {
        _ = try? await first(containing: "\0")
        return all
    }

    func take(_ data: Data) {
        state.withLock { state in
            state.rest.append(data)
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: state.rest[..<end], as: UTF8.self)
                state.rest = Data(state.rest[(end + 1)...])
                state.lines.append(line)
                state.waiters.removeAll { waiter in
                    guard line.contains(waiter.part) else { return false }
                    waiter.continuation.resume(returning: line)
                    return true
                }
            }
        }
    }

    func end() {
        state.withLock { state in
            state.hasEnded = true
            for waiter in state.waiters {
                waiter.continuation.resume(throwing: Ended(wanted: waiter.part, lines: state.lines))
            }
            state.waiters = []
        }
    }
}
