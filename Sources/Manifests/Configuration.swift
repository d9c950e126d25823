public import RobotModel

/// What a node is and where its doors are: `ponsd.yaml`.
public struct Configuration: Hashable, Sendable {
    /// A place to listen or to connect to over TCP.
    public struct Address: Hashable, Sendable {
        public var host: String
        /// 0 to 65535; 0 takes any that is free, where the node listens.
        public var port: Int

        public init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }
    }

    public enum Role: String, Hashable, Sendable, CaseIterable { case brain, edge }
    public enum LogFormat: String, Hashable, Sendable, CaseIterable { case text, json }
    public enum LogLevel: String, Hashable, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error
    }

    /// Unique among the nodes of a site.
    public var name: String
    public var roles: Set<Role>
    /// The folder of journal, memory and token.
    public var statePath: String
    public var http: Address
    /// Where other nodes' edges come in, at a brain.
    public var edges: Address
    /// Where skill hosts come in, at an edge.
    public var hosts: Address
    /// Where the e-stop is heard: at a brain by edges, at an edge by skill hosts.
    public var emergency: Address
    /// Where an edge without a brain of its own finds one.
    public var brain: Address
    public var isSimulating: Bool
    /// Times real time; infinite where nothing is waited for.
    public var simulationSpeed: Double
    /// A file that says what goes wrong in the simulation; nil for nothing.
    public var faultsPath: String?
    /// The folder of `skills.d`, `robots.d` and `scenes.d`.
    public var dropInPath: String
    public var logLevel: LogLevel
    public var logFormat: LogFormat
    /// How the brain's coordinator behaves.
    public var coordination: CoordinationSettings

    public init(
        name: String = "pons", roles: Set<Role> = [.brain, .edge], statePath: String = "/var/lib/pons",
        http: Address = Address(port: 7680), edges: Address = Address(port: 7600),
        hosts: Address = Address(port: 7601), emergency: Address = Address(port: 7602),
        brain: Address = Address(port: 7600),
        isSimulating: Bool = true, simulationSpeed: Double = 1, dropInPath: String = "/etc/pons",
        logLevel: LogLevel = .info, logFormat: LogFormat = .text,
        coordination: CoordinationSettings = CoordinationSettings()
    ) {
        self.name = name
        self.roles = roles
        self.statePath = statePath
        self.http = http
        self.edges = edges
        self.hosts = hosts
        self.emergency = emergency
        self.brain = brain
        self.isSimulating = isSimulating
        self.simulationSpeed = simulationSpeed
        self.dropInPath = dropInPath
        self.logLevel = logLevel
        self.logFormat = logFormat
        self.coordination = coordination
    }
}
