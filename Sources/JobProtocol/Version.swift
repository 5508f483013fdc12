/// The version of this jobd, the same for all its programs.
package enum Version {
    package static let text = "0.1.0"
}
