/// What a service says about itself in `org.varlink.service.GetInfo`.
package struct ServiceInfo: Sendable {
    /// Who made it.
    package let vendor: String
    /// What it is called.
    package let product: String
    /// Which version it is.
    package let version: String
    /// Where to read about it.
    package let url: String

    package init(vendor: String, product: String, version: String, url: String) {
        self.vendor = vendor
        self.product = product
        self.version = version
        self.url = url
    }
}
