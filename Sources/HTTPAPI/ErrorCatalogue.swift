public import HTTPTypes

/// The one table of what callers see of an error: HTTP status, title, advice.
/// A test holds that every code of ``APIErrorCode``, `RejectionCode` and
/// `FailureCode` is in it.
public enum ErrorCatalogue {
    public struct Entry: Sendable {
        public let code: String
        public let status: HTTPResponse.Status
        /// What this code says, always in the same words.
        public let title: String
        /// What to do about it.
        public let advice: String

        init(_ code: String, _ status: HTTPResponse.Status, _ title: String, _ advice: String) {
            self.code = code
            self.status = status
            self.title = title
            self.advice = advice
        }
    }

    /// The entry of `code`; that of `internalError` for a code that isn't listed.
    public static func entry(for code: String) -> Entry { byCode[code] ?? internalError }

    private static let internalError = Entry(
        "internalError", .internalServerError, "The daemon made a mistake",
        "Look in the daemon’s log for the request’s id, and report it.")

    private static let byCode = Dictionary(uniqueKeysWithValues: entries.map { ($0.code, $0) })

    public static let entries: [Entry] = [
        // Requests
        Entry(
            "malformedJSON", .badRequest, "The body is no JSON",
            "Send one JSON object; check quotes, commas and braces."),
        Entry(
            "unknownField", .badRequest, "There is no such field", "Remove the field, or correct its name."),
        Entry("missingField", .badRequest, "A field is missing", "Add the field that the detail names."),
        Entry(
            "invalidField", .badRequest, "A field’s value can’t be used",
            "Give the field a value as the detail describes."),
        Entry(
            "invalidParameter", .badRequest, "A parameter or header can’t be read",
            "Correct the parameter that the detail names."),
        Entry(
            "emptyTask", .unprocessableContent, "The task asks for nothing",
            "Say what to do: “words”, “goal” or “workflow”."),
        Entry(
            "bodyTooLarge", .contentTooLarge, "The body is too large",
            "Send at most 1 MiB, or 8 MiB for a scene; split the task."),
        Entry(
            "invalidScene", .unprocessableContent, "The scene can’t be read",
            "Correct the file at the line that the detail names."),
        Entry(
            "invalidWorkflow", .unprocessableContent, "The workflow can’t be read",
            "Correct the workflow at the line that the detail names."),
        Entry(
            "idempotencyMismatch", .conflict, "The idempotency key belongs to another task",
            "Use a new key for a new task."),
        Entry(
            "unauthorized", .unauthorized, "No valid token was sent",
            "Send “Authorization: Bearer …” with the token from the daemon’s state folder."),
        Entry(
            "routeNotFound", .notFound, "There is nothing at this address",
            "Check path and method; everything but the probes is below /v1/."),
        Entry(
            "taskNotFound", .notFound, "There is no such task",
            "List the tasks: GET /v1/tasks, or pons task list."),
        Entry(
            "robotNotFound", .notFound, "There is no such robot",
            "List the robots: GET /v1/robots, or pons robot list."),
        Entry(
            "skillNotFound", .notFound, "There is no such skill",
            "List the skills: GET /v1/skills, or pons skill list."),
        Entry(
            "entityNotFound", .notFound, "There is no such entity",
            "List the entities: GET /v1/memory/entities, or pons memory entity."),
        Entry(
            "stepNotFound", .notFound, "The task has no such step",
            "Look at its steps: GET /v1/tasks/{id}, or pons task show."),
        Entry(
            "questionNotFound", .notFound, "No such question is open",
            "List the open questions: GET /v1/questions, or pons question list."),
        Entry(
            "scheduleNotFound", .notFound, "There is no such schedule",
            "List the schedules: GET /v1/schedules, or pons schedule list."),
        Entry(
            "wrongState", .conflict, "That makes no sense now",
            "Look at the states of task and step with pons task show."),
        Entry(
            "planChanged", .conflict, "The plan has changed",
            "Look at the new plan with pons task show, and order it anew."),
        Entry(
            "invalidAnswer", .unprocessableContent, "That is no answer to this question",
            "Give one of the options that the detail names."),
        Entry(
            "emergencyStopped", .conflict, "The e-stop is latched",
            "Release the e-stop, then resume the tasks."),
        Entry(
            "notAwaitingApproval", .conflict, "The task waits for nobody's word",
            "Look at its state with `pons task show`."),
        Entry(
            "taskEnded", .conflict, "The task has ended",
            "Nothing needs to be done; submit it anew to run it again."),
        Entry(
            "recordsGone", .gone, "The journal no longer has these records",
            "Ask for later ones; how long they are kept is set by the journal's retention."),
        Entry(
            "tooManyStreams", .serviceUnavailable, "Too many event streams are open",
            "Close one, or wait and try again."),
        Entry(
            "notReady", .serviceUnavailable, "The brain takes no work now",
            "Wait and try again; GET /readyz says why."),
        internalError,
        // Rejections
        Entry("invalidRequest", .badRequest, "The task can’t be used", "Correct what the detail names."),
        Entry(
            "notUnderstood", .unprocessableContent, "The words were not understood",
            "Say the parts named in “parts” differently; “suggestions” lists near matches."),
        Entry(
            "ambiguous", .unprocessableContent, "A name fits several things",
            "Say which one; “suggestions” lists them."),
        Entry(
            "unknownEntity", .unprocessableContent, "The task names what memory doesn’t know",
            "Use a name that is listed by pons memory entity, or apply a scene that has it."),
        Entry(
            "unknownSkill", .unprocessableContent, "The task names a skill that isn’t there",
            "Use a skill that is listed by pons skill list."),
        Entry(
            "unknownRobot", .unprocessableContent, "The task names a robot that isn’t there",
            "Use a robot that is listed by pons robot list."),
        Entry(
            "noCapableRobot", .unprocessableContent, "No robot can do this",
            "Connect a robot that has the skill, or resume one that is drained."),
        Entry(
            "contradictoryGoal", .unprocessableContent, "The goal contradicts itself",
            "Take out one of the facts that the detail names."),
        Entry(
            "unreachableGoal", .unprocessableContent, "No plan leads to the goal",
            "Check what is believed with pons memory facts, and correct what is wrong."),
        Entry(
            "unsafe", .forbidden, "A safety rule forbids this",
            "Ask for something that the rule allows, or have an administrator change the rule."),
        Entry(
            "overBudget", .unprocessableContent, "The task exceeds its budget",
            "Raise the budget, or ask for less."),
        Entry(
            "outOfTime", .unprocessableContent, "No plan was found within the planning time",
            "Split the task, or name the robots and steps yourself."),
        Entry(
            "invalidPlan", .unprocessableContent, "The plan breaks a rule",
            "Correct the step that the detail names."),
        // Failures
        Entry(
            "conditionUnmet", .conflict, "A condition doesn’t hold",
            "Make the condition true, or correct what is believed."),
        Entry(
            "effectUnverified", .conflict, "The effect could not be confirmed",
            "Look at the scene, and correct what is believed with pons memory set."),
        Entry(
            "timeout", .gatewayTimeout, "It took too long", "Try again; check the robot if it happens twice."),
        Entry(
            "robotLost", .serviceUnavailable, "The robot can’t be reached",
            "Check the robot’s power and link; its work resumes when it is back."),
        Entry("skillError", .badGateway, "The skill failed", "Look in the skill host’s log."),
        Entry("rejectedBySkill", .conflict, "The skill refused", "Change the arguments as the detail says."),
        Entry(
            "resourceConflict", .conflict, "Another step holds what is needed",
            "Wait for the other step to end, and try again."),
        Entry(
            "unreachable", .conflict, "The robot can’t get there", "Clear the way, or ask for another place."),
        Entry("canceled", .conflict, "It was canceled", "Submit it anew to run it again."),
    ]
}
