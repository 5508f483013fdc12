/// An error reply: the name of the error and what describes it.
///
/// A service throws it to its client, and the client's calls throw what came back.
public struct VarlinkError: Error, Equatable, CustomStringConvertible {
    /// The qualified name, `interface.ErrorName`.
    public let name: String
    /// What the interface says describes the error.
    public let parameters: JSONObject

    /// An error of that qualified name.
    public init(_ name: String, _ parameters: JSONObject = [:]) {
        self.name = name
        self.parameters = parameters
    }

    /// For people, in one line.
    public var description: String {
        parameters.isEmpty ? name : "\(name) \(parameters)"
    }
}

/// The errors of `org.varlink.service`, which every peer knows.
extension VarlinkError {
    /// The interface asked for is not there.
    public static func interfaceNotFound(_ interface: String) -> VarlinkError {
        VarlinkError("org.varlink.service.InterfaceNotFound", ["interface": .string(interface)])
    }

    /// The method is not there.
    ///
    /// Real peers send this for an unknown interface too, with the whole name.
    public static func methodNotFound(_ method: String) -> VarlinkError {
        VarlinkError("org.varlink.service.MethodNotFound", ["method": .string(method)])
    }

    /// The method is described but this service does not have it.
    public static func methodNotImplemented(_ method: String) -> VarlinkError {
        VarlinkError("org.varlink.service.MethodNotImplemented", ["method": .string(method)])
    }

    /// A parameter is unknown, missing or wrong; `path` is its name, as in `jobs[3].timeout`.
    public static func invalidParameter(_ path: String) -> VarlinkError {
        VarlinkError("org.varlink.service.InvalidParameter", ["parameter": .string(path)])
    }

    /// The peer may not do this.
    public static let permissionDenied = VarlinkError("org.varlink.service.PermissionDenied")

    /// The method gives several replies and must be called with `more`.
    public static let expectedMore = VarlinkError("org.varlink.service.ExpectedMore")
}
