import Foundation
import Logging
import Manifests

/// Writes a log line to standard error: text for people, or one JSON object.
struct LineLogHandler: LogHandler {
    private let label: String
    private let format: Configuration.LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, format: Configuration.LogFormat, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        let fields = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let line: String
        switch format {
        case .text:
            let tail = fields.map { " \($0.0)=\(Self.quoted($0.1))" }.joined()
            line = "\(time) \(event.level.rawValue) \(label): \(event.message)\(tail)\n"
        case .json:
            var object = Dictionary(fields, uniquingKeysWith: { _, last in last })
            object["time"] = time
            object["level"] = event.level.rawValue
            object["logger"] = label
            object["message"] = "\(event.message)"
            let data = try? JSONSerialization.data(
                withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
            line = (data.map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n"
        }
        // One write, so that lines of several threads don't mix.
        FileHandle.standardError.write(Data(line.utf8))
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "=" }
        if isPlain { return text }
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n", with: "\\n")
        return "\"\(escaped)\""
    }
}
