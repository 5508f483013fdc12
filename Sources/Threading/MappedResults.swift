/// The results of ``ThreadPoolExecutor/map(_:chunk:buffer:until:_:)``, in the order of the items.
///
/// Each element is what the work on one item returned or threw. It is there when it is asked for, or waited for. For one
/// thread, and for one pass.
public final class MappedResults<Items: Sequence, R: Sendable>: Sequence, IteratorProtocol
where Items.Element: Sendable {
    /// What the work on one item came to.
    public typealias Element = Result<R, any Error>

    @usableFromInline let pool: ThreadPoolExecutor
    @usableFromInline let chunk: Int
    @usableFromInline let deadline: Deadline
    @usableFromInline let body: @Sendable (Items.Element) throws -> R
    @usableFromInline var items: Items.Iterator
    @usableFromInline var isExhausted = false
    @usableFromInline var submitted = FIFOStorage<Submission>()
    @usableFromInline var ready: ArraySlice<Element> = []

    /// A chunk on its way, or what kept it from being submitted.
    @usableFromInline struct Submission: Sendable {
        @usableFromInline let count: Int
        @usableFromInline let future: Result<Future<[Element]>, any Error>

        @inlinable init(count: Int, future: Result<Future<[Element]>, any Error>) {
            self.count = count
            self.future = future
        }
    }

    @inlinable init(
        pool: ThreadPoolExecutor, items: Items.Iterator, chunk: Int, deadline: Deadline, of _: Items.Type,
        _ body: @escaping @Sendable (Items.Element) throws -> R
    ) {
        self.pool = pool
        self.items = items
        self.chunk = chunk
        self.deadline = deadline
        self.body = body
    }

    deinit {
        while let left = submitted.removeNext() { (try? left.future.get())?.cancel() }
    }

    /// The result for the next item; waits for it.
    ///
    /// `nil` after the last.
    @inlinable public func next() -> Element? {
        if let result = ready.popFirst() { return result }
        guard let submission = submitted.removeNext() else { return nil }
        do {
            ready = try submission.future.get().result(until: deadline)[...]
        } catch {
            ready = Array(repeating: .failure(error), count: submission.count)[...]
        }
        // One was taken, so one more may be on its way.
        if let part = nextPart() { submitted.insert(self.submission(of: part)) }
        return ready.popFirst()
    }

    /// Submits the first chunks, up to `count` of them.
    ///
    /// - Throws: when one cannot be submitted; those before it are cancelled with this object.
    @inlinable func fill(_ count: Int) throws {
        var left = count
        while left > 0, let part = nextPart() {
            let submission = self.submission(of: part)
            if case .failure(let error) = submission.future { throw error }
            submitted.insert(submission)
            left -= 1
        }
    }

    @inlinable func submission(of part: [Items.Element]) -> Submission {
        let body = body
        let future = Result {
            try pool.submit(until: deadline) { part.map { item in Result { try body(item) } } }
        }
        return Submission(count: part.count, future: future)
    }

    @inlinable func nextPart() -> [Items.Element]? {
        guard !isExhausted else { return nil }
        var part: [Items.Element] = []
        part.reserveCapacity(chunk)
        while part.count < chunk {
            guard let item = items.next() else {
                isExhausted = true
                break
            }
            part.append(item)
        }
        return part.isEmpty ? nil : part
    }
}
