import Testing

/// The compiler says nothing of a misspelt feature name, so each one that
/// Package.swift turns on is looked at here.
struct FeatureFlagTests {
    /// What this target, built with the settings of all, was compiled with.
    static let active: [String: Bool] = {
        var active = [
            "ExistentialAny": false, "InternalImportsByDefault": false, "MemberImportVisibility": false,
        ]
        #if hasFeature(ExistentialAny)
            active["ExistentialAny"] = true
        #endif
        #if hasFeature(InternalImportsByDefault)
            active["InternalImportsByDefault"] = true
        #endif
        #if hasFeature(MemberImportVisibility)
            active["MemberImportVisibility"] = true
        #endif
        return active
    }()

    @Test(arguments: active.keys.sorted())
    func `a feature that the house builds with is on`(feature: String) {
        #expect(Self.active[feature] == true)
    }

    @Test func `every feature named in the package is one that is looked at here`() throws {
        let package = try Repository.read("Package.swift")
        let named = package.text.matches(of: /enableUpcomingFeature\("(\w+)"\)/).map { String($0.1) }
        #expect(Set(named) == Set(Self.active.keys))
    }

    @Test func `every target of ours is built with the strict settings`() throws {
        let package = try Repository.read("Package.swift")
        let declaration = /(?s)\.(?:target|executableTarget|testTarget)\(\s*name: name.*?\)/
        let declared = package.text.matches(of: declaration).map { String($0.0) }
        #expect(declared.count == 3)
        for one in declared { #expect(one.contains("swiftSettings: strict")) }
        for setting in ["-warnings-as-errors", "swiftLanguageModes: [.v6]"] {
            let isThere = package.text.contains(setting)
            #expect(isThere, "Package.swift lacks \(setting)")
        }
    }
}
