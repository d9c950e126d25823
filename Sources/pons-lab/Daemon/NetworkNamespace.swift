import BrainClient
import Foundation

/// A network of its own, joined to this one's by a cable that can be pulled.
/// Gone with the last reference to it. Needs root and the program `ip`.
final class NetworkNamespace: Sendable {
    let name: String
    /// Of this side's end of the cable, and of the other's.
    let near: String
    let far: String
    private let cable: String

    private static let program = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Why there can be none; nil where there can.
    static var hindrance: String? {
        if program == nil { return "the program ip isn’t there (Debian: iproute2)" }
        if geteuid() != 0 { return "only root may make network namespaces" }
        return nil
    }

    /// - Parameter number: 0 to 255, which chooses the addresses.
    /// - Throws: `failed` where the system won't have it.
    init(_ number: Int) throws {
        let suffix = String(UInt16.random(in: .min ... .max), radix: 16)
        name = "pons-\(suffix)"
        cable = "pons\(suffix)"
        (near, far) = ("10.231.\(number).1", "10.231.\(number).2")
        try Self.run("netns", "add", name)
        do {
            try Self.run("link", "add", cable, "type", "veth", "peer", "name", "\(cable)f")
            try Self.run("link", "set", "\(cable)f", "netns", name)
            try Self.run("addr", "add", "\(near)/30", "dev", cable)
            try Self.run("link", "set", cable, "up")
            try Self.run("-n", name, "addr", "add", "\(far)/30", "dev", "\(cable)f")
            try Self.run("-n", name, "link", "set", "\(cable)f", "up")
            try Self.run("-n", name, "link", "set", "lo", "up")
        } catch {
            try? Self.run("netns", "delete", name)
            throw error
        }
    }

    deinit {
        try? Self.run("link", "delete", cable)
        try? Self.run("netns", "delete", name)
    }

    /// What to put before a command so that it sees this network.
    var wrapper: [String] { [Self.program ?? "ip", "netns", "exec", name] }

    func pull() throws { try Self.run("link", "set", cable, "down") }
    func plugIn() throws { try Self.run("link", "set", cable, "up") }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: program ?? "/sbin/ip")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let words = Pipe()
        process.standardError = words
        try process.run()
        let said = words.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandError(
                .failed, "ip \(arguments.joined(separator: " ")) failed",
                why: String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
