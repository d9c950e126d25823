public import Foundation
public import RobotModel

/// A scene as a file of `scenes.d`; JSON is YAML too.
public struct SceneFile: Encodable, Sendable {
    let apiVersion = "pons/v1"
    let kind = "Scene"
    let name: String
    let entities: [Entity]
    let facts: [Fact]
    let robots: [RobotDescription]

    public init(_ scene: SceneDescription) {
        name = scene.name
        entities = scene.entities
        facts = scene.facts
        robots = scene.robots
    }

    /// What `POST /v1/scenes` takes.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
