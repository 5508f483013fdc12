/// What every runner works with.
package struct RunnerContext: Sendable {
    package let files: OutputFiles
    package let observer: any OutputObserver
    /// The store's identity, for the environment of jobs, and for the names of what they run in.
    package let store: String
    /// Who says whose job it is.
    package let accounts: any AccountSource
    /// The soft limit of open files that jobs get; `nil` is that of who starts them.
    package let openFileLimit: UInt64?
    /// Who lays out secrets; without it a job that has some does not start.
    package let credentials: Credentials?
    /// How long a killed attempt may take to be gone before it is mentioned, again and again.
    package let patienceWithTheKilled: Duration

    package init(
        files: OutputFiles, observer: any OutputObserver, store: String,
        accounts: any AccountSource = CachedAccounts(), openFileLimit: UInt64? = nil, credentials: Credentials? = nil,
        patienceWithTheKilled: Duration = .seconds(10)
    ) {
        self.files = files
        self.observer = observer
        self.store = store
        self.accounts = accounts
        self.openFileLimit = openFileLimit
        self.credentials = credentials
        self.patienceWithTheKilled = patienceWithTheKilled
    }
}
