/// Finds out which parts of a failing scenario it takes to fail: leaves out
/// faults, orders and tasks, and keeps what breaks the same promise.
///
/// Source: delta debugging, Zeller and Hildebrandt, «Simplifying and isolating
/// failure-inducing input», 2002.
public struct Shrinker {
    private let options: SimulationOptions
    private let promise: Promise
    private var runs: Int
    private let most: Int

    /// - Parameters:
    ///   - report: of the run that failed.
    ///   - most: runs that may be spent on it.
    public init?(_ report: SimulationReport, most: Int = 400) {
        guard let first = report.violations.first else { return nil }
        options = report.options
        promise = first.promise
        self.most = most
        runs = 0
    }

    /// - Returns: the options of the smallest scenario found that fails alike.
    public mutating func shrink(_ parts: [String]) -> SimulationOptions {
        var kept = parts
        var pieces = 2
        while kept.count > 1, runs < most {
            let size = max(1, (kept.count + pieces - 1) / pieces)
            var isSmaller = false
            for start in stride(from: 0, to: kept.count, by: size) where runs < most {
                var rest = kept
                rest.removeSubrange(start..<min(start + size, kept.count))
                guard fails(rest) else { continue }
                kept = rest
                pieces = max(2, pieces - 1)
                isSmaller = true
                break
            }
            if isSmaller { continue }
            if size == 1 { break }
            pieces = min(kept.count, 2 * pieces)
        }
        return options.keeping(kept)
    }

    private mutating func fails(_ parts: [String]) -> Bool {
        runs += 1
        return FaultSimulator(options.keeping(parts)).run().violations.first?.promise == promise
    }
}

extension SimulationOptions {
    fileprivate func keeping(_ parts: [String]) -> SimulationOptions {
        var copy = self
        copy.kept = Set(parts)
        return copy
    }
}
