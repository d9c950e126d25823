import Hummingbird
import RobotModel

/// `/v1/skills`: the manifests that the brain plans with.
struct SkillRoutes {
    let service: any BrainService

    func add(to group: RouterGroup<APIContext>) {
        group.get("skills") { _, _ in try Response.json(["skills": await service.skills()]) }
        group.get("skills/{name}") { _, context in
            let name = try context.parameters.require("name")
            guard let skill = await service.skills().first(where: { $0.name.rawValue == name }) else {
                throw APIError(.skillNotFound, "No skill has the name “\(name)”.")
            }
            return try Response.json(skill)
        }
    }
}
