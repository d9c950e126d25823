import RobotModel
import Yams

/// Reads the scene file of RoboOS: a list `scene` of tables and containers with
/// what they hold. All of it stands in one room, since the file knows no rooms.
enum RoboOSProfile {
    static func isProfile(_ root: Node) -> Bool {
        guard let mapping = root.mapping, mapping["apiVersion"] == nil, mapping["kind"] == nil else {
            return false
        }
        return mapping["scene"]?.sequence != nil
    }

    static func read(_ map: MapReader) -> SceneDescription? {
        let room = Entity(id: "room", types: [StandardTypes.room], names: ["room"])
        var scene = SceneDescription(name: name(ofFile: map.problems.file), entities: [room])
        var ids: Set<EntityID> = [room.id]
        var contents: [(holder: EntityID, isContainer: Bool, item: String, node: Node)] = []

        for node in map.items("scene") {
            guard let entry = MapReader(node, "an entry of scene", map.problems) else { continue }
            let name = entry.text("name", isRequired: true)
            let type = entry.identifier("type", isRequired: true)
            let items = entry.items("contains")
            entry.finish()
            guard let name, let type, let id = newID(name, &ids, node, map.problems) else { continue }
            let isContainer = type == StandardTypes.container
            let types =
                isContainer
                ? [StandardTypes.container, StandardTypes.item, id.rawValue] : [StandardTypes.surface, type]
            scene.entities.append(Entity(id: id, types: unique(types), names: [words(name)]))
            if isContainer { scene.facts.append(Fact("open", id)) }
            for item in items {
                guard let text = map.problems.text(item, "an entry of contains") else { continue }
                contents.append((id, isContainer, text, item))
            }
        }

        var placed: Set<EntityID> = []
        let holders = Set(scene.entities.map(\.id))
        for content in contents {
            var id = EntityID(IdentifierRules.legalised(content.item))
            if !holders.contains(id) {
                guard let made = newID(content.item, &ids, content.node, map.problems) else { continue }
                id = made
                scene.entities.append(
                    Entity(
                        id: id, types: unique([StandardTypes.item, id.rawValue]), names: [words(content.item)]
                    ))
            } else if placed.contains(id) || id == content.holder {
                map.problems.note(.duplicate, "“\(id)” can’t be in two places or in itself", at: content.node)
                continue
            }
            placed.insert(id)
            scene.facts.append(Fact(content.isContainer ? "inside" : "on", id, content.holder))
        }
        for id in scene.entities.dropFirst().map(\.id) where !placed.contains(id) {
            scene.facts.append(Fact("in", id, room.id))
        }
        return scene
    }

    private static func newID(
        _ name: String, _ ids: inout Set<EntityID>, _ node: Node, _ problems: Problems
    ) -> EntityID? {
        let id = IdentifierRules.legalised(name)
        guard IdentifierRules.allows(id) else {
            problems.note(.badValue, "“\(name)” can’t be a name", at: node)
            return nil
        }
        guard ids.insert(EntityID(id)).inserted else {
            problems.note(.duplicate, "“\(name)” stands twice in this profile", at: node)
            return nil
        }
        return EntityID(id)
    }

    private static func unique(_ types: [String]) -> [String] {
        types.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// `kitchenTable` as people say it: `kitchen table`.
    private static func words(_ name: String) -> String {
        var words = ""
        var previous: Character = " "
        for character in name {
            if character == "_" || character == "-" {
                words += " "
            } else {
                if character.isUppercase, previous.isLowercase || previous.isNumber { words += " " }
                words += character.lowercased()
            }
            previous = character
        }
        return words
    }

    private static func name(ofFile file: String) -> String {
        let base = file.split(separator: "/").last.map(String.init) ?? ""
        let name = IdentifierRules.legalised(base.split(separator: ".").first.map(String.init) ?? "")
        return IdentifierRules.allows(name) ? name : "roboos"
    }
}
