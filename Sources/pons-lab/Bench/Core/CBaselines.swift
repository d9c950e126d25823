import BrainClient
import CBaseline
import Foundation

/// The same work in C, in rates: what our own path is held against.
struct CBaselines {
    let folder: LabFolder

    /// Rows a second that bare SQLite takes, in commits of `rows` rows.
    func appendRate(rows: Int, payloadBytes: Int, commits: Int) throws -> Double {
        let commit = pons_baseline_commit(rows: UInt32(rows), payload_bytes: UInt32(payloadBytes))
        var nanoseconds: UInt64 = 0
        try withFile { file in
            try check(pons_baseline_append(file, UInt32(commits), commit, &nanoseconds), "bare SQLite")
        }
        return Double(rows * commits) * 1e9 / Double(nanoseconds)
    }

    /// Round trips a second over bare libzmq.
    func tripRate(inFlight: Int, messageBytes: Int, rounds: Int) throws -> Double {
        var nanoseconds: UInt64 = 0
        try check(
            pons_baseline_round_trips(
                UInt32(rounds), UInt32(inFlight), UInt32(messageBytes), &nanoseconds), "bare libzmq")
        return Double(rounds) * 1e9 / Double(nanoseconds)
    }

    /// Rounds a second of `trips` round trips and then `commits` commits of one
    /// row, one after the other.
    func seriesRate(
        trips: Int, messageBytes: Int, commits: Int, payloadBytes: Int, rounds: Int
    ) throws -> Double {
        var nanoseconds: UInt64 = 0
        try withFile { first in
            try withFile { second in
                try check(
                    pons_baseline_series(
                        first, second, UInt32(rounds), UInt32(trips), UInt32(messageBytes), UInt32(commits),
                        UInt32(payloadBytes), &nanoseconds), "the series in C")
            }
        }
        return Double(rounds) * 1e9 / Double(nanoseconds)
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let file = folder.url.appending(path: "baseline-\(UUID().uuidString.prefix(8)).db").path
        defer {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
        }
        try body(file)
    }

    private func check(_ status: Int32, _ what: String) throws {
        guard status != 0 else { return }
        throw CommandError(.failed, "\(what) can’t be measured", why: "its step \(-status) failed")
    }
}
