import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// Who waits for whom.
    static let depending = [
        JobStoreCheck("what a job waits for comes by id, with its condition, up to a limit") { subject in
            let others = try subject.store.insert((0..<4).map { _ in Samples.job() })
            let conditions: [Dependency.Condition] = [.failed, .succeeded, .ended, .succeeded]
            let dependencies = zip(others, conditions).map { Dependency(on: $0, condition: $1) }
            let id = try subject.store.insert(
                Samples.job(
                    state: .blocked(notBefore: nil), dependencies: dependencies.reversed(),
                    open: [others[1], others[3]])
            )
            for _ in 0..<2 {
                let store = subject.store
                #expect(try store.job(id)?.openDependencies == 2)
                #expect(try store.dependencies(of: id, limit: 9) == dependencies)
                #expect(try store.dependencies(of: id, limit: 2) == Array(dependencies[..<2]))
                #expect(try store.openDependencies(of: id, limit: 9) == [dependencies[1], dependencies[3]])
                #expect(try store.openDependencies(of: id, limit: 1) == [dependencies[1]])
                #expect(try store.dependencies(of: others[0], limit: 9) == [])
                let seen = try store.write { transaction throws(JobStoreError) in try transaction.dependencies(of: id) }
                #expect(seen == dependencies)
                try subject.reopen()
            }
        },
        JobStoreCheck("those who still wait for a job come by id, up to a limit") { subject in
            let ids = try subject.store.insert([Samples.job(), Samples.job()])
            let waiting = try subject.store.insert((0..<4).map { _ in Samples.job(after: ids) })
            try subject.store.settle(waiting[1], on: ids[0])
            for _ in 0..<2 {
                #expect(try subject.store.dependants(of: ids[0]) == [waiting[0], waiting[2], waiting[3]])
                #expect(try subject.store.dependants(of: ids[0], limit: 2) == [waiting[0], waiting[2]])
                #expect(try subject.store.dependants(of: ids[1]) == waiting)
                #expect(try subject.store.dependants(of: waiting[0]) == [])
                #expect(try subject.store.openDependencies(of: waiting[1], limit: 9).map(\.on) == [ids[1]])
                #expect(try subject.store.dependencies(of: waiting[1], limit: 9).map(\.on) == ids)
                try subject.reopen()
            }
        },
        JobStoreCheck("a dependency is settled and opened again, alone") { subject in
            let ids = try subject.store.insert([Samples.job(), Samples.job()])
            let waiting = try subject.store.insert(Samples.job(after: ids))
            for _ in 0..<2 {
                try subject.store.settle(waiting, on: ids[0])
                #expect(try subject.store.dependants(of: ids[0]) == [])
                try subject.store.settle(waiting, on: ids[0])
                try subject.store.write { transaction throws(JobStoreError) in
                    try transaction.setDependency(of: waiting, on: ids[0], isOpen: true)
                }
                #expect(try subject.store.dependants(of: ids[0]) == [waiting])
                try subject.reopen()
            }
        },
        JobStoreCheck("dependencies on jobs that do not exist, and two on the same, are refused") { subject in
            let ids = try subject.store.insert([Samples.job(), Samples.job()])
            let none = JobID(rawValue: 99)
            try subject.expectRefusal(of: "waiting for no job") { transaction throws(JobStoreError) in
                _ = try transaction.insert(Samples.job(after: [ids[0], none]))
            }
            try subject.expectRefusal(of: "waiting for the next job") { transaction throws(JobStoreError) in
                _ = try transaction.insert(Samples.job(after: [JobID(rawValue: ids[1].rawValue + 1)]))
            }
            try subject.expectRefusal(of: "waiting twice") { transaction throws(JobStoreError) in
                _ = try transaction.insert(Samples.job(after: [ids[0], ids[0]]))
            }
            for isOpen in [false, true] {
                try subject.expectRefusal(of: "a dependency that is not there") { transaction throws(JobStoreError) in
                    try transaction.setDependency(of: ids[1], on: ids[0], isOpen: isOpen)
                }
            }
        },
        JobStoreCheck("jobs whose end is to be told are listed by id, once, until they are done") { subject in
            let ids = try subject.store.insert((0..<3).map { _ in Samples.job() })
            try subject.store.write { transaction throws(JobStoreError) in
                for index in [2, 0, 2] { try transaction.addToSettle(ids[index]) }
            }
            for _ in 0..<2 {
                #expect(try subject.store.toSettle() == [ids[0], ids[2]])
                #expect(try subject.store.toSettle(limit: 1) == [ids[0]])
                try subject.reopen()
            }
            for id in [ids[0], ids[1], ids[0]] {
                try subject.store.write { transaction throws(JobStoreError) in try transaction.removeToSettle(id) }
            }
            #expect(try subject.store.toSettle() == [ids[2]])
            try subject.expectRefusal(of: "settling no job") { transaction throws(JobStoreError) in
                try transaction.addToSettle(JobID(rawValue: 99))
            }
        },
    ]
}

extension JobStore {
    func settle(_ job: JobID, on other: JobID) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in
            try transaction.setDependency(of: job, on: other, isOpen: false)
        }
    }

    func dependants(of job: JobID, limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in
            try transaction.dependants(of: job, limit: limit).map(\.job)
        }
    }

    func toSettle(limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in try transaction.jobsToSettle(limit: limit) }
    }
}
