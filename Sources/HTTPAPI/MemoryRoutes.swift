import Hummingbird
import RobotModel

/// `/v1/memory`: what is believed of the world, and a person's corrections.
struct MemoryRoutes {
    let service: any BrainService

    func add(to group: RouterGroup<APIContext>) {
        group.get("memory/facts", use: facts)
        group.post("memory/facts", use: tell)
        group.get("memory/entities") { request, _ in
            try Response.json(["entities": await service.entities(type: request.query("type"))])
        }
        group.get("memory/entities/{id}", use: entity)
    }

    /// `GET /v1/memory/facts?matching=on(*, table)&as_of=2026-11-24T05:20:00Z`
    @Sendable private func facts(_ request: Request, _ context: APIContext) async throws -> Response {
        let pattern = try request.query("matching").map { text in
            let literal: Literal
            do {
                literal = try FactSyntax().literal(text)
            } catch {
                throw APIError(.invalidParameter, "“matching”: \(error)", field: "matching")
            }
            guard literal.isPositive, !literal.hasVariables else {
                throw APIError(
                    .invalidParameter,
                    "“matching” is one fact without “not” and variables; “*” stands for anything.",
                    field: "matching")
            }
            return literal
        }
        let instant = try request.query("as_of").map { text in
            guard let instant = Instant(text: text) else {
                throw APIError(
                    .invalidParameter, "“\(text)” is no instant such as 2026-11-24T05:20:00Z.", field: "as_of"
                )
            }
            return instant
        }
        return try .json(["facts": await service.facts(matching: pattern, asOf: instant)])
    }

    /// `POST /v1/memory/facts` with `{"facts": ["on(apple, table)", "not open(fridge)"], "by": "anna"}`
    @Sendable private func tell(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.decode(
            Correction.self, shape: .object(["facts": .anything, "by": .anything]))
        guard (1...RequestLimits.toldFacts).contains(body.facts.count) else {
            throw APIError(
                .invalidField, "“facts” has 1 to \(RequestLimits.toldFacts) facts.", field: "facts")
        }
        for (index, literal) in body.facts.enumerated()
        where literal.hasVariables || (literal.isPositive && literal.fact == nil) {
            throw APIError(
                .invalidField, "“\(literal)” must name entities; “*” is for “not” alone.",
                field: "facts[\(index)]")
        }
        let person = body.by ?? context.requester
        guard IdentifierRules.allows(person) else {
            throw APIError(.invalidField, "“by” is a name of letters, digits, “_”, “-” and “.”.", field: "by")
        }
        return try .json(["facts": await service.tell(body.facts, by: person)])
    }

    private struct Correction: Decodable {
        var facts: [Literal]
        var by: String?
    }

    @Sendable private func entity(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = EntityID(try context.parameters.require("id"))
        guard let entity = await service.entities(type: nil).first(where: { $0.id == id }) else {
            throw APIError(.entityNotFound, "No entity has the id “\(id)”.")
        }
        let facts = await service.facts(matching: nil, asOf: nil).filter { $0.fact.arguments.contains(id) }
        return try .json(EntityPage(entity: entity, facts: facts, history: await service.history(of: id)))
    }

    /// All that memory has of one entity.
    private struct EntityPage: Encodable {
        let entity: Entity
        let facts: [FactRecord]
        let history: [FactRecord]
    }
}

extension Literal {
    fileprivate var hasVariables: Bool {
        terms.contains { if case .variable = $0 { true } else { false } }
    }
}
