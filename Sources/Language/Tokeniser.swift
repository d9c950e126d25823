/// Cuts an instruction into words and punctuation. Never fails: what is no
/// word of the language is a word that nobody will understand.
///
/// Brackets and quotation marks only set words apart, so `<coffee table>(12)`
/// is “coffee table 12”, which is the name `coffee_table_12` as well.
struct Tokeniser {
    static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var position = text.startIndex
        while position < text.endIndex {
            let character = text[position]
            let next = text.index(after: position)
            if let kind = mark(character) {
                tokens.append(Token(kind, text: String(character), range: position..<next))
                position = next
            } else if separates(character) {
                position = next
            } else {
                let end = endOfWord(in: text, from: position)
                append(text[position..<end], to: &tokens)
                position = end
            }
        }
        return tokens
    }

    /// “you’re” is “you are”, and “dog’s” is “dog” with a mark of possession.
    private static func append(_ word: Substring, to tokens: inout [Token]) {
        let apostrophe = word.lastIndex { $0 == "'" || $0 == "’" }
        if let apostrophe, apostrophe > word.startIndex {
            let ending = word[word.index(after: apostrophe)...].lowercased()
            let stem = word[..<apostrophe]
            let isPronoun = ["it", "that", "there", "he", "she"].contains(stem.lowercased())
            let meaning =
                ending == "re" || (ending == "s" && isPronoun) ? "are" : ending == "s" ? ownerMark : nil
            if let meaning {
                tokens.append(Token(.word, text: String(stem), range: stem.startIndex..<stem.endIndex))
                tokens.append(Token(.word, text: meaning, range: apostrophe..<word.endIndex))
                return
            }
        }
        tokens.append(Token(.word, text: String(word), range: word.startIndex..<word.endIndex))
    }

    /// What stands for `’s` between an owner and what is owned.
    static let ownerMark = "'"

    private static func endOfWord(in text: String, from start: String.Index) -> String.Index {
        var end = text.index(after: start)
        while end < text.endIndex {
            let character = text[end]
            if character == "." {
                // A dot inside “1.5” or “shelf.2” belongs to the word.
                let next = text.index(after: end)
                guard next < text.endIndex, text[next].isLetter || text[next].isNumber else { break }
            } else if mark(character) != nil || separates(character) {
                break
            }
            end = text.index(after: end)
        }
        return end
    }

    private static func mark(_ character: Character) -> Token.Kind? {
        switch character {
        case ",": .comma
        case ":": .colon
        case ".", "!", "?", ";", "…", "。": .stop
        default: nil
        }
    }

    private static func separates(_ character: Character) -> Bool {
        if character.isWhitespace || character.isNewline { return true }
        return "()<>[]{}\"“”„«»‹›`".contains(character)
    }
}
