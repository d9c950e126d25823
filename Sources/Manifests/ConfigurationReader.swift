import Yams

extension ManifestReader {
    /// A node's configuration. What a key leaves out is as ``Configuration``
    /// has it by default; an empty file is all defaults.
    public func configuration(yaml: String, file: String) throws(ManifestErrors) -> Configuration {
        let isBlank = yaml.split(separator: "\n").allSatisfy { line in
            let text = line.drop(while: \.isWhitespace)
            return text.isEmpty || text.hasPrefix("#")
        }
        if isBlank { return Configuration() }
        let problems = Problems(file: file)
        let root = try ManifestText.root(yaml: yaml, file: file)
        guard let map = MapReader(root, "the configuration", problems) else {
            throw ManifestErrors(problems.errors)
        }
        let configuration = ConfigurationReader(map: map, problems: problems).read()
        guard problems.errors.isEmpty else { throw ManifestErrors(problems.errors) }
        return configuration
    }
}

struct ConfigurationReader {
    let map: MapReader
    let problems: Problems

    func read() -> Configuration {
        var result = Configuration()
        if let node = map.map("node") {
            result.name = node.identifier("name") ?? result.name
            let roles = node.items("roles").compactMap {
                problems.choice($0, "a role", of: Configuration.Role.allCases)
            }
            if node.has("roles") {
                if roles.isEmpty {
                    problems.note(.badValue, "roles needs brain, edge or both", at: node.node)
                }
                result.roles = Set(roles)
            }
            node.finish()
        }
        result.statePath = map.text("state") ?? result.statePath
        result.dropInPath = map.text("drop_ins") ?? result.dropInPath
        result.http = address("http", result.http)
        result.edges = address("edges", result.edges)
        result.hosts = address("hosts", result.hosts)
        result.emergency = address("estop", result.emergency)
        result.brain = address("brain", result.brain)
        if let simulation = map.map("simulation") {
            result.isSimulating = simulation.boolean("enabled") ?? result.isSimulating
            if let node = simulation.value("speed") { result.simulationSpeed = speed(node) }
            result.faultsPath = simulation.text("faults")
            simulation.finish()
        }
        if let log = map.map("log") {
            result.logLevel = log.choice("level", of: Configuration.LogLevel.allCases) ?? result.logLevel
            result.logFormat = log.choice("format", of: Configuration.LogFormat.allCases) ?? result.logFormat
            log.finish()
        }
        if let coordination = map.map("coordination") {
            result.coordination = CoordinationReader(map: coordination).read()
        }
        map.finish()
        return result
    }

    private func address(_ key: String, _ usual: Configuration.Address) -> Configuration.Address {
        guard let map = map.map(key) else { return usual }
        var result = usual
        result.host = map.text("address") ?? usual.host
        if let port = map.number("port") {
            if port == port.rounded(), (0...65535).contains(port) {
                result.port = Int(port)
            } else {
                problems.note(.badValue, "\(key).port must be a whole number from 0 to 65535", at: map.node)
            }
        }
        // Without keys and TLS, every door is for this machine alone.
        if !["127.0.0.1", "::1", "localhost"].contains(result.host) {
            problems.note(
                .badValue,
                "\(key).address must be a loopback address (127.0.0.1, ::1 or localhost): nothing here is encrypted yet",
                at: map.node)
        }
        map.finish()
        return result
    }

    /// A number above zero, or the word `unlimited`.
    private func speed(_ node: Node) -> Double {
        if node.scalar?.string == "unlimited" { return .infinity }
        guard let number = problems.number(node, "simulation.speed") else { return 1 }
        guard number > 0 else {
            problems.note(.badValue, "simulation.speed must be above 0, or unlimited", at: node)
            return 1
        }
        return number
    }
}
