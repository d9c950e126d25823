/// Why a skill host couldn't begin.
public struct SkillHostError: Error, Sendable {
    /// What kind of failure it is; stable.
    public enum Code: String, Sendable, CaseIterable {
        /// The name, a robot or a skill can't be used.
        case badDeclaration
        /// The file of what must not be forgotten can't be read.
        case ledger
        /// The address is none, or threads or file descriptors have run out.
        case link
    }

    public let code: Code
    /// What happened and what helps.
    public let message: String
    /// The error of the layer below, where there is one.
    public let underlying: (any Error)?
    /// Where in our source it was made.
    public let origin: String

    init(
        _ code: Code, _ message: String, underlying: (any Error)? = nil, file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.underlying = underlying
        origin = "\(file):\(line)"
    }
}

extension SkillHostError: Equatable, CustomStringConvertible {
    /// Looks at the code alone.
    public static func == (left: SkillHostError, right: SkillHostError) -> Bool { left.code == right.code }

    public var description: String { "\(code.rawValue): \(message)" }
}
