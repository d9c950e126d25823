import ArgumentParser
import BrainClient
import Foundation
import Journal

/// `pons-lab doctor`: looks at a journal that no daemon has open.
struct JournalDoctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Find, explain and repair damage to a journal.",
        discussion: """
            Looks at database, log, snapshots and archive without changing them. With --repair a \
            sound journal takes the place of a damaged one; the damaged files are kept beside it. \
            Ends with 0 when all is well or was repaired, with 1 when there is damage.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(help: "The journal, e.g. /var/lib/pons/journal.db.")
    var journal: String

    @Flag(help: "Put a sound journal in the place of a damaged one.")
    var repair = false

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write results.")
    var output = Format.table

    func run() throws {
        let diagnosis: JournalDiagnosis
        do {
            diagnosis = try JournalDiagnosis(of: journal, repairing: repair)
        } catch {
            throw CommandError(
                error.code == .inUse ? .refused : .failed, "the journal can’t be examined",
                why: error.message,
                advice: error.code == .inUse
                    ? "stop the daemon, or look at a backup (pons journal backup)" : "")
        }
        switch output {
        case .table: print(diagnosis.text)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(diagnosis), as: UTF8.self))
        }
        guard diagnosis.isSound || diagnosis.movedTo != nil else { throw CommandStatus.failed }
    }
}
