// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds jobd has to build or fetch what only benchmarks need.
let package = Package(
    name: "jobd-benchmarks",
    dependencies: [
        .package(name: "jobd", path: ".."),
        // Without its traits, which put themselves between the program and malloc to count calls: that would cost time,
        // which is what is measured with it.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
    ],
    targets: [
        // Our side of the comparison in peers/.
        .executableTarget(
            name: "threading-peer", dependencies: [.product(name: "Threading", package: "jobd")], path: "Threading"),
        // How often single calls ask for memory, with limits: swift run -c release threading-allocations
        .target(name: "AllocationCounter", path: "Allocations/Counter"),
        .executableTarget(
            name: "threading-allocations",
            dependencies: ["AllocationCounter", .product(name: "Threading", package: "jobd")],
            path: "Allocations/Threading"),
        // What single calls cost: swift package benchmark
        .executableTarget(
            name: "ThreadingMicro",
            dependencies: [
                .product(name: "Threading", package: "jobd"), .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "ThreadingMicro",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
