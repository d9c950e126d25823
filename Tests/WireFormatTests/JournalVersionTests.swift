import RobotModel
import Testing
import WireFormat

/// Records as each version of the format wrote them: every later one reads
/// them as they were meant. Lines are added here, and never changed.
@Suite struct JournalVersionTests {
    private static let attempt = AttemptID(task: "t1", step: "s2", number: 3)
    private static let token = FencingToken(epoch: 4, counter: 5)
    private static let at = Instant(nanosecondsSinceEpoch: 1_795_500_000_123_456_789)
    private static let onTable = Literal(Fact("on", "apple", "table"))

    /// What version 1 was asked to write, with what it wrote.
    private static let version1: [(CoordinationInput, String)] = [
        (.brainStarted(epoch: 7), "080111158d92b5bce5ea1852020807"),
        (
            .taskSubmitted(
                "t1", TaskRequest(.words("tidy up"), priority: -2, requester: "anna", idempotencyKey: "k")),
            "080111158d92b5bce5ea185a1a0a02743112140a077469647920757020032a04616e6e6132016b"
        ),
        (
            .taskSubmitted(
                "t1",
                TaskRequest(
                    .workflow(
                        Workflow(steps: [
                            WorkflowStep(
                                id: "a", skill: "pick", robot: "arm",
                                arguments: ["item": .entity("apple"), "force": .number(2.5)], after: ["b"])
                        ])))),
            "080111158d92b5bce5ea185a4b0a02743112451a380a360a016112047069636b1a0361726d22120a05666f7263651209190000000000000440220f0a046974656d12070a056170706c652a01622a09616e6f6e796d6f7573"
        ),
        (
            .planProposed(
                "t1", revision: 2,
                goal: Goal(
                    stages: [
                        GoalStage(
                            .achieve(
                                .and([
                                    .not(.literal(onTable)),
                                    .forAll(variable: "m", type: "mug", .or([.literal(onTable)])),
                                ])),
                            by: .same("you")),
                        GoalStage(
                            .perform(SkillCall(skill: "mop", arguments: ["where": .text("hall")])),
                            by: .robot("dog")),
                    ], observations: [onTable]),
                plan: Plan(
                    steps: [
                        PlanStep(
                            id: "s2", robot: "arm", skill: "pick", arguments: ["clean": .boolean(true)],
                            after: ["s1"],
                            stage: 1, expectedStartSeconds: 1.5, expectedDurationSeconds: 4,
                            terms: StepTerms(
                                timeout: .milliseconds(20_500),
                                retry: RetryPolicy(attempts: 3, backoffSeconds: 0.5),
                                onLinkLoss: .finish, cancel: .compensate("place"), idempotent: true,
                                risk: .high,
                                resources: ["gripper(arm)"],
                                effects: [
                                    Effect(
                                        Literal("at", [.any, .variable("x")], isPositive: false),
                                        when: [onTable, onTable.negated])
                                ], failureEffect: .uncertain))
                    ], links: [CausalLink(producer: "s1", literal: onTable, consumer: nil)],
                    makespanSeconds: 9.25,
                    explanation: ["only the arm reaches"],
                    outcome: .exists(variable: "r", type: "robot", .literal(onTable)))),
            "080111158d92b5bce5ea18629f030a02743110021a760a430a3c1a3a0a1412120a106f6e286170706c652c207461626c65290a222a200a016d12036d75671a1622140a120a106f6e286170706c652c207461626c65292203796f750a1d12160a036d6f701a0f0a0577686572651206120468616c6c1a03646f6712106f6e286170706c652c207461626c6529229e020ac2010a027332120361726d1a047069636b220b0a05636c65616e120220012a02733131000000000000f83f390000000000001040428b010880b4a9de9801100319000000000000e03f220666696e6973682a10636f6d70656e736174653a706c61636530013a0468696768420c677269707065722861726d294a3c6e6f74206174282a2c203f7829207768656e206f6e286170706c652c207461626c652920616e64206e6f74206f6e286170706c652c207461626c65295209756e6365727461696e480212160a02733112106f6e286170706c652c207461626c652919000000000080224022146f6e6c79207468652061726d20726561636865732a20321e0a01721205726f626f741a120a106f6e286170706c652c207461626c6529"
        ),
        (
            .planRefused(
                "t1", revision: 1,
                Rejection(.ambiguous, "which mug?", parts: ["mug"], suggestions: ["mug_1", "mug_2"])),
            "080111158d92b5bce5ea186a300a02743110011a09616d626967756f7573220a7768696368206d75673f2a036d756732056d75675f3132056d75675f32"
        ),
        (
            .robotLinked(
                RobotDescription(
                    id: "drone", embodiment: "quadrotor", names: ["the drone"], skills: ["land", "take_off"],
                    limits: RobotLimits(
                        speedMetersPerSecond: 2, reachMeters: 0.25, payloadKilograms: 1,
                        batteryRatioPerHour: 3),
                    resources: ["rotor"],
                    parts: [
                        Entity(
                            id: "basket", types: ["container"], names: ["basket"],
                            pose: Pose(frame: "drone", xMeters: 1, yMeters: 2, zMeters: 3, yawRadians: 0.5),
                            properties: ["deep": .boolean(false)])
                    ], facts: [Fact("in", "drone", "hall")], pose: Pose(xMeters: -1, yMeters: 4)),
                running: [attempt]),
            "080111158d92b5bce5ea1872e7010ad8010a0564726f6e65120971756164726f746f721a097468652064726f6e6522046c616e64220874616b655f6f666629000000000000004031000000000000d03f39000000000000f03f4100000000000008404a05726f746f7252540a066261736b65741209636f6e7461696e65721a066261736b6574222b0a0564726f6e6511000000000000f03f19000000000000004021000000000000084029000000000000e03f2a0a0a0464656570120220005a0f696e2864726f6e652c2068616c6c2962170a036d617011000000000000f0bf190000000000001040120a0a027431120273321803"
        ),
        (.robotLost("drone", reason: "silent"), "080111158d92b5bce5ea187a0f0a0564726f6e65120673696c656e74"),
        (
            .robotAdministered("drone", .drain, by: "anna"),
            "080111158d92b5bce5ea188201140a0564726f6e651205647261696e1a04616e6e61"
        ),
        (
            .attemptAccepted(attempt, token),
            "080111158d92b5bce5ea188a01120a0a0a027431120273321803120408041005"
        ),
        (
            .attemptEnded(
                attempt, token,
                .succeeded(
                    returns: ["pose": .pose(Pose(xMeters: 1, yMeters: 2))],
                    observed: [onTable, onTable.negated])),
            "080111158d92b5bce5ea1892015f0a0a0a0274311202733218031204080410051a4b12210a04706f736512192a170a036d617011000000000000f03f1900000000000000401a106f6e286170706c652c207461626c65291a146e6f74206f6e286170706c652c207461626c6529"
        ),
        (
            .attemptEnded(attempt, token, .failed(Failure(.unreachable, "too far"))),
            "080111158d92b5bce5ea1892012c0a0a0a0274311202733218031204080410051a180a160a0b756e726561636861626c651207746f6f20666172"
        ),
        (.goalChecked("t1", revision: 2, unmet: nil), "080111158d92b5bce5ea189a01060a0274311002"),
        (
            .goalChecked("t1", revision: 2, unmet: "not on the table"),
            "080111158d92b5bce5ea189a01180a02743110021a106e6f74206f6e20746865207461626c65"
        ),
        (.timerFired(.attemptOverdue(attempt)), "080111158d92b5bce5ea18a2010c0a0a0a027431120273321803"),
        (.timerFired(.retryDue("t1", "s2")), "080111158d92b5bce5ea18a2010a12080a02743112027332"),
        (.timerFired(.linkOverdue("drone")), "080111158d92b5bce5ea18a201071a0564726f6e65"),
        (.timerFired(.planOverdue("t1", revision: 2)), "080111158d92b5bce5ea18a2010822060a0274311002"),
        (
            .cancelRequested("t1", by: "anna", reason: "never mind"),
            "080111158d92b5bce5ea18aa01160a0274311204616e6e611a0a6e65766572206d696e64"
        ),
        (
            .approvalAnswered("t1", approved: true, by: "anna"),
            "080111158d92b5bce5ea18b2010c0a02743110011a04616e6e61"
        ),
    ]

    private static let order = PersonOrder(by: "anna", reason: "in the way", key: "k1")

    /// What version 2 added.
    private static let version2: [(CoordinationInput, String)] = [
        (
            .robotAdministered("drone", .takeOver, by: "anna", reason: "stuck"),
            "080211158d92b5bce5ea1882011e0a0564726f6e65120874616b656f7665721a04616e6e612205737475636b"
        ),
        (
            .approvalAnswered("t1", approved: true, by: "anna", reason: "looks safe"),
            "080211158d92b5bce5ea18b201180a02743110011a04616e6e61220a6c6f6f6b732073616665"
        ),
        (
            .taskSubmitted(
                "t1",
                TaskRequest(
                    .workflow(
                        Workflow(steps: [
                            WorkflowStep(
                                id: "a", skill: "move", repeats: RepeatPolicy(until: "done", most: 9),
                                votes: VotePolicy(ahead: 4, most: 50))
                        ])), deadline: at, asksPeople: true)),
            "080211158d92b5bce5ea185a390a02743112331a1b0a190a016112046d6f766532080a04646f6e6510093a04080410322a09616e6f6e796d6f757339158d92b5bce5ea184001"
        ),
        (
            .planProposed(
                "t1", revision: 1, goal: Goal(stages: []),
                plan: Plan(steps: [
                    PlanStep(
                        id: "a", robot: "arm", skill: "pour", arguments: [:],
                        terms: StepTerms(
                            cancel: .compensate("set_upright"), preemptible: true,
                            compensation: Compensation(
                                skill: "set_upright", arguments: ["item": .entity("jug")],
                                timeout: .seconds(8), resources: ["gripper(arm)"],
                                effects: [Effect(onTable)], failureEffect: .none),
                            repeats: RepeatPolicy(until: "done"), votes: VotePolicy(ahead: 4, most: 50)))
                ])),
            "080211158d92b5bce5ea1862b8010a02743110011a0022ad010aa6010a0161120361726d1a04706f75724295010880e0ba84bf031002199a9999999999c93f220473746f702a16636f6d70656e736174653a7365745f757072696768743a036c6f7752046e6f6e65580162480a0b7365745f75707269676874120d0a046974656d12050a036a75671880c0b2cd3b220c677269707065722861726d292a106f6e286170706c652c207461626c652932046e6f6e656a060a04646f6e657204080410322a021a00"
        ),
        (
            .settingsChanged(
                CoordinationSettings(
                    linkGrace: .seconds(1), overdueGrace: .seconds(2), planningLimit: .seconds(3),
                    breakerFailures: 4, breakerWindow: .seconds(5), breakerPause: .seconds(6),
                    mostRevisions: 7, headStart: .seconds(8), preemptionGap: 9,
                    questions: QuestionPolicy(
                        channel: "shift", timeout: .seconds(10), defaultOption: "retry",
                        escalation: "night"),
                    keyRetention: .seconds(11))),
            "080211158d92b5bce5ea18ba014d0880a8d6b9071080d0acf30e1880f882ad1620082880c8afa0253080f085da2c38074080c0b2cd3b4812521b0a057368696674108090dfc04a1a05726574727922056e696768745880b8b5fa51"
        ),
        (
            .taskOrdered("t1", .pause, PersonOrder(by: "anna")),
            "080211158d92b5bce5ea18c201130a0274311205706175736522060a04616e6e61"
        ),
        (
            .taskOrdered("t1", .resume, order),
            "080211158d92b5bce5ea18c201240a0274311206726573756d6522160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .taskOrdered("t1", .skip("s2"), order),
            "080211158d92b5bce5ea18c201260a0274311204736b69701a02733222160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .taskOrdered("t1", .retry("s2"), order),
            "080211158d92b5bce5ea18c201270a027431120572657472791a02733222160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .taskOrdered("t1", .replan, order),
            "080211158d92b5bce5ea18c201240a02743112067265706c616e22160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .planEdited(
                "t1",
                PlanEdit(
                    kind: .insert, revision: 3,
                    steps: [PlanStep(id: "b", robot: "arm", skill: "mop", arguments: [:], after: ["a"])],
                    removed: ["c", "d"]), order),
            "080211158d92b5bce5ea18ca01690a0274311206696e736572741803223b0a0162120361726d1a036d6f702a016142290880e0ba84bf031002199a9999999999c93f220473746f702a0473746f703a036c6f7752046e6f6e652a01632a016432160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .questionAnswered("t1", "q1", answer: "skip", order),
            "080211158d92b5bce5ea18d201260a027431120271311a04736b697022160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .scheduleSet(
                Schedule(id: "dawn", request: TaskRequest(.words("mop")), recurrence: .once(at)), order),
            "080211158d92b5bce5ea18da01390a046461776e12100a036d6f702a09616e6f6e796d6f757319158d92b5bce5ea1832160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .scheduleSet(
                Schedule(
                    id: "dawn", request: TaskRequest(.words("mop")), recurrence: .every(seconds: 60, from: at)
                ),
                order),
            "080211158d92b5bce5ea18da013d0a046461776e12100a036d6f702a09616e6f6e796d6f7573220b087811158d92b5bce5ea1832160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .scheduleSet(
                Schedule(
                    id: "dawn", request: TaskRequest(.words("mop")),
                    recurrence: .weekly(days: [1, 7], secondsOfDay: 27_000)), order),
            "080211158d92b5bce5ea18da013a0a046461776e12100a036d6f702a09616e6f6e796d6f75732a080802080e10f0a50332160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .scheduleRemoved("dawn", order),
            "080211158d92b5bce5ea18e2011e0a046461776e12160a04616e6e61120a696e20746865207761791a026b31"
        ),
        (
            .emergencyStopped(by: "anna", reason: "smoke"),
            "080211158d92b5bce5ea18ea010d0a04616e6e611205736d6f6b65"
        ),
        (
            .emergencyReleaseAsked(by: "anna", reason: "aired"),
            "080211158d92b5bce5ea18fa010d0a04616e6e6112056169726564"
        ),
        (
            .emergencyReleased(by: "anna", reason: "aired"),
            "080211158d92b5bce5ea18f2010d0a04616e6e6112056169726564"
        ),
        (.timerFired(.questionOverdue("t1", "q1")), "080211158d92b5bce5ea18a2010a2a080a02743112027131"),
        (
            .timerFired(.breakerDue("drone", "land")),
            "080211158d92b5bce5ea18a2010f320d0a0564726f6e6512046c616e64"
        ),
        (.timerFired(.scheduleDue("dawn")), "080211158d92b5bce5ea18a201063a046461776e"),
        (.timerFired(.deadlineDue("t1")), "080211158d92b5bce5ea18a2010442027431"),
    ]

    @Test(arguments: version1.indices) func `version 1 is read`(index: Int) throws {
        let (input, text) = Self.version1[index]
        let back = try JournalEntryCodec.decode(Self.bytes(of: text))
        #expect(back.input == input)
        #expect(back.at == Self.at)
    }

    @Test(arguments: version2.indices) func `version 2 is read, and written so`(index: Int) throws {
        let (input, text) = Self.version2[index]
        let back = try JournalEntryCodec.decode(Self.bytes(of: text))
        #expect(back.input == input)
        #expect(back.at == Self.at)
        #expect(try JournalEntryCodec.encode(input, at: Self.at) == Self.bytes(of: text))
    }

    private static func bytes(of text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
