import JobProtocol
import JobService
import JobStore
import Jobs
import Testing

@testable import JobDaemon

@Suite("Metrics as text")
struct MetricsTextTests {
    private func report(_ totals: ServiceTotals = ServiceTotals(), version: String = "1") -> MetricsReport {
        let start = Timestamp(nanoseconds: 1_700_000_000_500_000_000)
        return MetricsReport(
            version: version, started: start, now: start + .milliseconds(1500), isDraining: false, totals: totals,
            counts: JobCounts(), queues: [],
            usage: DaemonUsage(
                memory: 1, threads: 2, connections: 3, openFiles: 4, openFileLimit: 5, store: 6, log: 7, free: 8,
                keepFree: 9), processorTime: .microseconds(1250), watchdog: .seconds(30))
    }

    @Test("names, types, units and help are as OpenMetrics wants them")
    func conventions() throws {
        let parsed = try OpenMetricsParser(report().text)
        #expect(parsed.families["jobd_store_bytes"]?.unit == "bytes")
        #expect(parsed.families["jobd_commit_duration_seconds"]?.type == "histogram")
        #expect(parsed.families["jobd_jobs_submitted"]?.type == "counter")
        #expect(parsed.value("process_start_time_seconds") == 1_700_000_000.5)
        #expect(parsed.value("process_cpu_seconds_total") == 0.00125)
        #expect(parsed.value("jobd_uptime_seconds") == 1.5)
        #expect(parsed.value("jobd_watchdog_seconds") == 30)
        for (name, family) in parsed.families {
            #expect(family.help?.hasSuffix(".") == true, "\(name)")
            #expect((family.unit != nil) == (name.hasSuffix("_seconds") || name.hasSuffix("_bytes")), "\(name)")
        }
    }

    @Test("a value of a label comes back as it was, whatever is in it")
    func escaping() throws {
        for version in ["a\\b", "a\"b", "a\nb", "\\n\\\"\n\\\\", "ä{},= "] {
            let parsed = try OpenMetricsParser(report(version: version).text)
            #expect(parsed.value("jobd_build_info", ["version": version]) == 1, "\(version)")
        }
    }

    @Test("each time falls in the bucket whose bound it does not pass, and in the sum")
    func histogram() throws {
        var totals = ServiceTotals()
        for time in [Duration.microseconds(100), .microseconds(101), .seconds(3600), .seconds(3601)] {
            totals.commits.record(time)
        }
        let parsed = try OpenMetricsParser(report(totals).text)
        func bucket(_ bound: String) -> Double? { parsed.value("jobd_commit_duration_seconds_bucket", ["le": bound]) }
        #expect(bucket("0.0001") == 1)
        #expect(bucket("0.00025") == 2)
        #expect(bucket("900.0") == 2)
        #expect(bucket("3600.0") == 3)
        #expect(bucket("+Inf") == 4)
        #expect(parsed.value("jobd_commit_duration_seconds_sum") == 7201.000201)
    }

    @Test("seconds are written with the digits that they have")
    func seconds() {
        #expect(OpenMetricsText.seconds(.zero) == "0.0")
        #expect(OpenMetricsText.seconds(.seconds(60)) == "60.0")
        #expect(OpenMetricsText.seconds(.nanoseconds(1)) == "0.000000001")
        #expect(OpenMetricsText.seconds(.milliseconds(2500)) == "2.5")
    }

    @Test("addresses are of this machine itself, or paths")
    func addresses() throws {
        for text in ["127.0.0.1:9847", "127.255.0.3:1", "[::1]:65535", "/run/jobd/metrics.sock"] {
            #expect(MetricsAddress(text)?.description == text)
        }
        for text in [
            "", ":9847", "0.0.0.0:9847", "192.168.1.1:9847", "[::]:9847", "::1:9847", "localhost:9847", "127.0.0.1",
            "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1: 1", "127.0.1:9847", "127.0.0.01:9847",
            "127.0.0.256:9847", "0127.0.0.1:9847", "128.0.0.1:9847", "127.0.0.1.evil.example:9847", "run/x", "/run/",
            "/" + String(repeating: "x", count: 107), "[::1%lo]:9847", "127.0.0.1:9847:1", "127..0.1:1",
        ] {
            #expect(MetricsAddress(text) == nil, "\(text)")
        }
    }
}
