import Logging
import WireFormat

extension Envelope {
    /// The frame to send. A body that can't be written goes out as an empty
    /// heartbeat, so that the receiver misses nothing in the sequence; that is
    /// our own mistake, and logged as such.
    func bytes(_ logger: Logger) -> [UInt8] {
        do {
            return try EnvelopeCodec.encode(self)
        } catch {
            logger.error("can’t send \(body.name): \(error)")
            var substitute = self
            substitute.body = .heartbeat([])
            guard let bytes = try? EnvelopeCodec.encode(substitute) else {
                preconditionFailure("a session’s header can always be written")
            }
            return bytes
        }
    }
}
