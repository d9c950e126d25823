extension String {
    /// The text, cut to `length` characters with “…” where it is longer.
    public func elided(to length: Int) -> String {
        count <= length ? self : length <= 1 ? String(prefix(length)) : prefix(length - 1) + "…"
    }

    /// The text with spaces after it, up to `width` characters.
    public func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// The text with spaces before it, up to `width` characters.
    public func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
