import Jobs
import Testing

/// What jobs take while they run, and what they wait for.
struct ResourceTests {
    @Test(
        "a resource is read from what was written",
        arguments: [
            Resource.named("gpu"), .named(""), .named("a:b:c"), .named("n:x"), .limit("key", user: 0),
            .limit("", user: 7), .limit("a:b", user: .max), .limit("grüße", user: 1_000),
        ])
    func roundTrip(resource: Resource) {
        #expect(Resource(text: resource.text) == resource)
    }

    @Test("other texts are no resources", arguments: ["", "n", "l", "x:gpu", "l:1", "l:x:key", "l:-1:key", "gpu"])
    func bad(text: String) {
        #expect(Resource(text: text) == nil)
    }

    @Test("users' limits are their own, and no resource of the configuration has their names")
    func apart() {
        let texts = [Resource.limit("a", user: 1), .limit("a", user: 11), .named("a"), .named("1:a")].map(\.text)
        #expect(Set(texts).count == texts.count)
    }

    @Test("a job takes what it needs and one of each limit, by name")
    func requirements() {
        let spec = JobSpec(
            command: Command(arguments: ["true"]), needs: ["b": 2, "a": 1], limits: ["y": 3, "x": 1])
        #expect(
            SampleJob.job(.succeeded, spec: spec).requirements == [
                Requirement(resource: .named("a"), amount: 1), Requirement(resource: .named("b"), amount: 2),
                Requirement(resource: .limit("x", user: 1_000), amount: 1, bound: 1),
                Requirement(resource: .limit("y", user: 1_000), amount: 1, bound: 3),
            ])
    }

    @Test("a dependency is met by the ends that it names, and by nothing before the end")
    func dependencies() {
        typealias Condition = Dependency.Condition
        for state in JobState.Name.allCases where !state.isFinal {
            #expect(Condition.allCases.allSatisfy { $0.isMet(by: state) == nil })
        }
        func met(_ condition: Condition) -> [Bool?] {
            [JobState.Name.succeeded, .failed, .cancelled].map { condition.isMet(by: $0) }
        }
        #expect(met(.succeeded) == [true, false, false])
        #expect(met(.ended) == [true, true, true])
        #expect(met(.failed) == [false, true, true])
    }

    @Test("a delay counts from the submit, a time is itself")
    func startTimes() {
        #expect(StartTime.after(.seconds(5)).instant(submitted: SampleJob.then) == SampleJob.then + .seconds(5))
        #expect(StartTime.at(SampleJob.now).instant(submitted: SampleJob.then) == SampleJob.now)
        let farAway = StartTime.after(.seconds(Int64.max)).instant(submitted: SampleJob.now)
        #expect(farAway == Timestamp(nanoseconds: .max))
    }
}
