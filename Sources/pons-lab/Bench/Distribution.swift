/// How long something took, over many rounds.
struct Distribution {
    private let sorted: [Double]

    init(milliseconds: [Double]) { sorted = milliseconds.sorted() }

    var count: Int { sorted.count }
    var p50Milliseconds: Double { quantile(0.5) }
    var p99Milliseconds: Double { quantile(0.99) }
    var maxMilliseconds: Double { sorted.last ?? .nan }

    /// By nearest rank.
    private func quantile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}
