/// Room for one value, which is inside when it is small and in memory of its own when it is not.
///
/// An optional would do, but for its end: the code that destroys a generic class is shared by all its types, and would
/// have to look the optional's type up, under a lock of the runtime, for each object that goes away. Here it only needs
/// the value's own.
@safe @usableFromInline struct InlineSlot<Value> {
    // Three words, as in an existential.
    @usableFromInline var words: (UInt, UInt, UInt) = (0, 0, 0)
    @usableFromInline var isFilled = false

    @inlinable @inline(__always) init() {}

    @inlinable @inline(__always) static var isInline: Bool {
        MemoryLayout<Value>.size <= MemoryLayout<(UInt, UInt, UInt)>.size
            && MemoryLayout<Value>.alignment <= MemoryLayout<UInt>.alignment
    }

    /// Puts the value in.
    ///
    /// At most once.
    @inlinable @inline(__always) mutating func fill(_ value: consuming Value) {
        if !Self.isInline {
            words.0 = UInt(bitPattern: UnsafeMutablePointer<Value>.allocate(capacity: 1))
        }
        let value = value
        unsafe withPointer { unsafe $0.initialize(to: value) }
        isFilled = true
    }

    /// The value, if it is there.
    @inlinable @inline(__always) mutating func read() -> Value? {
        guard isFilled else { return nil }
        return unsafe withPointer { unsafe $0.pointee }
    }

    /// Destroys the value, if it is there.
    ///
    /// To be called exactly once, at the end.
    @inlinable @inline(__always) mutating func destroy() {
        guard isFilled else { return }
        unsafe withPointer { pointer in
            unsafe pointer.deinitialize(count: 1)
            if !Self.isInline { unsafe pointer.deallocate() }
        }
    }

    @inlinable @inline(__always) mutating func withPointer<R>(_ body: (UnsafeMutablePointer<Value>) -> R) -> R {
        if !Self.isInline, let pointer = unsafe UnsafeMutablePointer<Value>(bitPattern: words.0) {
            return unsafe body(pointer)
        }
        return unsafe withUnsafeMutableBytes(of: &words) { bytes in
            // The tuple is there, so its bytes have an address.
            unsafe body(bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Value.self))
        }
    }
}
