import Testing

@testable import Node

@Suite struct MomentHeapTests {
    private func drained(_ heap: MomentHeap<Int>) -> [Int] {
        var heap = heap
        var result: [Int] = []
        while let (element, _) = heap.takeDue(at: .max) { result.append(element) }
        return result
    }

    @Test func `what is due first comes first, and equal ones in their order`() {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64(UInt32.max), using: &random)
        var state = seed
        var heap = MomentHeap<Int>()
        var expected: [(at: UInt64, number: Int)] = []
        for number in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let at = state >> 60
            heap.add(number, number: UInt64(number), at: at)
            expected.append((at, number))
        }
        expected.sort { ($0.at, $0.number) < ($1.at, $1.number) }
        #expect(drained(heap) == expected.map(\.number), "seed \(seed)")
    }

    @Test func `nothing comes before its time`() {
        var heap = MomentHeap<Int>()
        heap.add(1, number: 1, at: 100)
        #expect(heap.takeDue(at: 99) == nil)
        #expect(heap.takeDue(at: 100)?.element == 1)
        #expect(heap.next == nil)
    }

    @Test func `what is dropped doesn’t come, and the rest keeps its order`() {
        var heap = MomentHeap<Int>()
        for number in 0..<100 { heap.add(number, number: UInt64(number), at: UInt64(number * 37 % 100)) }
        heap.keep { element, _ in element.isMultiple(of: 3) }
        #expect(heap.count == 34)
        #expect(
            drained(heap)
                == (0..<100).filter { $0.isMultiple(of: 3) }.sorted { $0 * 37 % 100 < $1 * 37 % 100 })
    }
}
