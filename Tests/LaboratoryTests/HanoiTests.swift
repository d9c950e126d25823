import Foundation
import Journal
import RobotModel
import Testing
import WireFormat

@testable import pons_lab

@Suite struct HanoiTests {
    /// A journal of the answers that a task of `disks` disks got.
    private func journal(of answers: [(disks: String, isDone: Bool)]) throws -> Journal {
        let folder = try LabFolder()
        let journal = try Journal(path: folder.url.appending(path: "journal.db").path)
        let records = try answers.enumerated().map { index, answer in
            let attempt = AttemptID(task: "t-1", step: "solve", number: UInt32(index + 1))
            let returns: [String: Value] = [
                "disks": .text(answer.disks), "done": .boolean(answer.isDone), "votes.tally": .text("5 1"),
            ]
            return try JournalEntryCodec.encode(
                .attemptEnded(
                    attempt, FencingToken(epoch: 1, counter: UInt64(index + 1)),
                    .succeeded(returns: returns, observed: [])), at: .zero)
        }
        try journal.append(records)
        return journal
    }

    private func solution(_ count: Int) -> [(disks: String, isDone: Bool)] {
        var disks = HanoiDisks(count: count)
        var answers: [(String, Bool)] = []
        while !disks.isDone {
            disks = disks.afterNextMove
            answers.append((disks.text, disks.isDone))
        }
        return answers
    }

    @Test(arguments: 1...10) func `the skill’s moves are the formula’s`(count: Int) throws {
        let finding = try HanoiVerifier(diskCount: count).verify("t-1", in: journal(of: solution(count)))
        #expect(finding.flaw == nil)
        #expect(finding.moves == UInt64(1) << UInt64(count) - 1)
        #expect(finding.votes == finding.moves * 6)
        #expect(finding.outvoted == finding.moves)
    }

    @Test func `a wrong move that was accepted is found, though the tower ends right`() throws {
        var answers = solution(5)
        let astray = try #require(HanoiDisks(answers[10].disks)).afterWrongMove
        // Back from there, as a skill that knows no past would.
        answers.insert((astray.text, false), at: 11)
        let finding = try HanoiVerifier(diskCount: 5).verify("t-1", in: journal(of: answers))
        #expect(finding.flaw?.contains("after move 12") == true)
    }

    @Test func `results that came too late, or twice, don’t count`() throws {
        let journal = try journal(of: Array(solution(3).prefix(3)))
        let token = FencingToken(epoch: 1, counter: 9)
        func ended(_ number: UInt32, _ answer: (disks: String, isDone: Bool)) -> CoordinationInput {
            .attemptEnded(
                AttemptID(task: "t-1", step: "solve", number: number), token,
                .succeeded(
                    returns: ["disks": .text(answer.disks), "done": .boolean(answer.isDone)], observed: []))
        }
        let rest = solution(3).dropFirst(3)
        var inputs = [
            ended(3, solution(3)[2]),
            .timerFired(.attemptOverdue(AttemptID(task: "t-1", step: "solve", number: 4))),
            // Given up, and yet it comes.
            ended(4, solution(3)[3]),
        ]
        for (index, answer) in rest.enumerated() { inputs.append(ended(UInt32(index + 5), answer)) }
        try journal.append(try inputs.map { try JournalEntryCodec.encode($0, at: .zero) })
        let finding = try HanoiVerifier(diskCount: 3).verify("t-1", in: journal)
        #expect(finding.flaw == nil)
        #expect(finding.moves == 7)
        #expect(finding.lateResults == 2)
    }

    @Test func `moves that are missing at the end are found`() throws {
        let finding = try HanoiVerifier(diskCount: 4).verify("t-1", in: journal(of: solution(4).dropLast()))
        #expect(finding.flaw == "14 moves were made, and 15 are needed")
    }

    @Test func `wrong moves are legal, agree, and are never the right one`() throws {
        for answer in solution(8).dropLast() {
            let disks = try #require(HanoiDisks(answer.disks))
            #expect(disks.afterWrongMove != disks.afterNextMove)
            #expect(disks.afterWrongMove != disks)
            #expect(disks.afterWrongMove == disks.afterWrongMove)
        }
    }

    @Test func `faults come as often as they should, and again with the same seed`() {
        let faults = HanoiFaults(seed: 11)
        var tally = HanoiFaults.Tally()
        for call in 1...200_000 { tally.note(faults.fault(inCall: UInt64(call))) }
        #expect((1800...2200).contains(tally.wrong))
        #expect((850...1150).contains(tally.failing))
        #expect(tally.lost < 20)
        let again = HanoiFaults(seed: 11)
        #expect((1...2000).allSatisfy { faults.fault(inCall: $0) == again.fault(inCall: $0) })
    }

    @Test(arguments: ["", "ABD", "abc"]) func `what is no tower is refused`(text: String) {
        #expect(HanoiDisks(text) == nil)
    }
}
