import Hummingbird
import RobotModel

/// `POST /v1/scenes`: a scene in YAML or JSON as the whole body; `?file=` is
/// its name for error messages.
struct SceneRoutes {
    let service: any BrainService

    func add(to group: RouterGroup<APIContext>) {
        group.post("scenes") { request, _ in
            let bytes = try await request.bytes(upTo: RequestLimits.sceneBytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw APIError(.invalidScene, "The scene is no UTF-8 text.")
            }
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw APIError(.invalidScene, "The scene is empty.")
            }
            return try Response.json(
                await service.apply(scene: text, file: request.query("file") ?? "scene"))
        }
    }
}
