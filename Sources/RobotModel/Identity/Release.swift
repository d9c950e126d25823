/// What is being run, for `--version`, greetings and health reports.
public enum Release {
    /// Semantic version of Pons; daemon and command line share it.
    public static let version = "0.1.0"
}
