import Foundation

/// Collects SVG elements; what goes into attributes and texts is escaped here.
struct SVGCanvas {
    let width: Double
    let height: Double
    private var body = ""

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    static let font = "Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

    /// The picture as a file's text, on a light ground.
    func document(title: String) -> String {
        let (w, h) = (Self.number(width), Self.number(height))
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" font-family="\(Self.font)">
            <title>\(Self.escaped(title))</title>
            <rect width="100%" height="100%" fill="#fbfaf7"/>
            \(body)</svg>

            """
    }

    /// An element with its attributes in order. `title` becomes its tooltip.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, Any>, title: String? = nil) {
        body += "<\(name)\(Self.text(attributes))"
        body += title.map { "><title>\(Self.escaped($0))</title></\(name)>\n" } ?? "/>\n"
    }

    /// Opens an element that ``close(_:)`` ends.
    mutating func open(_ name: String, _ attributes: KeyValuePairs<String, Any>, title: String? = nil) {
        body += "<\(name)\(Self.text(attributes))>"
        if let title { body += "<title>\(Self.escaped(title))</title>" }
        body += "\n"
    }

    /// Puts another picture into this one; nothing of it reaches out of its frame.
    mutating func embed(_ part: SVGCanvas, x: Double, y: Double) {
        open("svg", ["x": x, "y": y, "width": part.width, "height": part.height])
        body += part.body
        close("svg")
    }

    mutating func close(_ name: String) { body += "</\(name)>\n" }

    /// One line of text, its baseline at `y`.
    mutating func text(
        _ text: String, x: Double, y: Double, size: Double = 12, fill: String = "#1f2933",
        weight: String = "normal", anchor: String = "start", style: String = "normal"
    ) {
        let attributes: KeyValuePairs<String, Any> = [
            "x": x, "y": y, "font-size": size, "fill": fill, "font-weight": weight,
            "text-anchor": anchor, "font-style": style,
        ]
        body += "<text\(Self.text(attributes))>\(Self.escaped(text))</text>\n"
    }

    /// An upper bound, near enough for layout, of how wide a text is in the
    /// fonts named above.
    static func textWidth(_ text: String, size: Double, isBold: Bool = false) -> Double {
        text.reduce(0) { width, character in
            let share =
                switch character {
                case "i", "j", "l", "t", "f", "r", "I", ".", ",", ":", ";", "(", ")", "|", "'", " ", "[", "]":
                    0.40
                case "m", "w", "M", "W", "@", "%", "—", "…": 1.0
                default: character.isUppercase ? 0.74 : character.isASCII ? 0.63 : 1.0
                }
            return width + share
        } * size * (isBold ? 1.06 : 1)
    }

    /// `text`, elided so that it fits into `width`; empty where not even three
    /// characters do.
    static func fitted(_ text: String, width: Double, size: Double, isBold: Bool = false) -> String {
        if textWidth(text, size: size, isBold: isBold) <= width { return text }
        var kept = text
        while kept.count > 2, textWidth(kept + "…", size: size, isBold: isBold) > width { kept.removeLast() }
        return kept.count > 2 ? kept + "…" : ""
    }

    /// `text` in lines that fit into `width`, broken between words; what goes
    /// past `lines` is elided.
    static func wrapped(_ text: String, width: Double, size: Double, lines limit: Int, isBold: Bool = false)
        -> [String]
    {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if !line.isEmpty, textWidth(longer, size: size, isBold: isBold) > width {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        if !line.isEmpty { lines.append(line) }
        if lines.count > limit {
            lines[limit - 1] = lines[(limit - 1)...].joined(separator: " ")
            lines.removeLast(lines.count - limit)
        }
        return lines.map { fitted($0, width: width, size: size, isBold: isBold) }
    }

    private static func text(_ attributes: KeyValuePairs<String, Any>) -> String {
        attributes.map { name, value in
            let text = (value as? Double).map(number) ?? "\(value)"
            return " \(name)=\"\(escaped(text))\""
        }.joined()
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default:
                // Control characters may not stand in XML at all.
                let isLegal = character.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 || $0 == "\t" || $0 == "\n"
                }
                if isLegal { result.append(character) }
            }
        }
    }
}
