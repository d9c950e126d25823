import RobotModel

/// The colour of each skill in pictures: light, so that dark text reads on it.
struct SkillPalette {
    private static let shipped: [SkillName: String] = [
        "navigate": "#a9d3ee", "enter": "#7db7de", "pick": "#ffcf6b", "place": "#a8d08d",
        "insert": "#74c2a4", "open": "#d9c2ec", "close": "#b79bd6", "take_off": "#f6b5a7",
        "land": "#ea917a", "mop": "#9adbd6",
    ]
    private static let others = ["#d7c7a8", "#e3a6c8", "#c3cf72", "#b8c4d6", "#e8b98a", "#9fc0b0"]

    /// Skills of the picture, in the order of the legend.
    let skills: [SkillName]
    private let colours: [SkillName: String]

    init(_ skills: some Sequence<SkillName>) {
        var colours = Self.shipped
        var order: [SkillName] = []
        var next = 0
        for skill in skills where !order.contains(skill) {
            order.append(skill)
            if colours[skill] == nil {
                colours[skill] = Self.others[next % Self.others.count]
                next += 1
            }
        }
        self.skills = order
        self.colours = colours
    }

    func colour(_ skill: SkillName) -> String { colours[skill] ?? Self.others[0] }
}
