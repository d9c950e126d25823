import ArgumentParser

struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a completion script for a shell.",
        discussion: "pons completion bash > /etc/bash_completion.d/pons")

    enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

    @Argument(help: "The shell.")
    var shell: Shell

    func run() throws {
        let script =
            switch shell {
            case .bash: Pons.completionScript(for: .bash)
            case .zsh: Pons.completionScript(for: .zsh)
            case .fish: Pons.completionScript(for: .fish)
            }
        Terminal.output.line(script)
    }
}
