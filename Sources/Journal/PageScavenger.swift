private import Foundation
import GRDB

/// A row of one of the journal's tables, found by its checksum.
enum ScavengedRow {
    case record(sequence: UInt64, stored: Int64, payload: [UInt8])
    case part(id: Int64, payload: [UInt8])
    case head(StoredSnapshot.Head)
    case entry(ArchiveEntry)
    case state(JournalState)
    case hole(Hole)
}

/// Finds rows in an SQLite file and its log without trusting trees, page counts
/// or the log's end: every page and every frame is taken for a leaf, and what
/// has the right checksum is a row. Formats: sqlite.org/fileformat2.html.
struct PageScavenger {
    private let file: Data
    private let log: Data
    private let pageSize: Int
    /// Where the newest frame of each page lies in the log.
    private var frames: [Int: Int] = [:]

    private static let logHeader = 32
    private static let frameHeader = 24
    /// No row of ours is longer.
    private static let longestRow = 80 << 20

    init(path: String) {
        func read(_ suffix: String) -> Data {
            // An empty map is what a missing file amounts to.
            (try? Data(contentsOf: URL(fileURLWithPath: path + suffix), options: .mappedIfSafe)) ?? Data()
        }
        file = read("")
        log = read("-wal")
        let sizes = [Self.number(file, 16, 2) ?? 0, Self.number(log, 8, 4) ?? 0].map { $0 == 1 ? 65536 : $0 }
        pageSize = sizes.first { (512...65536).contains($0) && $0.nonzeroBitCount == 1 } ?? 4096
        for offset in frameOffsets {
            if let page = Self.number(log, offset - Self.frameHeader, 4) { frames[page] = offset }
        }
    }

    private var frameOffsets: [Int] {
        Array(stride(from: Self.logHeader + Self.frameHeader, to: log.count, by: pageSize + Self.frameHeader))
    }

    /// Hands out every row that is found; the same one may come several times.
    func each(_ body: (ScavengedRow) throws -> Void) throws {
        for start in stride(from: 0, to: file.count, by: pageSize) {
            try search(file.dropFirst(start).prefix(pageSize), headerAt: start == 0 ? 100 : 0, body)
        }
        for start in frameOffsets {
            let isFirst = Self.number(log, start - Self.frameHeader, 4) == 1
            try search(log.dropFirst(start).prefix(pageSize), headerAt: isFirst ? 100 : 0, body)
        }
    }

    /// Tries each cell that the page points to.
    private func search(_ page: Data, headerAt header: Int, _ body: (ScavengedRow) throws -> Void) throws {
        let page = [UInt8](page)
        // The list of pointers ends at the latest where the first cell begins.
        var (position, end) = (header + 8, page.count)
        while position + 2 <= end {
            let pointer = Int(page[position]) << 8 | Int(page[position + 1])
            position += 2
            guard pointer > position, pointer < page.count else { continue }
            // In the file first, then in the log: either may have the older rest.
            for fromLog in [true, false] {
                guard let cell = cell(page, at: pointer, fromLog: fromLog),
                    let row = Self.row(cell.id, cell.columns)
                else { continue }
                end = min(end, pointer)
                try body(row)
                break
            }
        }
    }

    // MARK: Cells

    private enum Column {
        case null
        case number(Int64)
        case bytes([UInt8])
    }

    private func cell(_ page: [UInt8], at start: Int, fromLog: Bool) -> (id: Int64, columns: [Column])? {
        var position = start
        guard let size = Self.varint(page, &position), (4...Int64(Self.longestRow)).contains(size),
            let id = Self.varint(page, &position)
        else { return nil }
        guard let bytes = payload(page, at: position, Int(size), fromLog: fromLog),
            let columns = Self.columns(bytes)
        else { return nil }
        return (id, columns)
    }

    /// A row's bytes, with what overflowed to other pages.
    private func payload(_ page: [UInt8], at start: Int, _ size: Int, fromLog: Bool) -> [UInt8]? {
        let most = pageSize - 35
        var local = size
        if size > most {
            let least = (pageSize - 12) * 32 / 255 - 23
            let fitting = least + (size - least) % (pageSize - 4)
            local = fitting <= most ? fitting : least
        }
        guard start + local <= page.count else { return nil }
        var bytes = Array(page[start..<start + local])
        guard local < size else { return bytes }
        guard var next = Self.number(page, start + local, 4), next > 0 else { return nil }
        bytes.reserveCapacity(size)
        while bytes.count < size {
            guard let rest = self.page(next, fromLog: fromLog), let following = Self.number(rest, 0, 4) else {
                return nil
            }
            bytes += rest.dropFirst(4).prefix(size - bytes.count)
            next = following
        }
        return bytes
    }

    private func page(_ number: Int, fromLog: Bool) -> Data? {
        if fromLog, let offset = frames[number] { return log.dropFirst(offset).prefix(pageSize) }
        let start = (number - 1) * pageSize
        guard number > 0, start + pageSize <= file.count else { return nil }
        return file.dropFirst(start).prefix(pageSize)
    }

    private static func columns(_ bytes: [UInt8]) -> [Column]? {
        var position = 0
        guard let header = varint(bytes, &position), header >= 2, header <= 40, header <= bytes.count else {
            return nil
        }
        var (body, columns) = (Int(header), [Column]())
        while position < header {
            guard let type = varint(bytes, &position) else { return nil }
            let width: Int64 =
                switch type {
                case 0, 8, 9: 0
                case 1...4: type
                case 5: 6
                case 6: 8
                case 12...: (type - 12) / 2
                default: -1
                }
            guard width >= 0, width <= bytes.count - body else { return nil }
            let value = bytes[body..<body + Int(width)]
            body += Int(width)
            switch type {
            case 0: columns.append(.null)
            case 8, 9: columns.append(.number(type - 8))
            case 1...6:
                let start: Int64 = (value.first ?? 0) >= 0x80 ? -1 : 0
                columns.append(.number(value.reduce(start) { $0 << 8 | Int64($1) }))
            default: columns.append(.bytes(Array(value)))
            }
        }
        return columns
    }

    // MARK: Rows

    /// What a row is, by its columns and its checksum; nil for none of ours.
    private static func row(_ id: Int64, _ columns: [Column]) -> ScavengedRow? {
        var (numbers, texts): ([Int64], [[UInt8]]) = ([], [])
        for column in columns.dropFirst() {
            switch column {
            case .null: return nil
            case .number(let number): numbers.append(number)
            case .bytes(let bytes): texts.append(bytes)
            }
        }
        switch (numbers.count, texts.count) {
        case (1, 1): return recordOrPart(id, numbers[0], texts[0])
        case (2, 0): return Hole(first: id, last: numbers[0], checksum: numbers[1]).map(ScavengedRow.hole)
        case (4, 0): return StoredSnapshot.Head([id] + numbers).map(ScavengedRow.head)
        case (9, 0): return JournalState(numbers).map(ScavengedRow.state)
        case (4, 4):
            guard let key = String(validating: texts[0], as: UTF8.self),
                let state = String(validating: texts[1], as: UTF8.self),
                let summary = String(validating: texts[2], as: UTF8.self)
            else { return nil }
            let entry = ArchiveEntry(
                key: key, state: state, summary: summary, first: UInt64(bitPattern: numbers[0]),
                last: UInt64(bitPattern: numbers[1]), endedAtNanoseconds: numbers[2], payload: texts[3])
            return ArchiveRows.checksum(entry) == numbers[3] ? .entry(entry) : nil
        default: return nil
        }
    }

    private static func recordOrPart(_ id: Int64, _ stored: Int64, _ payload: [UInt8]) -> ScavengedRow? {
        guard id > 0 else { return nil }
        let checksum = CRC32C.ofRecord(UInt64(id), payload)
        if checksum == UInt32(truncatingIfNeeded: stored) {
            return .record(sequence: UInt64(id), stored: stored, payload: payload)
        }
        return StoredSnapshot.checksum(id, payload) == stored ? .part(id: id, payload: payload) : nil
    }

    // MARK: Numbers

    private static func number(_ bytes: some RandomAccessCollection<UInt8>, _ offset: Int, _ width: Int)
        -> Int?
    {
        guard offset >= 0, offset + width <= bytes.count else { return nil }
        return bytes.dropFirst(offset).prefix(width).reduce(0) { $0 << 8 | Int($1) }
    }

    private static func varint(_ bytes: [UInt8], _ position: inout Int) -> Int64? {
        var value: UInt64 = 0
        for length in 1...9 {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            if length == 9 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return Int64(bitPattern: value) }
        }
        return nil
    }
}
