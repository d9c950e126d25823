private import GRDB

/// Why shared memory refused or couldn't do what was asked.
public struct WorldMemoryError: Error, Sendable {
    /// What kind of failure it is; stable.
    public enum Code: String, Sendable, CaseIterable {
        /// A fact or pose names something that isn't in memory.
        case unknownEntity
        /// A variable, a misplaced `*` or an illegal name.
        case badFact
        /// The predicate was used with another number of arguments before.
        case arityMismatch
        /// A scene or robot that contradicts itself.
        case badScene
        /// What was changed is in memory and not yet on disk; it is written as
        /// soon as there is space. Once much is waiting, changes are refused.
        case diskFull
        /// A newer version of Pons wrote the file.
        case newerSchema
        /// The file is no database, or a row of it makes no sense.
        case damaged
        /// The disk refuses to read or write, or SQLite said something else.
        case storage
    }

    public let code: Code
    /// What happened and what helps.
    public let message: String
    /// Names that were at fault, and near matches for them.
    public let parts: [String]
    public let suggestions: [String]
    /// The error of the layer below, where there is one.
    public let underlying: (any Error)?
    /// Where in our source it was made.
    public let origin: String

    init(
        _ code: Code, _ message: String, parts: [String] = [], suggestions: [String] = [],
        underlying: (any Error)? = nil, file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.parts = parts
        self.suggestions = suggestions
        self.underlying = underlying
        origin = "\(file):\(line)"
    }
}

extension WorldMemoryError: Equatable, CustomStringConvertible {
    /// Looks at the code alone.
    public static func == (left: WorldMemoryError, right: WorldMemoryError) -> Bool {
        left.code == right.code
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

extension WorldMemoryError {
    /// What an error thrown while working on `path` means for us.
    init(_ error: any Error, path: String, file: String = #fileID, line: Int = #line) {
        if let own = error as? WorldMemoryError {
            self = own
            return
        }
        let text = (error as? DatabaseError)?.message ?? "\(error)"
        let (code, message): (Code, String) =
            switch (error as? DatabaseError)?.resultCode {
            case .SQLITE_FULL?: (.diskFull, "no space left for \(path); free some")
            case .SQLITE_CORRUPT?, .SQLITE_NOTADB?:
                (
                    .damaged,
                    "\(path) is damaged (\(text)); restore it from a backup, or move it away to start anew"
                )
            default: (.storage, "\(path): \(text)")
            }
        self.init(code, message, underlying: error, file: file, line: line)
    }
}
