/// The program's version; follows semantic versioning.
public enum NodeVersion {
    public static let text = "0.1.0"
}
