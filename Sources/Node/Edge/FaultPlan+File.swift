import Foundation
import Simulation

extension FaultPlan {
    /// The plan in a file of JSON.
    ///
    /// - Throws: where the file isn't there, or is no plan; for people to read.
    init(file: String) throws {
        do {
            let data = try Data(contentsOf: URL(filePath: file))
            self = try JSONDecoder().decode(FaultPlan.self, from: data)
        } catch {
            throw BadFaultFile(file: file, reason: "\(error)")
        }
    }

    struct BadFaultFile: Error, CustomStringConvertible {
        let file: String
        let reason: String
        var description: String { "\(file) is no plan of faults for the simulation: \(reason)" }
    }
}
