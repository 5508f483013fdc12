import Glibc
import JobStore
import JobStoreSQLite
import Jobs

/// Opens stores as the daemon does, reads all of their jobs, and closes them: for checks of what a power cut leaves.
///
/// The path of a store is a line of stdin; a line of stdout answers it, "ok" and the number of jobs, or what is wrong.
@main
enum StoreProbe {
    static func main() {
        while let path = readLine() {
            do {
                print("ok \(try look(path))")
            } catch {
                print("\(error)".split(whereSeparator: \.isNewline).joined(separator: " "))
            }
            fflush(nil)
        }
    }

    private static let jobsPerPage = 1_000

    private static func look(_ path: String) throws(JobStoreError) -> Int {
        let store = try SQLiteJobStore(path: path)
        defer { store.close() }
        var count = 0
        var page = JobPage(limit: jobsPerPage)
        while true {
            let jobs = try store.jobs(matching: JobFilter(), page: page)
            count += jobs.count
            guard let last = jobs.last else { return count }
            page.before = last.id
        }
    }
}
