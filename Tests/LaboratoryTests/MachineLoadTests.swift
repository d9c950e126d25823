import Testing

@testable import pons_lab

@Suite struct MachineLoadTests {
    @Test(arguments: [10, 50, 200]) func `every decision that is timed leads to the next step`(steps: Int)
        throws
    {
        let costs = try MachineLoad.costs(liveSteps: steps, decisions: 100)
        #expect(costs.handle.count >= 100)
        #expect(costs.decision.count == costs.handle.count)
        #expect(zip(costs.handle, costs.decision).allSatisfy { $0 <= $1 })
    }
}
