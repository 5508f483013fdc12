// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with: warnings stop the build, and tomorrow's rules hold today.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For the targets that call C: each unsafe expression is marked where it stands.
let strictAtTheEdge: [SwiftSetting] = strict + [.strictMemorySafety()]

let package = Package(
    name: "jobd",
    products: [
        .library(name: "Threading", targets: ["Threading"]),
        .library(name: "Systemd", targets: ["Systemd"]),
        .library(name: "Varlink", targets: ["Varlink"]),
        .library(name: "JobClient", targets: ["JobClient"]),
        .executable(name: "jobd", targets: ["jobd"]),
        .executable(name: "jobctl", targets: ["jobctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        // C
        .target(name: "CLinux"),
        .target(name: "CTOML"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CSQLiteChecksum", dependencies: ["CSQLite"]),

        // Ground
        .target(name: "Threading", dependencies: ["CLinux"], swiftSettings: strictAtTheEdge),
        .target(name: "Kernel", dependencies: ["CLinux"], swiftSettings: strictAtTheEdge),
        .target(name: "Jobs", swiftSettings: strict),

        // Foundations
        .target(name: "Systemd", dependencies: ["CSystemd"], swiftSettings: strictAtTheEdge),
        .target(name: "Varlink", dependencies: ["Kernel"], swiftSettings: strict),
        .target(
            name: "VarlinkServer",
            dependencies: [
                "Varlink", "Kernel",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: strict),
        .target(name: "JobStore", dependencies: ["Jobs", "Threading"], swiftSettings: strict),

        // Parts
        .target(
            name: "JobStoreSQLite", dependencies: ["JobStore", "Jobs", "Threading", "CSQLite", "CSQLiteChecksum"],
            swiftSettings: strictAtTheEdge),
        .target(name: "JobProtocol", dependencies: ["Varlink", "Jobs"], swiftSettings: strict),
        .target(
            name: "JobRunner", dependencies: ["Jobs", "Kernel", "Systemd", "Threading", "CLinux"],
            swiftSettings: strictAtTheEdge),

        .target(
            name: "Sealing", dependencies: ["JobRunner", "Jobs", "Kernel", "CSodium"], swiftSettings: strictAtTheEdge),

        // Core
        .target(
            name: "JobService", dependencies: ["JobStore", "JobRunner", "Jobs", "Kernel", "Threading"],
            swiftSettings: strict),

        // Ends
        .target(
            name: "JobDaemon",
            dependencies: [
                "JobService", "JobProtocol", "JobStore", "JobStoreSQLite", "JobRunner", "Jobs", "Varlink",
                "VarlinkServer", "Sealing", "Systemd", "Threading", "Kernel", "CTOML",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .target(
            name: "JobClient", dependencies: ["JobProtocol", "Varlink", "Jobs", "Kernel", "Threading"],
            swiftSettings: strict),

        // Programs
        .executableTarget(
            name: "jobd",
            dependencies: [
                "JobDaemon", "JobProtocol", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "jobctl",
            dependencies: [
                "JobClient", "JobProtocol", "Jobs", "Varlink", "Kernel", "Threading",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),

        // Benchmarks that need what is not public: all others are a package of their own.
        .executableTarget(
            name: "ledger-bench",
            dependencies: ["JobService", "JobStore", "JobStoreSQLite", "JobRunner", "Jobs", "Threading"],
            path: "Benchmarks/Ledger", swiftSettings: strict),

        // Examples
        .executableTarget(
            name: "progress-watch", dependencies: ["Threading"], path: "Examples/progress-watch", swiftSettings: strict),
        .executableTarget(
            name: "fetch-all", dependencies: ["Threading"], path: "Examples/fetch-all", swiftSettings: strict),
        .executableTarget(
            name: "checksum-files", dependencies: ["Threading"], path: "Examples/checksum-files", swiftSettings: strict),

        // Tests
        .testTarget(
            name: "ThreadingTests", dependencies: ["Threading", "progress-watch", "fetch-all", "checksum-files"],
            swiftSettings: strict),
        .executableTarget(
            name: "listen-probe", dependencies: ["Systemd"], path: "Tests/ListenProbe", swiftSettings: strict),
        .testTarget(
            name: "SystemdTests", dependencies: ["Systemd", "Threading", "listen-probe"], swiftSettings: strict),
        .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: strict),
        .testTarget(
            name: "VarlinkTests", dependencies: ["Varlink", "Kernel", "Threading", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "VarlinkServerTests", dependencies: ["VarlinkServer", "Varlink", "Kernel", "Threading"],
            swiftSettings: strict),
        .testTarget(name: "JobsTests", dependencies: ["Jobs", "SeededRandom"], swiftSettings: strict),
        .target(
            name: "JobStoreConformance", dependencies: ["JobStore", "Jobs", "SeededRandom"],
            path: "Tests/JobStoreConformance",
            swiftSettings: strict),
        .testTarget(
            name: "JobStoreTests", dependencies: ["JobStore", "JobStoreConformance", "Jobs", "Threading"],
            swiftSettings: strict),
        .executableTarget(
            name: "store-probe", dependencies: ["JobStoreSQLite", "JobStore", "Jobs"], path: "Tests/StoreProbe",
            swiftSettings: strict),
        .testTarget(
            name: "JobStoreSQLiteTests",
            dependencies: [
                "JobStoreSQLite", "JobStore", "JobStoreConformance", "Jobs", "Threading", "CSQLite", "CSQLiteChecksum",
                "SeededRandom",
            ],
            swiftSettings: strict),
        .target(
            name: "ServiceSimulator",
            dependencies: ["JobService", "JobStore", "JobRunner", "Jobs", "Kernel", "Threading", "SeededRandom"],
            path: "Tests/ServiceSimulator", swiftSettings: strict),
        .executableTarget(
            name: "simulate", dependencies: ["ServiceSimulator", "Threading"], path: "Tests/Simulate",
            swiftSettings: strict),
        .testTarget(name: "ServiceSimulatorTests", dependencies: ["ServiceSimulator"], swiftSettings: strict),
        .testTarget(name: "JobProtocolTests", dependencies: ["JobProtocol", "Varlink", "Jobs"], swiftSettings: strict),
        .testTarget(name: "SealingTests", dependencies: ["Sealing", "Jobs", "Kernel"], swiftSettings: strict),
        .testTarget(name: "KernelTests", dependencies: ["Kernel", "Threading"], swiftSettings: strict),
        .executableTarget(
            name: "unit-probe", dependencies: ["JobRunner", "Jobs", "Kernel", "Threading"], path: "Tests/UnitProbe",
            swiftSettings: strict),
        .testTarget(
            name: "JobRunnerTests",
            dependencies: ["JobRunner", "Jobs", "Kernel", "Systemd", "Threading", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "JobServiceTests",
            dependencies: ["JobService", "JobRunner", "JobStore", "Jobs", "Kernel", "Threading"],
            swiftSettings: strict),
        .testTarget(
            name: "JobClientTests",
            dependencies: ["JobClient", "JobProtocol", "Jobs", "Varlink", "Kernel", "Threading"],
            swiftSettings: strict),
        .testTarget(
            name: "JobctlTests",
            dependencies: [
                "jobctl", "JobClient", "JobProtocol", "Jobs", "Varlink",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),
        .testTarget(
            name: "JobDaemonTests",
            dependencies: [
                "JobDaemon", "JobService", "JobProtocol", "JobStore", "JobStoreSQLite", "Jobs", "Varlink", "Kernel",
                "Threading", "SeededRandom", "jobd",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .testTarget(name: "TidyTests", dependencies: ["Jobs"], swiftSettings: strict),
    ]
)
