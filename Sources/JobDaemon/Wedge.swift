#if DEBUG
    import Glibc

    /// Holds one thread up for ever, so that tests can see that the watchdog notices; no release build has it.
    ///
    /// `JOBD_WEDGE` names a folder. A watched thread that is about to begin a piece of work removes the file of its own
    /// name there; where there was one, it never comes back.
    enum Wedge {
        /// For ``ProgressRegister``; `nil` where nobody asks for it.
        static let hook: (@Sendable (String) -> Void)? = getenv("JOBD_WEDGE").map { variable in
            let folder = String(cString: variable)
            return { thread in
                guard unlink("\(folder)/\(thread)") == 0 else { return }
                while true { pause() }
            }
        }
    }
#endif
