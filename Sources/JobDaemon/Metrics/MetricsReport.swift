import JobProtocol
import JobService
import JobStore
import Jobs

/// All that is counted and measured, at one moment.
struct MetricsReport {
    let version: String
    let started: Timestamp
    let now: Timestamp
    let isDraining: Bool
    let totals: ServiceTotals
    let counts: JobCounts
    let queues: [QueueStatus]
    let usage: DaemonUsage
    let processorTime: Duration
    /// How long the service manager waits for a sign of life; `nil` where it does not.
    let watchdog: Duration?

    /// The text of it in OpenMetrics.
    var text: String {
        var text = OpenMetricsText()
        writeJobs(to: &text)
        writeTotals(to: &text)
        writeTimes(to: &text)
        writeStore(to: &text)
        writeDaemon(to: &text)
        return text.finished()
    }

    /// Those that are configured, and those that have jobs or had some: their names bound the labels.
    private var names: [QueueName] {
        Set(queues.map(\.settings.name)).union(counts.queues.keys).union(totals.queues.keys).sorted()
    }

    private func writeJobs(to text: inout OpenMetricsText) {
        text.begin("jobd_jobs", .gauge, "Jobs by queue and state, ended ones as long as they are kept.")
        for name in names {
            for state in JobState.Name.allCases {
                text.add("", [("queue", name.text), ("state", state.rawValue)], "\(counts[name, state])")
            }
        }
        text.begin("jobd_queue_workers", .gauge, "Jobs of the queue that may run at the same time.")
        for queue in queues { text.add("", [("queue", queue.settings.name.text)], "\(queue.settings.workers)") }
        text.begin("jobd_queue_paused", .gauge, "1 where somebody paused the queue.")
        for queue in queues {
            text.add("", [("queue", queue.settings.name.text)], queue.pause == nil ? "0" : "1")
        }
    }

    private func writeTotals(to text: inout OpenMetricsText) {
        typealias Total = (name: String, help: String, value: (ServiceTotals.Queue) -> UInt64)
        let all: [Total] = [
            ("jobd_jobs_submitted", "Jobs stored since jobd started.", { $0.submitted }),
            ("jobd_attempts_started", "Attempts started since jobd started.", { $0.started }),
            ("jobd_jobs_succeeded", "Jobs that succeeded since jobd started.", { $0.succeeded }),
            ("jobd_jobs_failed", "Jobs that failed for good since jobd started.", { $0.failed }),
            ("jobd_jobs_cancelled", "Jobs that were cancelled since jobd started.", { $0.cancelled }),
            ("jobd_attempts_retried", "Attempts that failed and are followed by another one.", { $0.retried }),
            ("jobd_attempts_lost", "Attempts whose end nobody saw, because jobd or the machine died.", { $0.lost }),
        ]
        for total in all {
            text.begin(total.name, .counter, total.help)
            for name in names {
                text.add("_total", [("queue", name.text)], "\(total.value(totals.queues[name] ?? .init()))")
            }
        }
    }

    private func writeTimes(to text: inout OpenMetricsText) {
        text.begin(
            "jobd_start_latency_seconds", .histogram, unit: "seconds",
            "From the moment when a job could start to the one when its program ran.")
        for (name, queue) in totals.queues.sorted(by: { $0.key < $1.key }) {
            text.add(queue.startLatency, [("queue", name.text)])
        }
        text.begin(
            "jobd_attempt_duration_seconds", .histogram, unit: "seconds", "How long the programs of attempts ran.")
        for (name, queue) in totals.queues.sorted(by: { $0.key < $1.key }) {
            text.add(queue.duration, [("queue", name.text)])
        }
        text.begin(
            "jobd_commit_duration_seconds", .histogram, unit: "seconds", "How long transactions of the store took.")
        text.add(totals.commits)
    }

    private func writeStore(to text: inout OpenMetricsText) {
        gauge("jobd_store_bytes", "The store's main file.", usage.store, to: &text)
        gauge("jobd_store_log_bytes", "The store's write-ahead log.", usage.log, to: &text)
        if let free = usage.free { gauge("jobd_disk_free_bytes", "Free on the disk with the state.", free, to: &text) }
        gauge(
            "jobd_disk_keep_free_bytes", "What must be free there before anything new is stored or started.",
            usage.keepFree, to: &text)
    }

    private func gauge(_ name: String, _ help: String, _ bytes: Int, to text: inout OpenMetricsText) {
        text.begin(name, .gauge, unit: "bytes", help)
        text.add("", [], "\(bytes)")
    }

    private func writeDaemon(to text: inout OpenMetricsText) {
        text.begin("jobd_build", .info, "Which jobd it is.")
        text.add("_info", [("version", version)], "1")
        text.begin("jobd_draining", .gauge, "1 while it starts nothing more because it is about to stop.")
        text.add("", [], isDraining ? "1" : "0")
        text.begin("jobd_connections", .gauge, "Clients that are connected.")
        text.add("", [], "\(usage.connections)")
        text.begin("jobd_uptime_seconds", .gauge, unit: "seconds", "How long jobd has been running, by the wall clock.")
        text.add("", [], OpenMetricsText.seconds(max(now - started, .zero)))
        if let watchdog {
            text.begin(
                "jobd_watchdog_seconds", .gauge, unit: "seconds",
                "How long the service manager waits for a sign of life before it kills jobd.")
            text.add("", [], OpenMetricsText.seconds(watchdog))
        }
        // What every program is watched by; these names are the field's.
        text.begin("process_start_time_seconds", .gauge, unit: "seconds", "When jobd started, since 1970.")
        text.add("", [], OpenMetricsText.seconds(.nanoseconds(started.nanoseconds)))
        text.begin("process_cpu_seconds", .counter, unit: "seconds", "The time of processors that jobd itself used.")
        text.add("_total", [], OpenMetricsText.seconds(processorTime))
        gauge("process_resident_memory_bytes", "Memory of jobd itself that is resident.", usage.memory, to: &text)
        text.begin("process_threads", .gauge, "Threads of jobd.")
        text.add("", [], "\(usage.threads)")
        text.begin("process_open_fds", .gauge, "Files that jobd has open.")
        text.add("", [], "\(usage.openFiles)")
        text.begin("process_max_fds", .gauge, "Files that jobd may have open.")
        text.add("", [], "\(usage.openFileLimit)")
    }
}
