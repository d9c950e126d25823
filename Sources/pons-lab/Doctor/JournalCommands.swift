import ArgumentParser
import BrainClient
import Journal

/// `pons-lab journal`: backups of journals.
struct JournalCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Back up a journal, and restore it.",
        subcommands: [BackUp.self, Restore.self])

    struct BackUp: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Copy a journal into one file, checked; its daemon may go on meanwhile.")

        @Option(help: "The journal, e.g. /var/lib/pons/journal.db.")
        var journal: String

        @Option(help: "The file to make.")
        var to: String

        func run() throws {
            do {
                try Journal.backup(of: journal, to: to)
            } catch {
                throw CommandError(.failed, "the journal can’t be backed up", why: error.message)
            }
            print("backed up to \(to)")
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a journal from a backup, once all of it has been checked.",
            discussion: """
                Stop the daemon and move the journal away first, but leave its .witness file: by \
                it the numbers of records that the backup lacks aren't given again.
                """)

        @Option(help: "The backup.")
        var from: String

        @Option(help: "The journal to make, e.g. /var/lib/pons/journal.db.")
        var to: String

        func run() throws {
            let report: RestoreReport
            do {
                report = try Journal.restore(from: from, to: to)
            } catch {
                throw CommandError(.failed, "the backup can’t be restored", why: error.message)
            }
            print("restored \(to) up to record \(report.lastSequence)")
            if let lost = report.lost {
                print(
                    "lost: records \(lost.lowerBound) to \(lost.upperBound), acknowledged after the backup")
            }
        }
    }
}
