import CProtobufC

/// What a message may have at most.
struct FrameLimits {
    var bytes: Int
    /// Fields in all, on every level.
    var fields: Int
    /// Messages within messages.
    var depth: Int

    static let envelope = FrameLimits(bytes: EnvelopeCodec.largestFrame, fields: 65_536, depth: 16)
    static let journalEntry = FrameLimits(
        bytes: JournalEntryCodec.largestEntry, fields: 4_000_000, depth: 200)
}

/// Walks a message's bytes along its descriptor before protobuf-c reads them,
/// and checks what protobuf-c does not: depth, number of fields, UTF-8, NUL in
/// texts, fields given twice, wire types.
struct FrameInspector {
    private let limits: FrameLimits
    private var fieldsLeft: Int

    init(limits: FrameLimits) {
        self.limits = limits
        fieldsLeft = limits.fields
    }

    mutating func inspect(
        _ bytes: UnsafeRawBufferPointer, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
        depth: Int = 0
    ) throws(WireFormatError) {
        guard depth < limits.depth else {
            throw WireFormatError(.tooLarge, "nested deeper than \(limits.depth) messages")
        }
        var cursor = ByteCursor(bytes: bytes)
        var seen: UInt64 = 0
        while !cursor.isAtEnd {
            guard fieldsLeft > 0 else {
                throw WireFormatError(.tooLarge, "more than \(limits.fields) fields")
            }
            fieldsLeft -= 1
            let tag = try cursor.varint()
            let wireType = UInt8(tag & 7)
            guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
                throw WireFormatError(.malformed, "there is no field number \(tag >> 3)")
            }
            let value = try cursor.value(wireType: wireType)
            guard let field = protobuf_c_message_descriptor_get_field(descriptor, UInt32(tag >> 3))
            else { continue }
            func malformed(_ what: String) -> WireFormatError {
                let message = String(cString: descriptor.pointee.short_name)
                return WireFormatError(
                    .malformed, "\(message).\(String(cString: field.pointee.name)) \(what)")
            }
            guard wireType == Self.wireType(of: field.pointee.type) else {
                throw malformed("has the wire type \(wireType)")
            }
            if field.pointee.label != PROTOBUF_C_LABEL_REPEATED {
                let index = field - descriptor.pointee.fields
                let bit: UInt64 = 1 << UInt64(index & 63)
                guard seen & bit == 0 else { throw malformed("is given twice") }
                seen |= bit
            }
            switch field.pointee.type {
            case PROTOBUF_C_TYPE_STRING:
                guard let flaw = Self.flaw(ofText: value) else { break }
                throw malformed(flaw)
            case PROTOBUF_C_TYPE_MESSAGE:
                guard let inner = field.pointee.descriptor else { break }
                try inspect(
                    value, as: inner.assumingMemoryBound(to: ProtobufCMessageDescriptor.self),
                    depth: depth + 1)
            default: break
            }
        }
    }

    private static func flaw(ofText text: UnsafeRawBufferPointer) -> String? {
        var isASCII = true
        for byte in text {
            if byte == 0 { return "holds a NUL" }
            if byte >= 0x80 { isASCII = false }
        }
        guard !isASCII else { return nil }
        return String(validating: text, as: UTF8.self) == nil ? "is no UTF-8" : nil
    }

    private static func wireType(of type: ProtobufCType) -> UInt8 {
        switch type {
        case PROTOBUF_C_TYPE_DOUBLE, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64: 1
        case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_MESSAGE, PROTOBUF_C_TYPE_BYTES: 2
        case PROTOBUF_C_TYPE_FLOAT, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32: 5
        default: 0
        }
    }
}

/// Reads the parts of protobuf's wire encoding one after the other.
struct ByteCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func varint() throws(WireFormatError) -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { break }
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return result }
            shift += 7
            guard shift <= 63 else { break }
        }
        throw WireFormatError(.malformed, "a number is cut off or too long at byte \(position)")
    }

    /// The bytes of a field's value; without the length that precedes them.
    mutating func value(wireType: UInt8) throws(WireFormatError) -> UnsafeRawBufferPointer {
        let start = position
        switch wireType {
        case 0: _ = try varint()
        case 1: try skip(8)
        case 5: try skip(4)
        case 2:
            let length = try varint()
            let contents = position
            try skip(length)
            return UnsafeRawBufferPointer(rebasing: bytes[contents..<position])
        default:
            throw WireFormatError(.malformed, "unknown wire type \(wireType) at byte \(start)")
        }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    private mutating func skip(_ count: UInt64) throws(WireFormatError) {
        guard count <= UInt64(bytes.count - position) else {
            throw WireFormatError(
                .malformed,
                "cut off: \(count) bytes wanted at byte \(position), \(bytes.count - position) left")
        }
        position += Int(count)
    }
}
