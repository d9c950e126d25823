/// The states that a search has seen, each once, with how they were reached.
struct StateTable {
    /// Where a state came from.
    struct Node {
        /// -1 for the start.
        var parent: Int32
        var action: Int32
        /// Steps from the start.
        var depth: Int32
    }

    private(set) var nodes: [Node] = []
    private var words: [UInt64] = []
    private var slots: [Int32]
    private let wordCount: Int
    private let keyWordCount: Int
    private let lastKeyMask: UInt64

    init(space: StateSpace) {
        wordCount = space.wordCount
        keyWordCount = space.baseWordCount
        lastKeyMask = space.lastBaseMask
        slots = Array(repeating: -1, count: 1024)
    }

    func state(_ node: Int32) -> [UInt64] {
        let start = Int(node) * wordCount
        return Array(words[start..<start + wordCount])
    }

    /// The node of `state` and whether it was seen before.
    mutating func insert(
        _ state: [UInt64], parent: Int32, action: Int32, depth: Int32
    ) -> (node: Int32, isNew: Bool) {
        if nodes.count * 2 >= slots.count { grow() }
        var slot = hash(state[...]) & (slots.count - 1)
        while slots[slot] >= 0 {
            if isEqual(slots[slot], state) { return (slots[slot], false) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let node = Int32(nodes.count)
        slots[slot] = node
        nodes.append(Node(parent: parent, action: action, depth: depth))
        words.append(contentsOf: state)
        return (node, true)
    }

    /// Enters a shorter way to a node.
    mutating func shorten(_ node: Int32, parent: Int32, action: Int32, depth: Int32) {
        nodes[Int(node)] = Node(parent: parent, action: action, depth: depth)
    }

    /// The actions from the start to `node`.
    func path(to node: Int32) -> [Int] {
        var path: [Int] = []
        var node = node
        while nodes[Int(node)].parent >= 0 {
            path.append(Int(nodes[Int(node)].action))
            node = nodes[Int(node)].parent
        }
        return path.reversed()
    }

    private func hash(_ state: ArraySlice<UInt64>) -> Int {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for place in 0..<keyWordCount {
            var word = state[state.startIndex + place]
            if place == keyWordCount - 1 { word &= lastKeyMask }
            hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
        }
        return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
    }

    private func isEqual(_ node: Int32, _ state: [UInt64]) -> Bool {
        let start = Int(node) * wordCount
        for place in 0..<keyWordCount - 1 where words[start + place] != state[place] { return false }
        let last = keyWordCount - 1
        return (words[start + last] ^ state[last]) & lastKeyMask == 0
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for node in nodes.indices {
            let start = node * wordCount
            var slot = hash(words[start..<start + wordCount]) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(node)
        }
    }
}
