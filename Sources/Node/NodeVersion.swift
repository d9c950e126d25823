import RobotModel

/// The program's version; follows semantic versioning.
public enum NodeVersion {
    public static let text = Release.version
}
