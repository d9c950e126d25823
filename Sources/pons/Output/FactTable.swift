import Pages
import RobotModel

enum FactTable {
    static func text(_ facts: [FactRecord]) -> String {
        var table = Table("FACT", "CERTAINTY", "SOURCE", "SINCE")
        for record in facts {
            let since = Instant(nanosecondsSinceEpoch: record.stamp.wallMilliseconds &* 1_000_000)
            table.add(
                record.holds ? record.fact.description : "not \(record.fact)", record.certainty.rawValue,
                record.source.description, since.description)
        }
        return table.fitted
    }
}
