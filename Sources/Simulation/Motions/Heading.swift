#if canImport(Glibc)
    private import Glibc
#else
    private import Darwin
#endif

/// Heading of the direction (dx, dy), counter-clockwise from x, −π to π.
func headingRadians(_ dx: Double, _ dy: Double) -> Double { atan2(dy, dx) }

/// The point on the unit circle at that heading.
func direction(atRadians angle: Double) -> (x: Double, y: Double) { (cos(angle), sin(angle)) }
