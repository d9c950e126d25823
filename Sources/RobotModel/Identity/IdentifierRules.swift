/// What may be an identifier, checked wherever text comes in from outside.
public enum IdentifierRules {
    /// Longest identifier, in UTF-8 bytes.
    public static let longest = 128

    /// Whether `text` is 1 to ``longest`` bytes of ASCII letters, digits, `_`,
    /// `-` and `.`. The words of the fact syntax (`self`, `and`, `or`, `not`,
    /// `forall`, `exists`) are reserved.
    public static func allows(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...longest).contains(bytes.count), !isReserved(text) else { return false }
        return bytes.allSatisfy(isIdentifierByte)
    }

    /// `text` made legal: spaces become `_`, other illegal characters vanish.
    /// Empty when nothing legal is left.
    public static func legalised(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, isIdentifierByte(UInt8(scalar.value)) {
                result.unicodeScalars.append(scalar)
            } else if scalar == " ", !result.hasSuffix("_") {
                result += "_"
            }
        }
        return result
    }

    static func isReserved(_ word: String) -> Bool {
        // Most words are too long or too short for all of them.
        switch word.utf8.count {
        case 2: word == "or"
        case 3: word == "and" || word == "not"
        case 4: word == "self"
        case 6: word == "forall" || word == "exists"
        default: false
        }
    }

    static func isIdentifierByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
