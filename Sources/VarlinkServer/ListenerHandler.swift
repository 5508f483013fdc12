import NIOCore

/// Sits on a listening socket and tells when it breaks.
///
/// It also tells when the server closes the socket itself, and leaves it to that to know the difference. A lack of
/// descriptors or of memory does not break it: `AcceptBackoffHandler` waits a moment then and tries again.
final class ListenerHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let onLoss: @Sendable (any Error) -> Void
    private var lastError: (any Error)?

    init(onLoss: @escaping @Sendable (any Error) -> Void) {
        self.onLoss = onLoss
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Also what befell a connection while it was set up comes by here; it matters only if the socket closes.
        lastError = error
    }

    func channelInactive(context: ChannelHandlerContext) {
        onLoss(lastError ?? ChannelError.eof)
        context.fireChannelInactive()
    }
}
