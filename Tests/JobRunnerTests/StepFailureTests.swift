import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

#if arch(x86_64) || arch(arm64)
    /// Each step on the way to a running program fails, or does nothing and says that it did: the command never runs.
    @Suite(.serialized, .enabled(if: SystemCallFilter.isPossible))
    struct StepFailureTests {
        /// One system call of the child, and the step that it belongs to.
        struct Step: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let call: SystemCallFilter.Call
            let step: StartStep
            /// Where the lie is found out, if that is another step.
            var found: StartStep?
            /// The error that stands for failure; 0 where a failure is no obstacle, and only the lie is one.
            var code = EPERM
            /// It only looks: a lie changes nothing of what was done.
            var onlyFails = false
            var before: @Sendable () throws -> Void = {}
        }

        private static let isRoot = geteuid() == 0

        static let steps: [Step] = everybodys + (isRoot ? roots : [])

        private static let everybodys: [Step] = [
            Step("rt_sigaction to reset", .sigaction.without(1, 0), .signals, before: ignoreAndKeep),
            Step("rt_sigaction to look", .sigaction.with(1, 0), .signals),
            Step("setsid", .setsid, .session),
            Step("fcntl F_DUPFD", .fcntl.with(1, F_DUPFD), .descriptors),
            Step("dup3", .dup3, .descriptors),
            Step("statx", .statx, .descriptors),
            Step("ioprio_set", .ioprioSet, .ioPriority),
            Step("ioprio_get", .ioprioGet, .ioPriority),
            Step("setpriority", .setpriority, .priority),
            Step("getpriority", .getpriority, .priority),
            Step("umask", .umask, .fileMask),
            Step("prlimit64", .prlimit, .limits),
            Step("keyctl", .keyctl, .keyring, code: EACCES),
            Step("chdir", .chdir, .directory),
            Step("openat of the input", .openat.with(2, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), .input),
            Step("close_range", .closeRange, .descriptors),
            Step("fcntl F_GETFD", .fcntl.with(1, F_GETFD), .descriptors, code: 0),
            Step("rt_sigprocmask", .sigprocmask.with(0, SIG_UNBLOCK), .signals),
            Step("execve", .execve, .execute),
        ]

        private static let roots: [Step] = [
            Step("openat of oom_score_adj", .openat.with(2, O_RDWR | O_CLOEXEC), .outOfMemoryScore),
            Step("write to oom_score_adj", .write.with(2, 1), .outOfMemoryScore),
            Step("pread of oom_score_adj", .pread, .outOfMemoryScore),
            Step("setgroups", .setgroups, .groups, found: .identityCheck),
            Step("setresgid", .setresgid, .group, found: .identityCheck),
            Step("prctl PR_SET_SECUREBITS", .prctl.with(0, SystemCallFilter.Option.setSecureBits), .capabilities) {
                // SECBIT_NO_SETUID_FIXUP: who leaves root keeps its capabilities.
                try SystemCallFilter.prctl(SystemCallFilter.Option.setSecureBits, 4)
            },
            Step("prctl PR_CAPBSET_DROP", .prctl.with(0, SystemCallFilter.Option.dropBounding), .capabilities),
            Step(
                "prctl PR_CAPBSET_READ", .prctl.with(0, SystemCallFilter.Option.readBounding), .capabilities,
                onlyFails: true),
            Step("setresuid", .setresuid, .user, found: .identityCheck),
            Step("capset", .capset, .capabilities) { try Capabilities.makeInheritable() },
            Step("capget", .capget, .capabilities),
            Step("getresuid", .getresuid, .identityCheck),
            Step("getresgid", .getresgid, .identityCheck),
            Step("getgroups", .getgroups, .identityCheck),
            Step("setuid back to root", .setuid, .identityCheck, code: 0),
            Step(
                "prctl PR_SET_NO_NEW_PRIVS", .prctl.with(0, SystemCallFilter.Option.noNewPrivileges), .noNewPrivileges),
        ]

        /// A signal that is ignored, so that there is something to reset.
        private static let ignoreAndKeep: @Sendable () throws -> Void = { signal(SIGUSR2, SIG_IGN) }

        @Test("a step that fails is named, and nothing runs", arguments: steps, [false, true])
        func fails(step: Step, withoutClone3: Bool) throws {
            guard step.code != 0 else { return }
            let outcome = try run(step, code: step.code, withoutClone3: withoutClone3)
            guard case .couldNotStart(step.step, _) = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }

        @Test(
            "a step that does nothing and says that it did is found out, and nothing runs", arguments: steps,
            [false, true])
        func lies(step: Step, withoutClone3: Bool) throws {
            guard !step.onlyFails else { return }
            let outcome = try run(step, code: 0, withoutClone3: withoutClone3)
            guard case .couldNotStart(step.found ?? step.step, _) = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }

        @Test("without a filter the same order runs", arguments: [false, true])
        func control(withoutClone3: Bool) throws {
            #expect(try run(nil, code: 0, withoutClone3: withoutClone3) == .exited(code: 0))
        }

        @Test(
            "a cgroup that cannot be joined is named, and nothing runs", .enabled(if: Keeping.hasCgroups),
            arguments: [EPERM, 0])
        func cgroup(code: Int32) throws {
            let calls: [SystemCallFilter.Call] = [
                .openat.without(0, AT_FDCWD).with(2, O_WRONLY | O_CLOEXEC), .write.with(2, 1),
            ]
            for call in calls {
                let harness = try RunnerHarness(.cgroup)
                let (runner, order) = (harness.runner, harness.order(["/bin/touch", harness.folder.file("ran")]))
                let outcome = try SystemCallFilter.with([SystemCallFilter.withoutClone3, call.failing(code)]) {
                    runner.run(order, control: AttemptControl()).outcome
                }
                guard case .couldNotStart(.cgroup, _) = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect(!harness.folder.exists("ran"))
            }
        }

        /// Runs an order for which every step has something to do, under a filter, and sees to it that it ran or not.
        private func run(_ step: Step?, code: Int32, withoutClone3: Bool) throws -> Outcome {
            defer { signal(SIGUSR2, SIG_DFL) }
            if Self.isRoot { try FileContent.write("1", to: "/proc/self/oom_score_adj") }
            defer { if Self.isRoot { try? FileContent.write("0", to: "/proc/self/oom_score_adj") } }
            let harness = try RunnerHarness(.session)
            try #require(chmod(harness.folder.path, 0o777) == 0)
            let input = try harness.folder.write([], to: "input")
            let nobody = Self.isRoot ? try Account.named("nobody") : nil
            let order = harness.order(
                ["/bin/touch", harness.folder.file("ran")],
                submitter: nobody.map { Submitter(user: $0.user, group: $0.group) } ?? RunnerHarness.ownSubmitter,
                surroundings: Surroundings(
                    fileMask: 0o077, nice: 7, ioPriority: .idle, limits: ProcessLimits([.openFiles: .init(99)]),
                    input: .file(input)))
            let rules =
                [step?.call.failing(code)].compactMap { $0 } + (withoutClone3 ? [SystemCallFilter.withoutClone3] : [])
            let runner = harness.runner
            let nothing: @Sendable () throws -> Void = {}
            let outcome = try SystemCallFilter.with(rules, before: step?.before ?? nothing) {
                runner.run(order, control: AttemptControl()).outcome
            }
            #expect(harness.folder.exists("ran") == (outcome == .exited(code: 0)))
            #expect(try harness.processes() == [])
            return outcome
        }
    }

    extension StepFailureTests.Step {
        init(
            _ name: String, _ call: SystemCallFilter.Call, _ step: StartStep, found: StartStep? = nil,
            code: Int32 = EPERM,
            onlyFails: Bool = false, before: @escaping @Sendable () throws -> Void = {}
        ) {
            testDescription = name
            self.call = call
            self.step = step
            self.found = found
            self.code = code
            self.onlyFails = onlyFails
            self.before = before
        }
    }
#endif
