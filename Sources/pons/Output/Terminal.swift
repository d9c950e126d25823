import BrainClient
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A stream to write on. Every line goes out at once: `print` would hold lines
/// back when they go into a pipe.
struct Terminal: Sendable {
    static let output = Terminal(STDOUT_FILENO)
    static let error = Terminal(STDERR_FILENO)

    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Whether to colour: on a terminal that can, unless `NO_COLOR` is set
    /// (no-color.org).
    var hasColour: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Width in columns; 100 where it can't be told.
    var columns: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    func line(_ text: String) { write(text + "\n") }

    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                // Whoever read us has gone, as `head` does: nothing is left to do.
                exit(CommandStatus.done.rawValue)
            }
            bytes = bytes.dropFirst(written)
        }
    }
}
