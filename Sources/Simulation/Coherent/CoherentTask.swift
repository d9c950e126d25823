public import RobotModel

/// One task of the COHERENT household set, in Pons's own terms.
public struct CoherentTask: Sendable {
    /// Its number in the file, from 0.
    public var number: Int
    /// The world at the start, with its robots.
    public var scene: SceneDescription
    /// In English; names things as `<coffee table>(12)`.
    public var instruction: String
    public var goal: Formula
    /// Steps that a person needed.
    public var humanSteps: Int

    /// The instruction with brackets and ids taken out: `coffee table`.
    public var instructionWithoutIDs: String {
        var plain = ""
        var rest = instruction[...]
        while let name = CoherentName.first(in: rest) {
            plain += rest[..<name.range.lowerBound]
            plain += name.text
            rest = rest[name.range.upperBound...]
        }
        plain += rest
        return plain.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
