import RobotModel

/// Runs a whole system of shipping parts in virtual time, with seeded faults,
/// and holds it against the promises that Pons makes.
public struct FaultSimulator {
    private let options: SimulationOptions

    public init(_ options: SimulationOptions) { self.options = options }

    /// Runs until all is at rest after the last fault, or a promise is broken.
    /// Takes a tenth of a second or so for a minute of virtual time; blocks.
    public func run() -> SimulationReport {
        let site = Site(options)
        site.run()
        return report(site)
    }

    /// Runs until `count` records or some more are on disk and acted on. Only
    /// the true world and the codecs are looked at on the way: holding every
    /// record against all promises takes many times as long as the run.
    ///
    /// - Parameter stateEvery: records from one noted state to the next.
    public func record(_ count: UInt64, stateEvery: UInt64) -> SimulationRecording {
        let recorder = RunRecorder(count: count, stateEvery: stateEvery)
        let site = Site(options, recorder: recorder)
        site.run()
        return SimulationRecording(
            report: report(site), records: site.brain.records, states: recorder.states)
    }

    private func report(_ site: Site) -> SimulationReport {
        var report = SimulationReport(
            options: options, logHash: site.log.hash, duration: site.agenda.now - Site.start,
            events: site.log.count, lines: site.log.lines,
            endings: [:],
            faults: site.faultCounts, records: site.brain.disk.lastRecord,
            effects: site.truth.effects.count, violations: site.violations, parts: site.scenario.names)
        for task in site.brain.archive.values { report.endings[task.state, default: 0] += 1 }
        return report
    }
}
