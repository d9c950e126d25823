public import RobotModel

/// Why a task went as it did, for people.
public enum ExplanationPage {
    /// - Parameter columns: lines of the table are cut off there; nil cuts nothing.
    public static func text(_ told: TaskExplanation, columns: Int? = nil) -> String {
        let life = Phrases.duration(seconds: (told.toldUntil - told.receivedAt).inSeconds)
        var text = "task \(told.task) \(told.state.rawValue) after \(life): \(told.ask)\n"
        text += "journal records \(told.firstRecord) to \(told.lastRecord)\n\n"
        var table = Table("RECORD", "AT", "WHAT", "STEP", "ROBOT", "WHY")
        for chapter in told.chapters {
            table.add(
                "\(chapter.record)",
                Phrases.duration(seconds: (chapter.at - told.receivedAt).inSeconds),
                chapter.kind.rawValue, chapter.step?.rawValue ?? "", chapter.robot?.rawValue ?? "",
                chapter.text)
        }
        text += table.text(columns: columns)
        if !told.spent.isEmpty {
            text += "\nwhere the time went\n"
            for spent in told.spent {
                text +=
                    "  \(Phrases.duration(seconds: spent.seconds).padded(to: 12))  \(spent.activity.words)\n"
            }
        }
        if !told.criticalPath.isEmpty {
            text += "\nwhat made it last so long\n"
            for link in told.criticalPath {
                let seconds = (link.to - link.from).inSeconds
                let what = link.text.isEmpty ? link.activity.words : "\(link.activity.words): \(link.text)"
                text += "  \(Phrases.duration(seconds: seconds).padded(to: 12))  \(what)\n"
            }
        }
        return text
    }
}
