import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A process of this test, with its output and its end.
final class Program: Sendable {
    let id: Int32
    let output = Lines()
    let errors = Lines()
    private let ending: Task<Int32, Never>

    init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = Self.pipe(into: output)
        process.standardError = Self.pipe(into: errors)
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try process.run()
        id = process.processIdentifier
        ending = Task {
            var code: Int32 = -1
            for await status in ends { code = status }
            return code
        }
    }

    deinit { _ = Glibc.kill(id, SIGKILL) }

    /// The exit status, or the number of the signal, once the process has ended.
    func end() async -> Int32 { await ending.value }

    func signal(_ number: Int32) { _ = Glibc.kill(id, number) }

    /// SIGKILL, and what it takes until the process is gone.
    func kill() async {
        signal(SIGKILL)
        _ = await end()
    }

    private static func pipe(into lines: Lines) -> Pipe {
        let pipe = Pipe()
        let reading = pipe.fileHandleForReading
        // A thread of its own reads to the end: a process must never block on a full pipe.
        Thread.detachNewThread {
            while true {
                let data = reading.availableData
                if data.isEmpty { break }
                lines.take(data)
            }
            lines.end()
        }
        return pipe
    }
}
