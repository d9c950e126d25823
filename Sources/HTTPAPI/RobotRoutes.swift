import Hummingbird
import RobotModel

/// `/v1/robots`: look at robots, and take them out of the team or back in.
struct RobotRoutes {
    let service: any BrainService

    func add(to group: RouterGroup<APIContext>) {
        group.get("robots") { _, _ in try Response.json(["robots": await service.robots()]) }
        group.get("robots/{id}") { _, context in
            try Response.json(await existingRobot(context))
        }
        for verb in RobotVerb.allCases {
            // POST /v1/robots/{id}/drain with {"by": "anna", "reason": "…"}, which may be left out
            group.post("robots/{id}/\(verb.rawValue)") { request, context in
                let robot = try await existingRobot(context)
                let order = try await request.order(context)
                return try Response.json(await service.administer(robot.description.id, verb, order))
            }
        }
    }

    private func existingRobot(_ context: APIContext) async throws -> RobotView {
        let id = try context.parameters.require("id")
        guard let robot = await service.robots().first(where: { $0.description.id.rawValue == id }) else {
            throw APIError(.robotNotFound, "No robot has the id “\(id)”.")
        }
        return robot
    }
}
