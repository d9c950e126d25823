/// Which keys a JSON body may have, level by level. `Decodable` passes over
/// unknown keys; a misspelt one must be told to the caller instead.
indirect enum JSONShape: Sendable {
    /// Values that the decoder alone judges.
    case anything
    case object([String: JSONShape])
    case list(JSONShape)

    /// - Throws: `unknownField` with the path of the first unknown key.
    func check(_ value: Any, path: String = "") throws(APIError) {
        switch self {
        case .anything: return
        case .list(let element):
            guard let list = value as? [Any] else { return }
            for (index, value) in list.enumerated() {
                try element.check(value, path: "\(path)[\(index)]")
            }
        case .object(let fields):
            guard let object = value as? [String: Any] else { return }
            for (key, value) in object.sorted(by: { $0.key < $1.key }) {
                let place = path.isEmpty ? key : "\(path).\(key)"
                guard let shape = fields[key] else {
                    let known = fields.keys.sorted().map { "“\($0)”" }.joined(separator: ", ")
                    throw APIError(
                        .unknownField, "“\(place)” is no field here; known are \(known).", field: place)
                }
                try shape.check(value, path: place)
            }
        }
    }
}
