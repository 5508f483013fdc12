# jobd: what a person types. Every command first installs the Debian packages it needs, if one is missing.
#
#   make demo           builds jobd and shows it at work on a folder of its own
#   make test           runs all tests
#   make build          the programs, in .build/release
#   make install        copies them, the units, manual pages, completions and the configuration below DESTDIR; run
#                       make build before
#   make deb            a Debian package of all that, in .build/package; runs on this Debian and later ones
#   make lint           format and rules
#   make sanitize       the tests under the thread sanitizer
#   make simulate       the service in a simulated world, many thousand times, with all that can go wrong there
#   make stress         Threading's tests under the thread sanitizer, 100 times in a row
#   make test-systemd   the daemon under a real systemd, in a container; needs root
#   make test-package   the package on plain Debian 12 and 13, under their systemds, and lintian's word; needs root
#   make test-pages     that the manual pages lack nothing that the programs know
#   make test-budget    what the package, its programs and an idle jobd take, against packaging/budget.toml
#   make test-limits    memory, processor and process limits, on a Linux kernel of its own; needs root
#   make test-clocks    jobs while somebody sets the clock, on the same kernel; needs root
#   make test-ordinary  the tests of running commands once more, as an ordinary user; needs root
#   make test-users     who may do what to whose job, by real users; needs root
#   make kill-rounds    kill -9 of jobd under load, 200 times and more; all that it promised must hold
#   make controls       shows that the proofs notice a jobd that breaks its promises
#   make soak           all proofs for an hour, and one page of what came of them
#   make test-power     power cuts: every moment of a recorded jobd under load, and of a real ext4; needs root
#   make fuzz           every decoder under libFuzzer and the address sanitizer, FUZZ_SECONDS each
#   make fuzz-socket    the socket of a real jobd, by clients that say what is right, nearly right and wrong
#   make test-full-disk small file systems are filled under jobd, from outside and by its jobs; needs root
#   make test-storage-errors  calls on the store's files fail, one after the other
#   make bench          measures: jobs a second against a plain C loop, queues and pools against their peers
#   make bench          measures: submits against beanstalkd and Redis, runs against a plain C loop, queues and pools
#                       against their peers

PREFIX ?= /usr/local
DESTDIR ?=
PROGRAMS ?= .build/release

SHELL := /bin/bash
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
unitdir := $(DESTDIR)$(PREFIX)/lib/systemd
shared := $(DESTDIR)$(PREFIX)/share
# Where zsh looks by itself: below /usr Debian leaves site-functions to the administrator.
zsh-folder := $(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

.PHONY: build demo test lint sanitize simulate stress test-systemd test-limits test-clocks test-ordinary test-users
.PHONY: kill-rounds controls soak bench install
.PHONY: bench install
.PHONY: packages packages-systemd packages-limits
.PHONY: test-pages
.PHONY: packages packages-systemd packages-limits packages-pages
.PHONY: deb test-package test-pages test-budget
.PHONY: packages packages-systemd packages-limits packages-deb
.PHONY: packages packages-systemd packages-limits packages-bench
.PHONY: packages packages-systemd packages-limits packages-faults

build: packages
	swift build -c release --static-swift-stdlib --product jobd
	swift build -c release --static-swift-stdlib --product jobctl
	python3 -B packaging/pages/make.py $(PROGRAMS) $(PROGRAMS)/pages

demo: build
	Tests/Demo/demo.sh $(PROGRAMS)

# --- Tests

# $(call run-tests,LOG,FLAGS): all tests, and the whole log in LOG. Says what failed, and always how it ended.
define run-tests
@mkdir -p $(dir $(1))
@echo "building and running the tests; everything they say is in $(1)"
@SWIFT_BACKTRACE=enable=no TSAN_OPTIONS=atexit_sleep_ms=0 timeout 1800 swift test --no-parallel --disable-xctest $(2) >$(1) 2>&1; status=$$?; \
	if [ $$status != 0 ]; then \
		grep -aE '^✘|error:|Fatal error|WARNING: ThreadSanitizer|unexpected signal' $(1) | grep -v 'Test run' | awk '!seen[$$0]++' | head -60; \
		[ $$status != 124 ] || { echo "not done after 30 minutes; the last words:"; tail -5 $(1); }; \
	fi; \
	grep -aE 'Test run with .* (passed|failed)' $(1) || { tail -20 $(1); echo "the tests did not come to an end"; exit 1; }; \
	exit $$status
endef

test: packages
	$(call run-tests,.build/test.log)

# They parse and print on one thread, and take minutes under the sanitizer.
single-threaded := TidyTests\.|JobctlTests\.(JobOptions|StartOptions|EnvironmentOptions|Verb|ControlVerb|JobTable)Tests

sanitize: packages
	$(call run-tests,.build-tsan/test.log,--sanitize=thread --scratch-path .build-tsan --skip '$(single-threaded)')

SIMULATE_SECONDS ?= 20
SIMULATE_SEED ?= $(shell date +%s)
simulate: packages
	swift build -c release --static-swift-stdlib --product simulate
	$(PROGRAMS)/simulate $(SIMULATE_SECONDS) $(SIMULATE_SEED)

STRESS_ROUNDS ?= 100
# A test that expects its process to end badly can hide a warning of the sanitizer: so each log is searched too.
stress: packages
	swift build --build-tests --sanitize=thread --scratch-path .build-tsan
	for round in $$(seq $(STRESS_ROUNDS)); do \
		SWIFT_BACKTRACE=enable=no TSAN_OPTIONS=atexit_sleep_ms=0 timeout 600 \
			swift test --skip-build --no-parallel --disable-xctest --sanitize=thread \
			--scratch-path .build-tsan --filter ThreadingTests. >.build-tsan/stress.log 2>&1 \
			&& ! grep -q 'WARNING: ThreadSanitizer' .build-tsan/stress.log \
			|| { tail -40 .build-tsan/stress.log; echo "round $$round failed"; exit 1; }; \
		[ $$((round % 10)) != 0 ] || echo "$$round rounds passed"; done

test-systemd: build packages-systemd
	swift build -c release --static-swift-stdlib --product unit-probe
	$(SUDO) Tests/RealSystemd/run.sh $(PROGRAMS)

test-package: deb packages-systemd packages-deb
	lintian --allow-root --fail-on error,warning $(package-folder)/*.deb
	$(SUDO) Tests/RealSystemd/package.sh $(package-folder)/*.deb

test-pages: build packages-deb
	Tests/Pages/check.py $(PROGRAMS)

test-budget: deb
	Tests/Budget/measure.py $(package-folder)/*.deb

test-limits: build packages-limits
	$(SUDO) Tests/RealLimits/run.sh $(PROGRAMS)

test-clocks: build packages-limits
	$(SUDO) Tests/RealLimits/run.sh $(PROGRAMS) clocks.sh

# In a folder that such a user may enter, which the checkout's need not be.
test-ordinary: packages
	@swift build --build-tests
	@folder=$$(mktemp --directory) && trap 'rm -r $$folder' EXIT && chmod 755 $$folder && \
		cp .build/debug/jobdPackageTests.xctest $$folder && cd $$folder && \
		$(SUDO) timeout 300 setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent SWIFT_BACKTRACE=enable=no \
			./jobdPackageTests.xctest --testing-library swift-testing --no-parallel --filter '^(JobRunner|Kernel)Tests\.' >log 2>&1; \
		status=$$?; grep -aE '✘|Test run with' log | head -20; exit $$status

test-users: build
	$(SUDO) Tests/Promises/three_users.py $(PROGRAMS)

KILL_ROUNDS ?= 200
kill-rounds: build
	Tests/Promises/history_test.py
	Tests/Promises/kill_rounds.py $(PROGRAMS) $(KILL_ROUNDS)

# In a folder of its own, so that nothing weakened is ever installed or measured.
WEAKENED := .build-weakened
controls: build
	swift build --product jobd --scratch-path $(WEAKENED) -Xswiftc -DWEAKENED --disable-index-store
	Tests/Promises/controls.py $(PROGRAMS) $(WEAKENED)/debug

SOAK_SECONDS ?= 3600
POWER_STATES ?= 10000
POWER_CUTS ?= 40
test-power: build packages-power
	swift build -c release --static-swift-stdlib --product store-probe
	Tests/PowerLoss/power_loss.py $(PROGRAMS) $(POWER_STATES)
	$(SUDO) Tests/PowerLoss/ext4_cuts.py $(PROGRAMS) $(POWER_CUTS)

FULL_DISK_ROUNDS ?= 1
test-full-disk: build packages-faults
	$(SUDO) Tests/Promises/full_disk.py $(PROGRAMS) $(FULL_DISK_ROUNDS)

STORAGE_ERROR_ROUNDS ?= 10
test-storage-errors: build packages-faults
	Tests/Promises/storage_errors.py $(PROGRAMS) $(STORAGE_ERROR_ROUNDS)

soak: build
	swift build -c release --static-swift-stdlib --product simulate
	Tests/Promises/soak.py $(PROGRAMS) $(SOAK_SECONDS)

bench: build packages-bench
	Benchmarks/Submit/run.py $(PROGRAMS)
	Benchmarks/Latency/run.py $(PROGRAMS)
FUZZ_SECONDS ?= 60
fuzz: build
	Tests/Fuzz/run.py $(FUZZ_SECONDS)

FUZZ_SOCKET_SECONDS ?= 30
FUZZ_SOCKET_SEED ?= $(shell date +%s)
fuzz-socket: build
	Tests/Fuzz/live_socket.py $(PROGRAMS) $(FUZZ_SOCKET_SECONDS) $(FUZZ_SOCKET_SEED)

bench: build
	Benchmarks/Growth/run.py $(PROGRAMS) 0 10000 1000000 10000000
	Benchmarks/Spawn/run.py $(PROGRAMS)
	Benchmarks/Output/run.py $(PROGRAMS)
	Benchmarks/peers/run.py
	cd Benchmarks && swift run -c release threading-allocations
	swift build -c release --static-swift-stdlib --product ledger-bench
	$(PROGRAMS)/ledger-bench $(PROGRAMS)

lint: packages
	swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests
	@! grep -rnE '^\s*([a-z@]+ )*import Foundation$$' Sources || { echo "Sources import FoundationEssentials only"; exit 1; }
	@for script in .ci/run Tests/*/*.sh packaging/*.sh packaging/debian/p*; do bash -n $$script || exit 1; done

# --- Install

install:
	@test -x $(PROGRAMS)/jobd -a -x $(PROGRAMS)/jobctl -a -d $(PROGRAMS)/pages || { echo "nothing to install yet: run make build first"; exit 1; }
	install -D -t $(DESTDIR)$(PREFIX)/bin $(PROGRAMS)/jobd $(PROGRAMS)/jobctl
	install -D -m 644 -t $(unitdir)/system systemd/jobd.service systemd/jobd.socket
	install -D -m 644 -t $(unitdir)/user systemd/user/jobd.service systemd/user/jobd.socket
	sed -Ei 's|^(Exec[A-Za-z]+)=/usr/bin/|\1=$(PREFIX)/bin/|' $(unitdir)/system/jobd.service $(unitdir)/user/jobd.service
	install -D -m 644 -t $(unitdir)/system systemd/*.service systemd/*.socket
	install -D -m 644 -t $(unitdir)/user systemd/user/*.service systemd/user/*.socket
	sed -i 's|^ExecStart=/usr/bin/|ExecStart=$(PREFIX)/bin/|' $(unitdir)/{system,user}/jobd*.service
	install -D -m 644 -t $(shared)/man/man1 $(PROGRAMS)/pages/jobctl.1
	install -D -m 644 -t $(shared)/man/man5 $(PROGRAMS)/pages/jobd.toml.5
	install -D -m 644 -t $(shared)/man/man7 $(PROGRAMS)/pages/io.jobd.7
	install -D -m 644 -t $(shared)/man/man8 $(PROGRAMS)/pages/jobd.8
	install -D -m 644 -t $(shared)/bash-completion/completions $(PROGRAMS)/pages/bash/*
	install -D -m 644 -t $(shared)/zsh/$(zsh-folder) $(PROGRAMS)/pages/zsh/*
	install -D -m 644 -t $(shared)/fish/vendor_completions.d $(PROGRAMS)/pages/fish/*
	install -D -m 644 systemd/jobd.preset $(unitdir)/system-preset/50-jobd.preset
	install -D -m 644 systemd/user/jobd.preset $(unitdir)/user-preset/50-jobd.preset
	install -D -m 644 systemd/jobd.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/jobd.conf
	install -D -m 644 systemd/jobd.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/jobd.conf
	test -e $(DESTDIR)/etc/jobd/jobd.toml || install -D -m 644 -t $(DESTDIR)/etc/jobd config/jobd.toml
	install -D -m 644 -t $(shared)/doc/jobd README.md LICENSE
	install -D -m 644 -t $(shared)/doc/jobd/examples/systemd systemd/examples/*

package-folder := .build/package

deb: build packages-deb
	@rm -rf $(package-folder)
	packaging/deb.sh $(PROGRAMS) $(package-folder)

# --- What must be there

packages: needed := curl g++ pkg-config libsodium-dev libsqlite3-dev libsystemd-dev libtomlplusplus-dev python3
packages-systemd: needed := mmdebstrap systemd-container

packages:
	@command -v swift >/dev/null || { echo "swift is missing: install Swift 6.2 or later, https://www.swift.org/install/linux/"; exit 1; }
	@$(install-needed)

packages-limits: needed := mmdebstrap user-mode-linux e2fsprogs

packages-power: needed := e2fsprogs

packages-systemd packages-limits packages-power:
packages-pages: needed := mandoc
packages-deb: needed := binutils dpkg-dev lintian mandoc

packages-systemd packages-limits packages-deb:
packages-bench: needed := beanstalkd redis-server

packages-systemd packages-limits packages-bench:
packages-faults: needed := e2fsprogs
packages-faults: needed := e2fsprogs strace

packages-systemd packages-limits packages-faults:
	@$(install-needed)

define install-needed
command -v dpkg-query >/dev/null || { echo "no Debian here; this must be installed: $(needed)"; exit 0; }; \
missing=$$(for package in $(needed); do \
	[ "$$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] || echo $$package; done); \
[ -z "$$missing" ] || { echo "installing" $$missing; \
	$(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing >/dev/null; }
endef
