import CProtobufC
import CWire
import RobotModel

/// The C structs that protobuf-c unpacked, as values of the model. Everything
/// that the inspector can't know is checked here.
struct Reader {
    /// Whether the bytes came from another process. Then names must be legal
    /// and numbers finite, and an unknown failure code is no error; a journal
    /// gives back what was written, or nothing.
    let isFromOutside: Bool
    let syntax = FactSyntax()

    init(isFromOutside: Bool) { self.isFromOutside = isFromOutside }

    /// The string behind a C string that the inspector has passed.
    func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        guard let pointer else { return "" }
        return String(cString: pointer)
    }

    func texts(_ count: Int, _ items: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
        guard let items else { return [] }
        return (0..<count).map { text(items[$0]) }
    }

    func numbers(_ count: Int, _ items: UnsafeMutablePointer<Int64>?) -> [Int] {
        guard let items else { return [] }
        return (0..<count).map { Int(items[$0]) }
    }

    func list<Item, Element>(
        _ count: Int, _ items: UnsafeMutablePointer<UnsafeMutablePointer<Item>?>?, _ field: String,
        _ convert: (UnsafeMutablePointer<Item>) throws(WireFormatError) -> Element
    ) throws(WireFormatError) -> [Element] {
        guard count > 0, let items else { return [] }
        var result: [Element] = []
        result.reserveCapacity(count)
        for index in 0..<count { result.append(try convert(try required(items[index], field))) }
        return result
    }

    func required<Item>(
        _ pointer: UnsafeMutablePointer<Item>?, _ field: String
    ) throws(WireFormatError) -> UnsafeMutablePointer<Item> {
        guard let pointer else { throw WireFormatError(.malformed, "\(field) is missing") }
        return pointer
    }

    func id<ID: Identifier>(
        _ pointer: UnsafeMutablePointer<CChar>?, _ field: String
    ) throws(WireFormatError) -> ID {
        let name = text(pointer)
        guard !isFromOutside || IdentifierRules.allows(name) else {
            throw WireFormatError(
                .malformed,
                "\(field) “\(name.prefix(60))” is no identifier: 1 to \(IdentifierRules.longest) letters, digits, “_”, “-” and “.”"
            )
        }
        return ID(rawValue: name)
    }

    func ids<ID: Identifier>(
        _ count: Int, _ items: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ field: String
    ) throws(WireFormatError) -> [ID] {
        try list(count, items, field) { (item) throws(WireFormatError) in try id(item, field) }
    }

    func number(_ number: Double, _ field: String) throws(WireFormatError) -> Double {
        guard !isFromOutside || number.isFinite else {
            throw WireFormatError(.malformed, "\(field) is \(number), and no finite number")
        }
        return number
    }

    /// A word from a fixed list.
    func word<Word: RawRepresentable<String>>(
        _ pointer: UnsafeMutablePointer<CChar>?, _ field: String
    ) throws(WireFormatError) -> Word {
        let word = text(pointer)
        guard let result = Word(rawValue: word) else {
            throw WireFormatError(.malformed, "\(field) can’t be “\(word.prefix(60))”")
        }
        return result
    }

    func fact(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String) throws(WireFormatError) -> Fact {
        do {
            return try syntax.fact(text(pointer))
        } catch {
            throw WireFormatError(.malformed, "\(field): \(error)")
        }
    }

    func literal(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String) throws(WireFormatError) -> Literal
    {
        do {
            return try syntax.literal(text(pointer))
        } catch {
            throw WireFormatError(.malformed, "\(field): \(error)")
        }
    }

    func literals(
        _ count: Int, _ items: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ field: String
    ) throws(WireFormatError) -> [Literal] {
        try list(count, items, field) { (item) throws(WireFormatError) in try literal(item, field) }
    }
}
