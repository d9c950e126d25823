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

    @Test(arguments: version1.indices) func `version 1 is read`(index: Int) throws {
        let (input, text) = Self.version1[index]
        let back = try JournalEntryCodec.decode(Self.bytes(of: text))
        #expect(back.input == input)
        #expect(back.at == Self.at)
    }

    private static func bytes(of text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
