import ArgumentParser
import BrainClient
import Foundation

/// Where the brain is, and with which token to speak to it.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The brain's address (PONS_BRAIN; else http://127.0.0.1:7680).")
    var brain: String?

    @Option(
        help: ArgumentHelp(
            "The file that holds the token (PONS_TOKEN_FILE; else `token` in PONS_STATE, /var/lib/pons or ~/.local/state/pons).",
            valueName: "file"))
    var tokenFile: String?

    func client() throws -> BrainClient {
        let environment = ProcessInfo.processInfo.environment
        return BrainClient(
            address: try BrainAddress.url(option: brain, environment: environment),
            token: try TokenLookup(option: tokenFile, environment: environment).token())
    }
}

enum BrainAddress {
    static let usual = "http://127.0.0.1:7680"

    /// - Throws: `usage` where the address is no http URL.
    static func url(option: String?, environment: [String: String]) throws(CommandError) -> String {
        var text = option ?? environment["PONS_BRAIN"].flatMap { $0.isEmpty ? nil : $0 } ?? usual
        if !text.contains("://") { text = "http://" + text }
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false
        else {
            throw CommandError(
                .usage, "“\(text)” is no address of a brain",
                advice: "name one such as \(usual) with --brain or PONS_BRAIN")
        }
        return text
    }
}
