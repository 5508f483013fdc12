package import Varlink

/// How a method may run beside the connection's other calls.
package enum Ordering: Sendable {
    /// Beside its neighbours of this kind, so that calls which were sent together can share their work.
    case pipelined
    /// After all calls before it were answered, and before any after it begins.
    case alone
}

/// What answers the calls of one method.
package struct Method: Sendable {
    let ordering: Ordering
    let handler: @Sendable (IncomingCall) -> Void

    /// A method.
    ///
    /// - Parameter handler: runs on the I/O thread and must not block there; it answers the call then or hands it to
    ///   another thread that will.
    package init(_ ordering: Ordering, _ handler: @escaping @Sendable (IncomingCall) -> Void) {
        self.ordering = ordering
        self.handler = handler
    }
}

/// An interface and what answers its methods.
package struct Interface: Sendable {
    let description: InterfaceDescription
    let methods: [String: Method]

    /// An interface; `methods` has the described names without the interface's, each of them and no others.
    package init(_ description: InterfaceDescription, methods: [String: Method]) throws(InterfaceMismatch) {
        let described = Set(description.methodNames)
        let missing = described.subtracting(methods.keys).sorted()
        let undescribed = Set(methods.keys).subtracting(described).sorted()
        guard missing.isEmpty, undescribed.isEmpty else {
            throw InterfaceMismatch(interface: description.name, missing: missing, undescribed: undescribed)
        }
        self.description = description
        self.methods = methods
    }
}

/// An interface whose description and methods are not of one mind.
package struct InterfaceMismatch: Error, Equatable {
    /// Its name.
    package let interface: String
    /// Methods that are described and have nothing that answers them.
    package let missing: [String]
    /// Methods that could be answered and are not described.
    package let undescribed: [String]
}
