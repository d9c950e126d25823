import Foundation

#if canImport(Glibc)
    import Glibc
#endif

extension Terminal {
    /// Height in rows; 24 where it can't be told.
    static var rows: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }
}
