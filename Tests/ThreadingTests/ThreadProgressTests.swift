import Testing
import Threading

@Suite("What threads are busy with")
struct ThreadProgressTests {
    /// A watched thread that is inside of something until it is let go.
    private func held(
        in register: ProgressRegister, _ body: @escaping @Sendable (_ isInside: Event, _ letGo: Event) -> Void
    ) throws -> (thread: DaemonThread, letGo: Event) {
        let (isInside, letGo) = (Event(), Event())
        let thread = try DaemonThread(name: "held") { register.watch("held") { body(isInside, letGo) } }
        isInside.wait()
        return (thread, letGo)
    }

    @Test("a thread inside one piece of work for too long is named, with what it does")
    func stuck() throws {
        let register = ProgressRegister()
        let (thread, letGo) = try held(in: register) { isInside, letGo in
            ThreadProgress.during("storing") {
                isInside.set()
                letGo.wait()
            }
        }
        #expect(register.stuck(longerThan: .seconds(3600)).isEmpty)
        let stuck = try #require(register.stuck(longerThan: .zero).first)
        #expect(stuck.name == "held")
        #expect(stuck.work == "storing")
        #expect("\(stuck)" == "held has been storing for 0 s")
        letGo.set()
        thread.join()
        #expect(register.stuck(longerThan: .zero).isEmpty)
    }

    @Test("a thread that waits is not stuck, however long")
    func waiting() throws {
        let register = ProgressRegister()
        let (thread, letGo) = try held(in: register) { isInside, letGo in
            ThreadProgress.during("storing") {}
            isInside.set()
            letGo.wait()
        }
        #expect(register.stuck(longerThan: .zero).isEmpty)
        #expect(register.finished(by: "held") == 1)
        letGo.set()
        thread.join()
    }

    @Test("a piece inside another one is what it is busy with, and its end is progress of the other")
    func nested() throws {
        let register = ProgressRegister()
        let (thread, letGo) = try held(in: register) { isInside, letGo in
            ThreadProgress.during("storing") {
                ThreadProgress.during("tidying") {
                    isInside.set()
                    letGo.wait()
                }
            }
        }
        #expect(register.stuck(longerThan: .zero).map(\.work) == ["tidying"])
        letGo.set()
        thread.join()
    }

    @Test("work of a thread that nobody watches is only done, and what it throws is thrown")
    func unwatched() throws {
        #expect(ThreadProgress.during("adding") { 1 + 1 } == 2)
        #expect(throws: QueueError.shutDown) {
            try ThreadProgress.during("failing") { () throws(QueueError) in throw .shutDown }
        }
    }

    @Test("a piece that cannot be a body is begun and ended by hand; who wants to is told of each beginning")
    func byHand() {
        let begun = Monitor<[String]>([])
        let register = ProgressRegister { name in begun.withLock { $0.append(name) } }
        let progress = register.add("io")
        progress.begin("taking calls")
        #expect(register.stuck(longerThan: .zero).map(\.name) == ["io"])
        progress.end()
        #expect(register.stuck(longerThan: .zero).isEmpty)
        #expect(begun.withLock { $0 } == ["io"])
    }
}
