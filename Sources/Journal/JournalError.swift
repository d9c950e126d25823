private import GRDB

/// Why the journal, or a durable map, couldn't do what was asked.
public struct JournalError: Error, Sendable {
    /// What kind of failure it is; stable.
    public enum Code: String, Sendable, CaseIterable {
        /// Another process has the file open.
        case inUse
        /// A newer version of Pons wrote it.
        case newerSchema
        /// No room: nothing was written, and what was there before is intact.
        /// As a refusal: too little room to begin new work.
        case diskFull
        /// The disk refuses to read or write.
        case io
        /// A checksum is wrong, a record that was acknowledged is missing, or the
        /// file is no database.
        case damaged
        /// The records asked for were deleted, their time being over.
        case compacted
        /// A snapshot, backup or repair that doesn't fit what is there.
        case badRequest
        /// SQLite said something else.
        case storage
    }

    public let code: Code
    /// What happened and what helps.
    public let message: String
    /// The records that are damaged or lost, where it is about some.
    public let records: [ClosedRange<UInt64>]
    /// The error of the layer below, where there is one.
    public let underlying: (any Error)?
    /// Where in our source it was made, e.g. `Journal/Journal.swift:40`.
    public let origin: String

    init(
        _ code: Code, _ message: String, records: [ClosedRange<UInt64>] = [],
        underlying: (any Error)? = nil, file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.records = records
        self.underlying = underlying
        origin = "\(file):\(line)"
    }
}

extension JournalError: Equatable, CustomStringConvertible {
    /// Looks at the code alone.
    public static func == (left: JournalError, right: JournalError) -> Bool {
        left.code == right.code
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

extension JournalError {
    /// What an error thrown while working on `path` means for us.
    init(_ error: any Error, path: String, file: String = #fileID, line: Int = #line) {
        if let own = error as? JournalError {
            self = own
            return
        }
        let text = (error as? DatabaseError)?.message ?? "\(error)"
        let (code, message): (Code, String) =
            switch (error as? DatabaseError)?.resultCode {
            case .SQLITE_FULL?: (.diskFull, "no space left for \(path); free some and try again")
            case .SQLITE_IOERR?, .SQLITE_READONLY?, .SQLITE_CANTOPEN?:
                (.io, "can’t read or write \(path) (\(text)); check the disk and the folder’s permissions")
            case .SQLITE_CORRUPT?, .SQLITE_NOTADB?:
                (
                    .damaged,
                    "\(path) is damaged (\(text)); restore it from a backup, or move it away to start anew"
                )
            case .SQLITE_BUSY?, .SQLITE_LOCKED?:
                (.inUse, "\(path) is locked by another program; end it and try again")
            default: (.storage, "\(path): \(text)")
            }
        self.init(code, message, underlying: error, file: file, line: line)
    }
}
