/// What a person is asked when the machine's own means are used up.
public struct Question: Hashable, Sendable, Codable {
    public var id: QuestionID
    /// The step it is about, if any.
    public var step: StepID?
    /// Who is asked, e.g. `operators`; grows with each escalation.
    public var channel: String
    public var text: String
    /// What may be answered, e.g. `retry`, `replan`, `skip`, `fail`.
    public var options: [String]
    /// Taken when nobody answers.
    public var defaultOption: String
    public var askedAt: Instant
    /// When it is escalated, or the default is taken.
    public var dueAt: Instant
    /// Whether it has been handed on to the second channel.
    public var isEscalated: Bool

    public init(
        id: QuestionID, step: StepID? = nil, channel: String, text: String, options: [String],
        defaultOption: String, askedAt: Instant, dueAt: Instant, isEscalated: Bool = false
    ) {
        self.id = id
        self.step = step
        self.channel = channel
        self.text = text
        self.options = options
        self.defaultOption = defaultOption
        self.askedAt = askedAt
        self.dueAt = dueAt
        self.isEscalated = isEscalated
    }

    enum CodingKeys: String, CodingKey {
        case id, step, channel, text, options, askedAt, dueAt, isEscalated
        case defaultOption = "default"
    }
}

/// Whom to ask, for how long, and what happens when nobody answers.
public struct QuestionPolicy: Hashable, Sendable, Codable {
    public var channel: String
    /// How long an answer is waited for, on each channel.
    public var timeout: Duration
    /// The option taken when nobody answers; `fail` stops the task.
    public var defaultOption: String
    /// Asked when the first channel was silent; nil takes the default at once.
    public var escalation: String?

    public init(
        channel: String = "operators", timeout: Duration = .seconds(600),
        defaultOption: String = "fail", escalation: String? = nil
    ) {
        self.channel = channel
        self.timeout = timeout
        self.defaultOption = defaultOption
        self.escalation = escalation
    }
}
