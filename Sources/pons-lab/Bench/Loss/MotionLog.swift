import BrainClient
import Foundation
import RobotModel

/// What a robot's own process writes of its motions, by the machine's monotonic
/// clock: a line when an attempt begins to move, and one when it is at rest.
final class MotionLog: Sendable {
    /// One line.
    enum Entry: Equatable {
        case began(AttemptID, RobotID, at: MonotonicTime)
        case rested(AttemptID, RobotID, lastMotion: MonotonicTime, at: MonotonicTime)
    }

    private let file: FileHandle

    /// - Throws: `failed` where the file can't be written.
    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandError(.failed, "\(path) can’t be written", why: String(cString: strerror(errno)))
        }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ entry: Entry) {
        let words =
            switch entry {
            case .began(let attempt, let robot, let at): ["began"] + Self.words(attempt, robot) + [at.text]
            case .rested(let attempt, let robot, let last, let at):
                ["rested"] + Self.words(attempt, robot) + [last.text, at.text]
            }
        // One write: lines of several attempts don't mix.
        file.write(Data((words.joined(separator: " ") + "\n").utf8))
    }

    private static func words(_ attempt: AttemptID, _ robot: RobotID) -> [String] {
        [attempt.task.rawValue, attempt.step.rawValue, "\(attempt.number)", robot.rawValue]
    }

    /// The entries of a file so far; a line that is being written isn't one yet.
    static func entries(at path: String) -> [Entry] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap(entry)
    }

    private static func entry(_ line: Substring) -> Entry? {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 6, let number = UInt32(words[3]) else { return nil }
        let attempt = AttemptID(task: TaskID(words[1]), step: StepID(words[2]), number: number)
        let times = words[5...].compactMap(UInt64.init).map(MonotonicTime.init(nanoseconds:))
        switch (words[0], times.count) {
        case ("began", 1): return .began(attempt, RobotID(words[4]), at: times[0])
        case ("rested", 2):
            return .rested(attempt, RobotID(words[4]), lastMotion: times[0], at: times[1])
        default: return nil
        }
    }
}

extension MonotonicTime {
    fileprivate var text: String { String(nanoseconds) }
}
