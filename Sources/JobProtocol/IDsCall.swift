package import Jobs
package import Varlink

/// A call that names jobs and says nothing else.
package protocol IDsCall: Sendable, Equatable {
    static var method: String { get }
    var ids: [JobID] { get set }
    init(ids: [JobID])
}

extension IDsCall {
    package var parameters: JSONObject { ["ids": IDsCoding.value(ids)] }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self.init(
            ids: try parameters.read { reader throws(ParameterError) in
                try IDsCoding.ids(try reader.required("ids"))
            })
    }
}
