/// The properties that a job can be given, and what may not be given because it is jobd's.
///
/// The names and their types are those of systemd 252 (`org.freedesktop.systemd1(5)`, `bus-unit-util.c`); an older
/// manager refuses those that it does not know.
enum UnitPropertyTable {
    /// Only take from the job, and can harm nobody else: for every submitter.
    ///
    /// No property belongs here that
    /// - mounts a file system afresh without what is mounted over it or the options that it is mounted with, as
    ///   `ProtectProc=` and `ProcSubset=` do with `/proc` and its `hidepid=`,
    /// - lifts an option of a mount, as `ExecPaths=` does with noexec,
    /// - has systemd open a file, or look up a device, of the user's choice with its own rights,
    /// - begins with limits of its own, as `PrivateIPC=` does with those of shared memory,
    /// - cancels a rule of a slice, as `IPAddressAllow=` does with `IPAddressDeny=`.
    ///
    /// What is here filters, or binds mounts that exist with the options that they have. Two limits of that:
    /// `PrivateNetwork=` mounts `/sys` afresh in systemd 257, but keeps what is mounted below; `ReadOnlyPaths=` and
    /// its like tell whether a path exists, for systemd looks it up with its own rights.
    static let restricting: [String: UnitPropertyKind] = table([
        (
            .boolean,
            """
            LockPersonality MemoryDenyWriteExecute PrivateDevices PrivateMounts PrivateNetwork PrivateTmp \
            ProtectClock ProtectControlGroups ProtectHostname ProtectKernelLogs ProtectKernelModules \
            ProtectKernelTunables RestrictRealtime RestrictSUIDSGID IgnoreSIGPIPE
            """
        ),
        (.booleanOrWord(["read-only", "tmpfs"]), "ProtectHome"),
        (.booleanOrWord(["full", "strict"]), "ProtectSystem"),
        (.word(["auto", "closed", "strict"]), "DevicePolicy"),
        (.words, "ReadOnlyPaths ReadWritePaths InaccessiblePaths NoExecPaths"),
        (.words, "SystemCallArchitectures UnsetEnvironment"),
        (.filter, "RestrictAddressFamilies SystemCallFilter RestrictNetworkInterfaces RestrictFileSystems"),
        (.errorNumber, "SystemCallErrorNumber"),
        (.addresses, "IPAddressDeny"),
        (.capabilities, "CapabilityBoundingSet"),
        (.namespaces, "RestrictNamespaces"),
        (.processors, "CPUAffinity"),
        (.nanoseconds, "TimerSlackNSec"),
        (.time, "RuntimeMaxSec"),
        (.text, "Personality"),
    ])

    /// Can give a job more than its submitter has, or take from others: for root, and for a user's own daemon.
    static let widening: [String: UnitPropertyKind] = table([
        (
            .boolean,
            """
            DynamicUser NoNewPrivileges PrivateIPC PrivateUsers RemoveIPC MountAPIVFS CPUSchedulingResetOnFork \
            Delegate CPUAccounting MemoryAccounting IOAccounting IPAccounting TasksAccounting SetLoginEnvironment \
            MemoryKSM MemoryZSwapWriteback
            """
        ),
        (
            .text,
            """
            RootDirectory RootImage RootVerity SELinuxContext PAMName NetworkNamespacePath IPCNamespacePath Slice \
            UtmpIdentifier RuntimeDirectoryPreserve KeyringMode ManagedOOMSwap ManagedOOMMemoryPressure \
            ManagedOOMPreference SyslogIdentifier LogNamespace
            """
        ),
        (.word(["continue", "stop", "kill"]), "OOMPolicy"),
        (.word(["noaccess", "invisible", "ptraceable", "default"]), "ProtectProc"),
        (.word(["all", "pid"]), "ProcSubset"),
        (.pair, "DeviceAllow"),
        (.addresses, "IPAddressAllow"),
        (
            .words,
            """
            ExecPaths ExecSearchPath ExtensionDirectories ConfigurationDirectory StateDirectory CacheDirectory \
            LogsDirectory RuntimeDirectory Environment PassEnvironment SupplementaryGroups After Before Wants Requires Requisite \
            BindsTo PartOf Conflicts RequiresMountsFor JoinsNamespaceOf IPIngressFilterPath IPEgressFilterPath
            """
        ),
        (.filter, "SystemCallLog"),
        (.mode, "StateDirectoryMode CacheDirectoryMode LogsDirectoryMode RuntimeDirectoryMode"),
        (.mode, "ConfigurationDirectoryMode UMask"),
        (.time, "CPUQuotaPeriodSec TimeoutStartSec TimeoutStopSec JobTimeoutSec LogRateLimitIntervalSec"),
        (.integer(-20...19), "Nice"),
        (.integer(-1000...1000), "OOMScoreAdjust"),
        (.integer(0...99), "CPUSchedulingPriority"),
        (.integer(0...7), "IOSchedulingPriority"),
        (.choice(["other": 0, "fifo": 1, "rr": 2, "batch": 3, "idle": 5]), "CPUSchedulingPolicy"),
        (.choice(["none": 0, "realtime": 1, "best-effort": 2, "idle": 3]), "IOSchedulingClass"),
        (.choice(["default": 0, "preferred": 1, "bind": 2, "interleave": 3, "local": 4]), "NUMAPolicy"),
        (.processors, "AllowedCPUs AllowedMemoryNodes StartupAllowedCPUs StartupAllowedMemoryNodes NUMAMask"),
        (.memory, "MemoryMin MemoryLow MemoryHigh MemoryMax MemorySwapMax MemoryZSwapMax"),
        (.memory, "DefaultMemoryMin DefaultMemoryLow StartupMemoryMax StartupMemoryHigh StartupMemorySwapMax"),
        (.count, "TasksMax"),
        (.weight(["idle": 0]), "CPUWeight StartupCPUWeight"),
        (.weight([:]), "IOWeight StartupIOWeight"),
        (.processorTime, "CPUQuota"),
        (.bandwidth, "IOReadBandwidthMax IOWriteBandwidthMax IOReadIOPSMax IOWriteIOPSMax"),
        (.capabilities, "AmbientCapabilities"),
        (.binds, "BindPaths BindReadOnlyPaths"),
        (.named, "LoadCredential LoadCredentialEncrypted TemporaryFileSystem BPFProgram"),
        (.namedBytes, "SetCredential"),
        (.file, "EnvironmentFile"),
        (.limit(.seconds), "LimitCPU"),
        (.limit(.microseconds), "LimitRTTIME"),
        (.limit(.bytes), "LimitFSIZE LimitDATA LimitSTACK LimitCORE LimitRSS LimitMEMLOCK LimitAS LimitMSGQUEUE"),
        (.limit(.count), "LimitNPROC LimitNOFILE LimitLOCKS LimitSIGPENDING LimitNICE LimitRTPRIO"),
    ])

    /// What makes the unit a job, and what the job says in another way.
    static let reserved: [String: String] = [
        "Type": "jobd needs its own",
        "ExecStart": "it is the job's command",
        "User": "it is the job's submitter, or DynamicUser=yes",
        "Group": "it is the job's submitter, or DynamicUser=yes",
        "WorkingDirectory": "it is the job's directory",
        "StandardInput": "it is the job's input",
        "StandardOutput": "jobd reads it",
        "StandardError": "jobd reads it",
        "KillMode": "jobd ends the whole job",
        "KillSignal": "it is the job's kill signal",
        "SendSIGKILL": "jobd ends the whole job",
        "RemainAfterExit": "jobd needs its own",
        "CollectMode": "jobd needs its own",
        "Restart": "jobd retries by the job's own rules",
        "Description": "it says which job it is",
        "LogExtraFields": "jobd needs its own",
    ]

    private static func table(_ rows: [(UnitPropertyKind, String)]) -> [String: UnitPropertyKind] {
        var table: [String: UnitPropertyKind] = [:]
        for (kind, names) in rows { for name in names.split(separator: " ") { table[String(name)] = kind } }
        return table
    }
}
