/// One thing that is wrong with a manifest, and where.
public struct ManifestError: Error, Sendable {
    /// What kind of mistake it is; stable.
    public enum Code: String, Sendable, CaseIterable {
        /// The file can't be read from disk.
        case unreadable
        case tooLarge
        /// No YAML or JSON.
        case syntax
        /// `apiVersion` or `kind` isn't the one that is read here.
        case wrongKind
        case unknownKey
        case missingKey
        /// A list where a text belongs, and the like.
        case wrongType
        /// Of the right type, but not allowed.
        case badValue
        /// No fact, condition or effect in the shared notation.
        case badFact
        case duplicate
        /// It names a parameter, step or entity that isn't there.
        case unknownName
        /// Steps that wait for each other.
        case cycle
    }

    public let code: Code
    /// What is wrong and what to change.
    public let message: String
    public let file: String
    /// From 1; 0 where the whole file is meant.
    public let line: Int
    /// From 1, in Unicode scalars; 0 where the whole line is meant.
    public let column: Int

    public init(_ code: Code, _ message: String, file: String, line: Int = 0, column: Int = 0) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.column = column
    }
}

extension ManifestError: Equatable, CustomStringConvertible {
    /// Looks at the code alone.
    public static func == (left: ManifestError, right: ManifestError) -> Bool { left.code == right.code }

    /// E.g. `skills.d/pick.yaml:12: unknown key “phrasez”; did you mean “phrases”?`.
    public var description: String {
        line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)"
    }
}

/// All that is wrong with one manifest, in the order of its lines; never empty.
public struct ManifestErrors: Error, Equatable, Sendable, CustomStringConvertible {
    public let errors: [ManifestError]

    init(_ errors: [ManifestError]) {
        self.errors = errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    /// One line for each error.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
