/// Checks the shape of a skill's phrase: `put {item} [down] (on|onto) {surface}`.
/// Slots outside `[…]` are parameters; inside, they may also be context that the
/// skill doesn't take (`[from {place}]`).
enum PhraseCheck {
    static func flaw(
        in phrase: String, parameters: [String]
    ) -> (code: ManifestError.Code, message: String)? {
        var open: [Character] = []
        var slot: String?
        var hasContent = false
        for character in phrase {
            if let name = slot {
                if character == "}" {
                    slot = nil
                    hasContent = true
                    if !parameters.contains(name) && !open.contains("[") {
                        let known = parameters.map { "{\($0)}" }.joined(separator: ", ")
                        return (
                            .unknownName,
                            "the phrase “\(phrase)” has {\(name)}, but the parameters are \(known.isEmpty ? "none" : known)"
                        )
                    }
                } else {
                    slot = name + String(character)
                }
                continue
            }
            switch character {
            case "{": slot = ""
            case "[", "(": open.append(character)
            case "]", ")":
                guard open.popLast() == (character == "]" ? "[" : "(") else { return unbalanced(phrase) }
            case "}": return unbalanced(phrase)
            default: hasContent = hasContent || !character.isWhitespace
            }
        }
        if slot != nil || !open.isEmpty { return unbalanced(phrase) }
        return hasContent ? nil : (.badValue, "a phrase can’t be empty")
    }

    private static func unbalanced(_ phrase: String) -> (code: ManifestError.Code, message: String) {
        (.badValue, "the brackets of the phrase “\(phrase)” don’t match")
    }
}
