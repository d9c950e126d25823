/// Which kinds of faults a run has.
public struct FaultClasses: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Loss, duplication, reorder, delay, partitions, and copies of old orders.
    public static let network = FaultClasses(rawValue: 1)
    /// Death of edges and skill hosts, and skills that fail, hang or lie.
    public static let robots = FaultClasses(rawValue: 2)
    /// Death of the brain at any moment, loss of power, clocks that jump, a
    /// planner that fails or stays silent.
    public static let crash = FaultClasses(rawValue: 4)
    /// A disk that is slow, or full.
    public static let disk = FaultClasses(rawValue: 8)
    public static let none: FaultClasses = []
    public static let all: FaultClasses = [.network, .robots, .crash, .disk]

    /// Nil for a word that is none of `none`, `network`, `robots`, `crash`,
    /// `disk` and `all`; several are joined by commas.
    public init?(text: String) {
        var classes: FaultClasses = []
        for word in text.split(separator: ",") {
            switch word {
            case "none": break
            case "network": classes.insert(.network)
            case "robots": classes.insert(.robots)
            case "crash": classes.insert(.crash)
            case "disk": classes.insert(.disk)
            case "all": classes.formUnion(.all)
            default: return nil
            }
        }
        self = classes
    }

    public var text: String {
        if self == .all { return "all" }
        let names: [(FaultClasses, String)] = [
            (.network, "network"), (.robots, "robots"), (.crash, "crash"), (.disk, "disk"),
        ]
        let words = names.filter { contains($0.0) }.map(\.1)
        return words.isEmpty ? "none" : words.joined(separator: ",")
    }
}
