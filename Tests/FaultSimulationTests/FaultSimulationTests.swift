import FaultSimulation
import RobotModel
import Testing

/// The whole system of shipping parts under seeded faults, in virtual time. A
/// failing seed is printed with its command, and gives the same run again.
struct FaultSimulationTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `no promise is broken, whatever fails`(seed: UInt64) {
        let report = FaultSimulator(SimulationOptions(seed: seed)).run()
        #expect(report.violations.isEmpty, "\(report.violations), again with \(report.options.command)")
        #expect(report.faults.values.reduce(0, +) > 10, "seed \(seed) has hardly any fault: \(report.faults)")
    }

    @Test(arguments: ["network", "robots", "crash", "disk"])
    func `each kind of fault happens on its own`(name: String) throws {
        let faults = try #require(FaultClasses(text: name))
        for seed in UInt64(100)...103 {
            let report = FaultSimulator(SimulationOptions(seed: seed, faults: faults)).run()
            #expect(report.violations.isEmpty, "\(report.violations), again with \(report.options.command)")
            #expect(!report.faults.isEmpty)
        }
    }

    @Test func `without faults nearly every task that can be done succeeds`() {
        var endings: [TaskState: Int] = [:]
        for seed in UInt64(1)...8 {
            let report = FaultSimulator(SimulationOptions(seed: seed, faults: .none)).run()
            #expect(report.violations.isEmpty, "\(report.violations)")
            #expect(report.faults.isEmpty)
            endings.merge(report.endings, uniquingKeysWith: +)
        }
        let tried = endings.values.reduce(0, +) - (endings[.rejected] ?? 0)
        #expect((endings[.succeeded] ?? 0) * 20 >= tried * 19, "\(endings)")
    }

    @Test func `the same seed gives the same log, byte for byte`() {
        var options = SimulationOptions(seed: 7)
        options.isTold = true
        let (one, other) = (FaultSimulator(options).run(), FaultSimulator(options).run())
        let difference = zip(one.lines, other.lines).first { $0 != $1 }
        #expect(difference == nil, "the first line that differs: \(difference.map { "\($0)\n\($1)" } ?? "")")
        #expect(one.logHash == other.logHash)
        options.seed = 8
        #expect(FaultSimulator(options).run().logHash != one.logHash)
    }

    @Test func `a part of a scenario can be left out`() {
        let all = FaultSimulator(SimulationOptions(seed: 3)).run()
        let kept = Set(all.parts.filter { $0.hasPrefix("t") })
        let few = FaultSimulator(SimulationOptions(seed: 3, kept: kept)).run()
        #expect(few.faults.isEmpty)
        #expect(few.endings.values.reduce(0, +) == kept.count)
    }

    @Test func `the command that gives a run again names all that it takes`() {
        let options = SimulationOptions(
            seed: 5, robots: 3, tasks: 2, duration: .seconds(30), faults: [.network, .disk],
            kept: ["t1", "f0"])
        #expect(
            options.command
                == "pons sim run --seed 5 --robots 3 --tasks 2 --seconds 30 --faults network,disk --only f0,t1"
        )
    }
}
