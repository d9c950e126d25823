// swift-tools-version: 6.1
import PackageDescription

/// Every target of ours is built with the same strictness. A misspelt feature
/// name is silently ignored by the compiler, so `FeatureFlagTests` checks each.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-warnings-as-errors"]),
]

/// Search, and checksums over a whole journal, are some thirty times slower
/// without the optimiser; a debug build that plans in seconds is no use to anyone.
let searching: Set<String> = [
    "Journal", "RobotModel", "PlanRules", "Planning", "Language", "Simulation",
]

func optimiser(for name: String) -> [SwiftSetting] {
    searching.contains(name) ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []
}

func target(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil,
    exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, exclude: exclude,
        resources: resources, swiftSettings: strict + optimiser(for: name))
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil,
    resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: path, resources: resources,
        swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let orderedCollections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let serviceLifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// The skills that ship with Pons, each in its folder under `Skills/`.
let builtInSkills = [
    "Navigate", "Enter", "Pick", "Place", "Insert", "Open", "Close", "TakeOff", "Land", "Mop",
]

func folder(ofSkill name: String) -> String {
    name == "TakeOff" ? "Skills/take_off" : "Skills/\(name.lowercased())"
}

let package = Package(
    name: "pons",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "ponsd", targets: ["ponsd"]),
        .executable(name: "pons", targets: ["pons"]),
        .executable(name: "pons-lab", targets: ["pons-lab"]),
        .library(name: "SkillHost", targets: ["SkillHost", "SkillKit", "RobotModel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // C
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(
            name: "CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]),
        .target(name: "CWire", dependencies: ["CProtobufC"]),
        // What benches hold us against; optimised whatever the build.
        .target(
            name: "CBaseline", cSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [.linkedLibrary("sqlite3"), .linkedLibrary("zmq")]),
        // What tests put under SQLite: a disk that loses power.
        .target(name: "CFaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),

        // base
        target("RobotModel"),
        target("PlanRules", ["RobotModel"]),
        target("ZeroMQ", ["CZeroMQ"]),

        // port
        target("SkillKit", ["RobotModel"]),
        target("WireFormat", ["RobotModel", "CWire", "CProtobufC"]),
        target("Manifests", ["RobotModel", yams], exclude: ["Schemas"]),
        target("Journal", [grdb, grdbSQLite]),

        // engine
        target("MessageBus", ["RobotModel", "WireFormat", "ZeroMQ", logging]),
        target("WorldMemory", ["RobotModel", grdb]),
        target("Planning", ["RobotModel", "PlanRules"]),
        target("Language", ["RobotModel", "PlanRules"]),
        target("Coordination", ["RobotModel", "PlanRules", orderedCollections]),
        target("Execution", ["RobotModel", "SkillKit", "ZeroMQ", orderedCollections]),

        // face
        target("HTTPAPI", ["RobotModel", hummingbird, httpTypes, nioCore, logging, serviceLifecycle]),

        // side
        target("Simulation", ["RobotModel", "PlanRules", "SkillKit"]),

        // joiner
        target(
            "Node",
            [
                "RobotModel", "PlanRules", "SkillKit", "WireFormat", "Manifests", "Journal",
                "MessageBus", "WorldMemory", "Planning", "Language", "Coordination",
                "Execution", "HTTPAPI", "Simulation", "BuiltInSkills", "ZeroMQ", logging,
                orderedCollections, serviceLifecycle,
            ]),
        target(
            "SkillHost",
            [
                "RobotModel", "SkillKit", "WireFormat", "Journal", "MessageBus", "Execution", "ZeroMQ",
                orderedCollections, logging,
            ]),
        target(
            "FaultSimulation",
            [
                "RobotModel", "PlanRules", "Planning", "Coordination", "Execution", "WireFormat",
                "MessageBus", "WorldMemory", orderedCollections,
            ]),
        target(
            "TimeTravel",
            ["RobotModel", "PlanRules", "Planning", "Language", "Coordination", orderedCollections]),
        target("PonsTesting", ["RobotModel", "SkillKit", "HTTPAPI"]),
        target(
            "BuiltInSkills", ["RobotModel", "SkillKit"] + builtInSkills.map { .target(name: "\($0)Skill") }),

        // client
        target("BrainClient", ["RobotModel", asyncHTTPClient, nioCore, nioHTTP1]),
        target("Pages", ["RobotModel"]),

        // top
        program("ponsd", ["Node", "Manifests", argumentParser, logging, serviceLifecycle, unixSignals]),
        program("pons", ["BrainClient", "Pages", "RobotModel", "Simulation", argumentParser]),
        program(
            "pons-lab",
            [
                "BrainClient", "CBaseline", "Coordination", "FaultSimulation", "Journal", "Manifests",
                "MessageBus", "Node",
                "RobotModel",
                "Pages", "PlanRules", "Simulation", "SkillHost", "SkillKit", "TimeTravel", "WireFormat",
                "WorldMemory", "ZeroMQ", argumentParser, logging, serviceLifecycle,
            ]),

        tests("FaultSimulationTests", ["FaultSimulation", "RobotModel"]),
        tests(
            "TimeTravelTests",
            [
                "TimeTravel", "BuiltInSkills", "Coordination", "Manifests", "Planning", "PlanRules",
                "RobotModel",
            ]),
        tests("CoordinationTests", ["Coordination", "RobotModel"]),
        tests(
            "SimulationTests",
            [
                "Simulation", "BuiltInSkills", "Manifests", "PlanRules", "PonsTesting", "RobotModel",
                "SkillKit",
            ]),
        tests("BuiltInSkillsTests", ["BuiltInSkills", "Manifests", "PonsTesting", "RobotModel", "SkillKit"]),
        tests("ExecutionTests", ["Execution", "PonsTesting", "RobotModel", "SkillKit"]),
        tests(
            "SkillHostTests",
            ["SkillHost", "SkillKit", "MessageBus", "WireFormat", "RobotModel", "ZeroMQ", logging]),
        tests("LaboratoryTests", ["pons-lab", "Journal", "RobotModel", "WireFormat"]),
        tests(
            "NodeTests",
            [
                "Node", "Execution", "Journal", "Manifests", "MessageBus", "RobotModel", "SkillKit",
                "WireFormat", "ZeroMQ", logging,
            ]),
        tests("RepositoryTests", []),
        tests(
            "SystemTests",
            [
                "ponsd", "pons", "pons-lab", "Coordination", "FaultSimulation", "Journal", "RobotModel",
                "WireFormat",
            ]),
        tests(
            "HTTPAPITests",
            [
                "HTTPAPI", "RobotModel", "PonsTesting", hummingbird, hummingbirdTesting, httpTypes,
                asyncHTTPClient, nioCore, nioHTTP1, logging, serviceLifecycle,
            ]),
        tests(
            "CommandLineTests",
            [
                "pons", "BrainClient", "HTTPAPI", "Manifests", "Pages", "PonsTesting", "RobotModel", logging,
                serviceLifecycle,
            ]),
        tests("ManifestsTests", ["Manifests", "RobotModel", yams]),
        tests("JournalTests", ["Journal", "CFaultyDisk", grdb]),
        tests("WorldMemoryTests", ["WorldMemory", "RobotModel"]),
        tests("LanguageTests", ["Language", "PlanRules", "RobotModel"]),
        tests("RobotModelTests", ["RobotModel"]),
        tests("ZeroMQTests", ["ZeroMQ"]),
        tests("WireFormatTests", ["WireFormat", "RobotModel"]),
        tests("MessageBusTests", ["MessageBus", "WireFormat", "RobotModel", "ZeroMQ", logging]),
        tests("PlanRulesTests", ["PlanRules", "RobotModel"]),
        tests("PlanningTests", ["Planning", "PlanRules", "RobotModel"]),
    ]
        + builtInSkills.map { name in
            target(
                "\(name)Skill", ["RobotModel", "SkillKit"], path: folder(ofSkill: name),
                resources: [.embedInCode("skill.yaml")])
        },
    swiftLanguageModes: [.v6]
)
