import RobotModel

/// What goes wrong, drawn kind by kind, so that switching one kind off leaves
/// the others as they are.
extension Scenario {
    static func faults(_ options: SimulationOptions, _ seconds: Int, _ layout: Layout) -> [Fault] {
        // In a long run as much goes wrong in all, and there is time to recover.
        let pace = seconds > 180 ? 6 : 1
        var faults: [(Duration, Fault.Kind)] = []
        func draw(
            _ kind: FaultClasses, _ stream: UInt64, every gapMilliseconds: Int,
            _ make: (inout SeededRandom) -> Fault.Kind
        ) {
            guard options.faults.contains(kind) else { return }
            var random = SeededRandom(seed: options.seed, stream: stream)
            let gap = gapMilliseconds * pace
            var at = random.milliseconds(0...(2 * gap))
            while at < options.duration {
                faults.append((at, make(&random)))
                at += random.milliseconds(1...(2 * gap))
            }
        }
        draw(.network, 11, every: 5_000) { network(layout, &$0) }
        draw(.robots, 12, every: 7_000) { robots(layout, &$0) }
        draw(.robots, 13, every: 3_000) { random in
            .skill(robot: random.below(layout.edgeOfRobot.count), random.pick(Misdeed.allCases))
        }
        draw(.crash, 14, every: 15_000) { random in
            .brainKilled(
                random.pick(CrashPoint.allCases), isPowerLost: random.happens(oneIn: 3),
                for: random.milliseconds(50...4000))
        }
        draw(.crash, 15, every: 20_000) { random in
            random.happens(oneIn: 3)
                ? .clockJump(.seconds(random.pick([-7200, -60, -2, 2, 60, 7200])))
                : .planner(random.pick(PlannerFault.allCases))
        }
        draw(.disk, 16, every: 15_000) { random in
            switch random.below(3) {
            case 0: .diskSlow(random.milliseconds(20...600), for: random.milliseconds(500...5000))
            case 1: .diskLow(for: random.milliseconds(1000...8000))
            default: .diskFull(for: random.milliseconds(500...6000))
            }
        }
        draw(.network, 17, every: 12_000) { _ in .repeatedRequest }
        faults.sort { $0.0 < $1.0 }
        return faults.enumerated().map { Fault(name: "f\($0)", at: $1.0, kind: $1.1) }
    }

    private static func network(_ layout: Layout, _ random: inout SeededRandom) -> Fault.Kind {
        let link = random.below(layout.links)
        switch random.below(8) {
        case 0, 1: return .stall(link: link, for: random.milliseconds(200...1500))
        case 2: return .stall(link: link, for: random.milliseconds(1500...8000))
        case 3, 4: return .reset(link: link)
        case 5:
            return .staleOrder(
                robot: random.below(layout.edgeOfRobot.count), atHost: random.happens(oneIn: 2))
        case 6:
            let weather = Weather(delay: random.pick([1...30, 20...400, 100...900]))
            return .weather(link: link, weather, for: random.milliseconds(500...6000))
        default:
            let weather = Weather(
                loss: random.below(60), duplication: random.below(60), reorder: random.below(60),
                corruption: random.below(20), delay: 0...20)
            return .weather(link: link, weather, for: random.milliseconds(500...5000))
        }
    }

    private static func robots(_ layout: Layout, _ random: inout SeededRandom) -> Fault.Kind {
        let robot = random.below(layout.edgeOfRobot.count)
        let pause = random.pick([50...900, 900...2500, 2500...8000])
        let atStore = random.happens(oneIn: 3)
        switch random.below(3) {
        case 0:
            return .edgeKilled(
                edge: random.below(layout.edges), atStore: atStore, for: random.milliseconds(pause))
        case 1: return .hostKilled(robot: robot, atStore: atStore, for: random.milliseconds(pause))
        default: return .hostStopped(robot: robot, for: random.milliseconds(pause))
        }
    }
}
