import Varlink

/// All methods of a service by their qualified names, those of `org.varlink.service` included.
struct MethodTable: Sendable {
    private let methods: [String: Method]

    init(service: ServiceInfo, interfaces: [Interface]) {
        var methods: [String: Method] = [:]
        for interface in interfaces {
            for (name, method) in interface.methods { methods["\(interface.description.name).\(name)"] = method }
        }
        let texts =
            [(Self.serviceInterface, Self.serviceText)]
            + interfaces.map { ($0.description.name, $0.description.text) }
        methods["\(Self.serviceInterface).GetInfo"] = Self.getInfo(service, interfaces: texts.map(\.0))
        methods["\(Self.serviceInterface).GetInterfaceDescription"] = Self.getInterfaceDescription(
            Dictionary(texts) { first, _ in first })
        self.methods = methods
    }

    /// What answers the calls of a method.
    ///
    /// For one that is not there, the unknown interface's included, that is `MethodNotFound` with the whole name, as
    /// systemd's servers do it.
    subscript(name: String) -> Method {
        methods[name] ?? Self.notFound
    }

    private static let notFound = Method(.pipelined) { call in
        call.fail(.methodNotFound(call.method))
    }

    private static func getInfo(_ service: ServiceInfo, interfaces: [String]) -> Method {
        let info: JSONObject = [
            "vendor": .string(service.vendor), "product": .string(service.product),
            "version": .string(service.version), "url": .string(service.url),
            "interfaces": .array(interfaces.map(JSONValue.string)),
        ]
        return Method(.pipelined) { call in
            do throws(ParameterError) {
                try call.parameters.read { _ in }
                call.reply(info)
            } catch {
                call.fail(VarlinkError(error))
            }
        }
    }

    /// One at a time: the answers are a hundred times as long as the calls, and many calls fit into one read.
    private static func getInterfaceDescription(_ texts: [String: String]) -> Method {
        Method(.alone) { call in
            do throws(ParameterError) {
                let name = try call.parameters.read { reader throws(ParameterError) in
                    try reader.required("interface").string()
                }
                guard let text = texts[name] else { return call.fail(.interfaceNotFound(name)) }
                call.reply(["description": .string(text)])
            } catch {
                call.fail(VarlinkError(error))
            }
        }
    }

    private static let serviceInterface = "org.varlink.service"

    /// The standard's text (https://varlink.org/Service).
    static let serviceText = """
        # The Varlink Service Interface is provided by every varlink service. It
        # describes the service and the interfaces it implements.
        interface org.varlink.service

        # Get a list of all the interfaces a service provides and information
        # about the implementation.
        method GetInfo() -> (
          vendor: string,
          product: string,
          version: string,
          url: string,
          interfaces: []string
        )

        # Get the description of an interface that is implemented by this service.
        method GetInterfaceDescription(interface: string) -> (description: string)

        # The requested interface was not found.
        error InterfaceNotFound (interface: string)

        # The requested method was not found.
        error MethodNotFound (method: string)

        # The interface defines the requested method, but the service does not
        # implement it.
        error MethodNotImplemented (method: string)

        # One of the passed parameters is invalid.
        error InvalidParameter (parameter: string)

        # Client is denied access.
        error PermissionDenied ()

        # Method is expected to be called with 'more' set to true, but wasn't.
        error ExpectedMore ()

        """
}
