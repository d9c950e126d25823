private import Foundation

/// How much of the disk is kept for work that was already promised.
public struct DiskSettings: Hashable, Sendable {
    /// Size of the file beside the journal that is given up, bit by bit, when
    /// the disk is full; 0 for none.
    public var reserveBytes: UInt64
    /// New work is refused while fewer bytes than this are free.
    public var refuseBelowFreeBytes: UInt64
    /// How often the disk is looked at, at most.
    public var checkEvery: Duration
    /// How large SQLite's log is made at once, which makes commits quicker; it
    /// grows beyond where it must.
    public var logBytes: Int

    public init(
        reserveBytes: UInt64 = 32 << 20, refuseBelowFreeBytes: UInt64 = 64 << 20,
        checkEvery: Duration = .milliseconds(250), logBytes: Int = DiskSettings.usualLogBytes
    ) {
        self.reserveBytes = reserveBytes
        self.refuseBelowFreeBytes = refuseBelowFreeBytes
        self.checkEvery = checkEvery
        self.logBytes = logBytes
    }

    /// For files that hold no promises.
    public static let none = DiskSettings(reserveBytes: 0, refuseBelowFreeBytes: 0, logBytes: 0)

    /// The thousand pages, each with its header, after which SQLite begins a log anew.
    public static let usualLogBytes = 1000 * (4096 + 24) + 32
}

/// Space on the disk that is taken ahead, so that a full disk refuses new work
/// only: a file that is cut shorter each time SQLite finds no room, and made
/// whole again when there is.
final class DiskReserve: Sendable {
    private let path: String
    private let settings: DiskSettings
    private let now: @Sendable () -> Int64
    private let state: LockedValue<State>

    private struct State {
        var held: UInt64 = 0
        var refusal: JournalError?
        var checkedAt: Int64?
    }

    /// The reserve is given up in so many pieces.
    private static let pieces: UInt64 = 8

    init(path: String, settings: DiskSettings, now: @escaping @Sendable () -> Int64) {
        self.path = path
        self.settings = settings
        self.now = now
        var status = stat()
        // What an earlier process held is of use even before the first look.
        let held = stat(path, &status) == 0 ? UInt64(max(0, status.st_size)) : 0
        state = LockedValue(State(held: min(held, settings.reserveBytes)))
        tend()
    }

    /// Why new work is refused; nil where it isn't.
    var refusal: JournalError? {
        tend()
        return state.withLock { $0.refusal }
    }

    /// Whether not even SQLite's least file would fit.
    var isDiskFull: Bool { (freeBytes ?? .max) < 256 << 10 }

    /// Looks at the disk when the time has come: refuses new work, or makes the
    /// reserve whole and takes new work again.
    func tend() {
        guard settings.refuseBelowFreeBytes > 0 || settings.reserveBytes > 0 else { return }
        let now = now()
        state.withLock { state in
            if let checkedAt = state.checkedAt, now - checkedAt < settings.checkEvery.inNanoseconds {
                return
            }
            state.checkedAt = now
            look(&state)
        }
    }

    /// Gives a piece of the reserve back to the disk.
    ///
    /// - Returns: false when nothing is left to give.
    func giveUp() -> Bool {
        state.withLock { state in
            guard state.held > 0 else { return false }
            let piece = max(settings.reserveBytes / Self.pieces, 1)
            let rest = state.held > piece ? state.held - piece : 0
            guard truncate(path, off_t(rest)) == 0 else { return false }
            state.held = rest
            state.refusal = refusal(free: freeBytes ?? 0)
            return true
        }
    }

    private func look(_ state: inout State) {
        // A disk that can't be asked is not known to be full.
        guard var free = freeBytes else {
            state.refusal = nil
            return
        }
        let missing = settings.reserveBytes - min(state.held, settings.reserveBytes)
        if missing > 0, free >= settings.refuseBelowFreeBytes + missing, allocate() {
            state.held = settings.reserveBytes
            free -= missing
        }
        // Once refused, some more must be free, lest it flutter.
        let enough =
            settings.refuseBelowFreeBytes
            + (state.refusal == nil ? 0 : settings.refuseBelowFreeBytes / 4)
        let isRoomy = free >= enough && state.held == settings.reserveBytes
        state.refusal = isRoomy ? nil : refusal(free: free)
    }

    private var freeBytes: UInt64? {
        var status = statvfs()
        let folder = (path as NSString).deletingLastPathComponent
        guard statvfs(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    private func allocate() -> Bool {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return posix_fallocate(descriptor, 0, off_t(settings.reserveBytes)) == 0
    }

    private func refusal(free: UInt64) -> JournalError {
        let wanted = settings.refuseBelowFreeBytes + settings.refuseBelowFreeBytes / 4
        return JournalError(
            .diskFull,
            "only \(free >> 20) MiB are free for \(path); free some space: new work is taken again above \((wanted + settings.reserveBytes) >> 20) MiB, and what was promised goes on"
        )
    }
}

extension Duration {
    fileprivate var inNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
