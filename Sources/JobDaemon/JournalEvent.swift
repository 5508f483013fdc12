/// What the journal can say, by kind: the `MESSAGE_ID` of each kind of entry.
///
/// They are for ever: `systemd/jobd.catalog` explains each to people, and other programs look for them. What jobs print
/// has none.
enum JournalEvent: String, CaseIterable, Sendable {
    // MARK: The daemon

    /// jobd begins, and looks at what an earlier one left.
    case daemonStarting = "f5ad0b3f9a5f450abd204ca3978e851c"
    /// It serves: a submit works from now on.
    case daemonReady = "43d539a65633433b8c5da80981205102"
    /// Attempts were lost, because an earlier jobd ended before they did.
    case daemonRecovered = "bdaf40409cbe426b8af0ba357b71a20f"
    /// Another configuration holds.
    case configurationReloaded = "6c2b61dfa9d64bc781c5417124ae1840"
    /// A configuration was not taken; the old one holds on.
    case configurationRefused = "c745fb578d7e4b91a6f7a015d2c28773"
    /// The process is to become the jobd that is installed now; running jobs go on.
    case upgradeBegun = "70bbd45e2658472599e6eb9bc80e33be"
    /// The process has become another jobd.
    case upgraded = "2d66008195934e829ac70c3b3474c2e9"
    /// The process stays the jobd that it is.
    case upgradeRefused = "918d860e2cee43c39be9e137b9cc81c5"
    /// It was told to end: it starts nothing more, and waits for what runs.
    case daemonStopping = "6aaf68a902b949689cbe4a25233fe9df"
    /// The machine shuts down, so that the wait is shorter.
    case machineStopping = "9d6a07916e9940db83523383b7e3e96a"
    /// It was told so again: what runs is ended now.
    case stopHurried = "44c648e31fbc463da50c6a14f6be8bc2"
    /// It has ended as it was told to.
    case daemonStopped = "9816e83479f94902bbe58306412144ab"
    /// It could not start, or not go on.
    case daemonFailed = "407c178072804d138a3597f18aa03144"
    /// The store could not be written: nothing more is acknowledged, and jobd ends.
    case storageFailed = "281cfdb2822540d99db1319ebca34d6e"
    /// A page of the store is not what was written: jobd ends and stays down.
    case storeDamaged = "6f10d84de091445693230fd455b7abbc"
    /// There is too little room on the disk: nothing new is stored or started.
    case spaceShort = "33f2f312bebc4295ba540c6f4ac7522e"
    /// There is enough room again.
    case spaceEnough = "84079f4cfed9437db07943bd0ccbbc0a"
    /// The disk is full: the room that was set aside is used for outcomes.
    case reserveGivenUp = "eb21d8bd77fa4c3bb0aad0e8a68799f6"
    /// A thread does not come round: the watchdog is not fed, or no more time asked for.
    case threadStuck = "b3ebcfd9fd3348658eb19886e443c675"
    /// Everything comes round again.
    case threadsWell = "ca88385b5dff437c9d15fc19f5f188f3"
    /// Nobody can connect any more: jobd drains and ends, and a restart makes the socket anew.
    case listenerLost = "ba40fd30d064497cbfdc045aea5a19c2"
    /// The wall clock was set, or the machine slept.
    case clockChanged = "9d4383ca3d264ab3b38638f15f182c24"
    /// Jobs wait in a queue that is not configured.
    case queueForgotten = "3a38a854bc0346c190ecdc6c48ebd040"

    // MARK: Queues

    /// Somebody paused a queue.
    case queuePaused = "e89c0cc3a6cc4bf981da361490174788"
    /// Somebody let a queue go on.
    case queueResumed = "0ccc3cc7b44d40a38fb10723b6c52edc"
    /// Somebody changed settings of a queue.
    case queueSet = "ded7495dfda740c08d28cfff18d0387f"

    // MARK: Jobs

    /// An attempt begins (only with log_level = "debug").
    case jobStarted = "8273cf157fea46cba98cb2e7ee4d6758"
    /// A job has ended well.
    case jobSucceeded = "1fa3cb4e41ea497cace7d5a586f4218c"
    /// An attempt failed, and its job runs again.
    case attemptFailed = "7272edcdcf4f44fd85181725abc3e207"
    /// A job has ended badly, by its exit code or a signal.
    case jobFailed = "7316334ff5b44d92947337f62ade8644"
    /// A job was ended because it ran for too long.
    case jobTimedOut = "0bea0963450e4ecfa575f25e85d9ef72"
    /// A job reached its limit of memory.
    case jobOutOfMemory = "e1a30300259946c9a74cfe67802baf96"
    /// A job's end was not seen, and it does not run again.
    case jobLost = "a2faa4defab141ecac6015cb60127eb9"
    /// A job was set aside, because its attempts were lost again and again.
    case jobPoison = "8507480ce1c644b08a2bbc643985016c"
    /// A job's program could not be started.
    case jobNotStarted = "96f69eca971647ce971920276fe0ca6b"
    /// A stop of jobd ended a job that may not run again by itself.
    case jobInterrupted = "64f518a0b4cc44308466e0128f19c0e0"
    /// A job could not start in the time that it had.
    case jobExpired = "d4b37e46bf8a42c282c58cba7582bfff"
    /// Another job did not end as this one needs.
    case jobUnmet = "816d4d57b6a7466ba2fc521e94f957c4"
    /// A job has ended, because somebody cancelled it.
    case jobCancelled = "615d34138c5b4bed8590660aaed4b658"
    /// Somebody did something to a job: JOBD_EVENT says what, JOBD_BY who.
    case jobChanged = "f7e51df28e9e485e8e44d178e5bdf78f"
    /// What a job prints can no longer be kept.
    case outputLost = "3de236e2deda4947bdd3307d5b695ff6"
    /// A job prints so much that lines are left out of the journal.
    case outputLeftOut = "0414a284862e450a9f03e362bc52ecad"
    /// Processes of a job were killed, and are still there.
    case processStays = "3ea09131432c4a4e90010446a24ccc7e"

    /// `MESSAGE_ID`.
    var id: String { rawValue }

    /// The word for `JOBD_EVENT`, which people can type: `job-failed`.
    var word: String {
        "\(self)".map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
