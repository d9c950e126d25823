import ArgumentParser
import BrainClient
import Foundation

/// Where a running daemon is, as `pons` is told.
struct BrainOptions: ParsableArguments {
    @Option(help: "The brain's address (PONS_BRAIN; else http://127.0.0.1:7680).")
    var brain: String?

    @Option(
        help: ArgumentHelp(
            "The file that holds the token (PONS_TOKEN_FILE; else `token` in PONS_STATE, /var/lib/pons or ~/.local/state/pons).",
            valueName: "file"))
    var tokenFile: String?

    func client() throws -> BrainClient {
        let environment = ProcessInfo.processInfo.environment
        var address = brain ?? environment["PONS_BRAIN"] ?? ""
        if address.isEmpty { address = "http://127.0.0.1:7680" }
        if !address.contains("://") { address = "http://" + address }
        return BrainClient(
            address: address, token: try TokenLookup(option: tokenFile, environment: environment).token())
    }
}
