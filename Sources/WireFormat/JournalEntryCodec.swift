public enum JournalEntryCodec { static let largestEntry = 64 << 20 }
