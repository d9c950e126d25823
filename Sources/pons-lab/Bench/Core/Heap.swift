import CBaseline

/// What this process has taken from the heap.
enum Heap {
    /// Bytes that are in use now, by the C library's own count.
    static var bytesInUse: Int { Int(clamping: pons_baseline_heap_bytes()) }
}
