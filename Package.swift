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
    ],
    targets: [
        // C
        .target(name: "CLinux"),

        // Ground
        .target(name: "Threading", dependencies: ["CLinux"], swiftSettings: strictAtTheEdge),
        .target(name: "Kernel", dependencies: ["CLinux"], swiftSettings: strictAtTheEdge),
        .target(name: "Jobs", swiftSettings: strict),

        // Tests
        .testTarget(name: "ThreadingTests", dependencies: ["Threading", "CLinux"], swiftSettings: strict),
        .testTarget(name: "JobsTests", dependencies: ["Jobs"], swiftSettings: strict),
        .testTarget(name: "KernelTests", dependencies: ["Kernel", "Threading"], swiftSettings: strict),
    ]
)
