import Foundation
import Journal

/// What the doctor says of a journal.
struct JournalDiagnosis: Encodable {
    struct Numbers: Encodable, Equatable {
        let first: UInt64
        let last: UInt64

        init(_ numbers: ClosedRange<UInt64>) {
            first = numbers.lowerBound
            last = numbers.upperBound
        }

        var text: String { first == last ? "record \(first)" : "records \(first) to \(last)" }
    }

    let path: String
    let isSound: Bool
    let findings: [String]
    let notes: [String]
    let newest: UInt64
    let deletedUpTo: UInt64
    let lost: [Numbers]
    let rebuiltFrom: UInt64?
    let rebuiltUpTo: UInt64?
    let setAside: Numbers?
    let missingArchiveEntries: Int
    let tasks: [TaskAtStake]
    /// Where the damaged files are; nil where nothing was repaired.
    let movedTo: String?

    enum CodingKeys: String, CodingKey {
        case path, findings, notes, newest, lost, tasks
        case isSound = "sound"
        case deletedUpTo = "deleted_up_to"
        case rebuiltFrom = "rebuilt_from"
        case rebuiltUpTo = "rebuilt_up_to"
        case setAside = "set_aside"
        case missingArchiveEntries = "missing_archive_entries"
        case movedTo = "moved_to"
    }

    /// Blocks for as long as reading the journal takes.
    init(of path: String, repairing: Bool) throws(JournalError) {
        var tasks: [TaskAtStake] = []
        let explain = { (examination: JournalExamination, remains: JournalRemains) throws in
            tasks = try TaskAtStake.all(examination, remains)
        }
        let (examination, aside) =
            repairing
            ? try JournalExamination.repair(path, explain: explain)
            : (try JournalExamination.examine(path, explain: explain), nil)
        self.path = path
        self.tasks = tasks
        isSound = examination.isSound
        findings = examination.findings
        notes = examination.notes
        newest = examination.newest
        deletedUpTo = examination.base
        lost = examination.lost.map(Numbers.init)
        rebuiltFrom = examination.start
        rebuiltUpTo = examination.start == nil ? nil : examination.rebuildable
        setAside = examination.stranded.map(Numbers.init)
        missingArchiveEntries = examination.missingArchive
        movedTo = aside
    }

    var text: String {
        guard !isSound else {
            return (["ok       \(path): whole up to record \(newest)"] + notes.map { "note     " + $0 })
                .joined(separator: "\n")
        }
        var lines = ["damaged  \(path)"]
        lines += findings.map { "found    " + $0 }
        lines += notes.map { "note     " + $0 }
        lines += lost.map { "lost     \($0.text): only a backup has more" }
        if missingArchiveEntries > 0 {
            lines.append("lost     \(missingArchiveEntries) entries of the archive of ended tasks")
        }
        if let rebuiltFrom, let rebuiltUpTo {
            let from = rebuiltFrom == 0 ? "the beginning" : "the snapshot of record \(rebuiltFrom)"
            lines.append("kept     the state up to record \(rebuiltUpTo) of \(newest), from \(from)")
            if let setAside {
                lines.append("aside    \(setAside.text): what is left of them can’t be replayed")
            }
        } else {
            lines.append("kept     nothing that a state could be rebuilt from")
        }
        lines += tasks.map { "task     \($0.id): \($0.fate.text)" }
        lines.append(advice)
        return lines.joined(separator: "\n")
    }

    private var advice: String {
        if let movedTo { return "repaired; the damaged files are in \(movedTo)" }
        let restore = "move \(path) away and restore a backup (pons journal restore)"
        return rebuiltFrom == nil
            ? "try: \(restore)"
            : "try: \(restore), or go on with what is kept (pons doctor --journal \(path) --repair)"
    }
}
