/// For each of a row of things the numbers that belong to it, stored flat.
struct Incidence {
    private(set) var start: [Int32]
    private(set) var items: [Int32]

    init(rows: [[Int32]]) {
        start = [0]
        items = []
        for row in rows {
            items.append(contentsOf: row)
            start.append(Int32(items.count))
        }
    }

    /// The inverse of `rows`: for each number below `count`, the rows that have it.
    init(inverting rows: [[Int32]], count: Int) {
        var sizes = Array(repeating: Int32(0), count: count + 1)
        for row in rows { for item in row { sizes[Int(item) + 1] += 1 } }
        for number in 0..<count { sizes[number + 1] += sizes[number] }
        start = sizes
        items = Array(repeating: 0, count: Int(sizes[count]))
        for (offset, row) in rows.enumerated() {
            for item in row {
                items[Int(sizes[Int(item)])] = Int32(offset)
                sizes[Int(item)] += 1
            }
        }
    }

    subscript(row: Int) -> ArraySlice<Int32> { items[Int(start[row])..<Int(start[row + 1])] }
}
