import CProtobufC
import CWire
import RobotModel

/// Envelopes to bytes and back.
public enum EnvelopeCodec {
    /// The most bytes that a frame may have: 1 MiB.
    public static let largestFrame = 1 << 20

    /// The frame's bytes.
    ///
    /// - Throws: `unrepresentable` for a text with a NUL or a literal with an
    ///   illegal name; `tooLarge` beyond ``largestFrame``.
    public static func encode(_ envelope: Envelope) throws(WireFormatError) -> [UInt8] {
        let arena = Arena()
        let message = try arena.envelope(envelope)
        let size = pons__v1__envelope__get_packed_size(message)
        guard size <= largestFrame else {
            throw WireFormatError(
                .tooLarge, "\(envelope.body.name) has \(size) bytes; a frame has at most \(largestFrame)",
                envelope: envelope.id)
        }
        return withExtendedLifetime(arena) {
            [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                count = pons__v1__envelope__pack(message, buffer.baseAddress)
            }
        }
    }

    /// Reads a frame from outside.
    ///
    /// - Throws: `tooLarge` beyond ``largestFrame``, or for too many fields;
    ///   `unknownKind` for a body that this version doesn't know; `malformed`
    ///   for everything else, with the envelope's id where it could be read.
    public static func decode(_ bytes: [UInt8]) throws(WireFormatError) -> Envelope {
        do {
            return try unpack(
                bytes, limits: .envelope, descriptor: pons__v1__envelope__descriptor,
                with: pons__v1__envelope__unpack
            ) { (message) throws(WireFormatError) in
                try Reader(isFromOutside: true).envelope(message)
            }
        } catch {
            var told = error
            told.envelope = id(of: bytes)
            throw told
        }
    }

    /// The id of the envelope, as far as broken bytes let it be read; else 0.
    private static func id(of bytes: [UInt8]) -> UInt64 {
        withBytes(of: bytes) { buffer in
            var cursor = ByteCursor(bytes: UnsafeRawBufferPointer(rebasing: buffer.prefix(64)))
            // The id is the second field, and writers keep the order.
            while let tag = try? cursor.varint() {
                if tag == 2 << 3 { return (try? cursor.varint()) ?? 0 }
                guard (try? cursor.value(wireType: UInt8(tag & 7))) != nil else { return 0 }
            }
            return 0
        }
    }
}

/// Inspects, unpacks and converts one message.
func unpack<Message, Result>(
    _ bytes: [UInt8], limits: FrameLimits,
    descriptor: ProtobufCMessageDescriptor,
    with unpack: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) ->
        UnsafeMutablePointer<Message>?,
    convert: (UnsafeMutablePointer<Message>) throws(WireFormatError) -> Result
) throws(WireFormatError) -> Result {
    guard bytes.count <= limits.bytes else {
        throw WireFormatError(.tooLarge, "\(bytes.count) bytes; at most \(limits.bytes) are taken")
    }
    return try withBytes(of: bytes) { (buffer) throws(WireFormatError) -> Result in
        var inspector = FrameInspector(limits: limits)
        var descriptor = descriptor
        try inspector.inspect(buffer, as: &descriptor)
        let arena = Arena()
        let message = arena.withAllocator { allocator in
            unpack(allocator, buffer.count, buffer.bindMemory(to: UInt8.self).baseAddress)
        }
        guard let message else { throw WireFormatError(.malformed, "the bytes break the format") }
        let result = try convert(message)
        withExtendedLifetime(arena) {}
        return result
    }
}

/// `withUnsafeBytes` with typed throws.
private func withBytes<Result, Failure: Error>(
    of bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
) throws(Failure) -> Result {
    var result: Swift.Result<Result, Failure>?
    bytes.withUnsafeBytes { buffer in
        do throws(Failure) {
            result = .success(try body(buffer))
        } catch {
            result = .failure(error)
        }
    }
    guard let result else { preconditionFailure("withUnsafeBytes runs its body") }
    return try result.get()
}
