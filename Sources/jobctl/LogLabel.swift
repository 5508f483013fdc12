import JobClient

/// What lines of one of several jobs begin with.
struct LogLabel: Hashable, Sendable {
    let id: Int64
    /// Of one width for all jobs.
    let text: String

    private static let colours: [Colour] = [.cyan, .yellow, .green]
    private static let widest = 20

    /// The labels of these jobs: a name that no other of them has, else the number.
    static func labels(_ ids: [Int64], _ client: JobClient, isColoured: Bool) throws -> [Int64: LogLabel] {
        let jobs = try client.jobs(ids)
        return labels(ids.map { (id: $0, name: jobs[$0]?.name) }, isColoured: isColoured)
    }

    static func labels(_ jobs: [(id: Int64, name: String?)], isColoured: Bool) -> [Int64: LogLabel] {
        let names = Dictionary(jobs.compactMap { job in job.name.map { ($0, 1) } }, uniquingKeysWith: +)
        let titles = jobs.map { job in
            if let name = job.name, names[name] == 1 {
                return PrintableText.cut(PrintableText.escaped(name), to: widest)
            }
            return "\(job.id)"
        }
        let width = titles.map { PrintableText.width($0) }.max() ?? 0
        var labels: [Int64: LogLabel] = [:]
        for (place, job) in jobs.enumerated() {
            let padding = String(repeating: " ", count: width - PrintableText.width(titles[place]))
            let text = "\(titles[place])\(padding) |"
            labels[job.id] = LogLabel(
                id: job.id, text: (isColoured ? colours[place % colours.count].paint(text) : text) + " ")
        }
        return labels
    }
}
