/// An upright rectangle on the picture, in pixels; y goes down.
struct Box: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var centreX: Double { x + width / 2 }
    var centreY: Double { y + height / 2 }
    var maxX: Double { x + width }
    var maxY: Double { y + height }

    func inset(_ distance: Double, top: Double = 0) -> Box {
        Box(
            x: x + distance, y: y + distance + top, width: max(0, width - 2 * distance),
            height: max(0, height - 2 * distance - top))
    }

    /// How far two boxes, kept `gap` apart, reach into one another; nil where they don't.
    func overlap(_ other: Box, gap: Double) -> (x: Double, y: Double)? {
        let overlapX = min(maxX, other.maxX) - max(x, other.x) + gap
        let overlapY = min(maxY, other.maxY) - max(y, other.y) + gap
        return overlapX > 0.01 && overlapY > 0.01 ? (overlapX, overlapY) : nil
    }

    /// Moved, as little as possible, to lie within `frame`; at its top left
    /// where it is larger.
    func clamped(to frame: Box) -> Box {
        var box = self
        box.x = max(frame.x, min(x, frame.maxX - width))
        box.y = max(frame.y, min(y, frame.maxY - height))
        return box
    }
}

/// Finds places for boxes in a frame so that none covers another.
enum BoxPacking {
    static let gap = 6.0

    /// The boxes pushed apart from where they would like to be; nil where
    /// they don't come free of one another.
    static func relaxed(_ boxes: [Box], in frame: Box) -> [Box]? {
        var boxes = boxes.map { $0.clamped(to: frame) }
        guard boxes.allSatisfy({ $0.width <= frame.width && $0.height <= frame.height }) else { return nil }
        for _ in 0..<400 {
            var isFree = true
            for i in boxes.indices {
                for j in boxes.indices where j > i {
                    guard let overlap = boxes[i].overlap(boxes[j], gap: gap) else { continue }
                    isFree = false
                    if overlap.x < overlap.y {
                        let push = overlap.x / 2 * (boxes[i].centreX <= boxes[j].centreX ? -1 : 1)
                        boxes[i].x += push
                        boxes[j].x -= push
                    } else {
                        let push = overlap.y / 2 * (boxes[i].centreY <= boxes[j].centreY ? -1 : 1)
                        boxes[i].y += push
                        boxes[j].y -= push
                    }
                    boxes[i] = boxes[i].clamped(to: frame)
                    boxes[j] = boxes[j].clamped(to: frame)
                }
            }
            if isFree { return boxes }
        }
        return nil
    }

    /// The boxes in rows from the top left, in their order, and how high they
    /// come to be.
    static func rows(_ boxes: [Box], x: Double, y: Double, width: Double) -> (boxes: [Box], height: Double) {
        var placed: [Box] = []
        var (cursorX, cursorY, rowHeight) = (x, y, 0.0)
        for var box in boxes {
            if cursorX > x, cursorX + box.width > x + width {
                cursorX = x
                cursorY += rowHeight + gap
                rowHeight = 0
            }
            box.x = cursorX
            box.y = cursorY
            placed.append(box)
            cursorX += box.width + gap
            rowHeight = max(rowHeight, box.height)
        }
        return (placed, cursorY + rowHeight - y)
    }
}
