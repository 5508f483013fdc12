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
#   make test-ordinary  the tests of running commands once more, as an ordinary user; needs root
#   make test-users     who may do what to whose job, by real users; needs root
#   make test-systemd   the daemon under real systemds, 252 and 257, in containers; needs root
#   make test-limits    memory, processor and process limits, on a Linux kernel of its own; needs root
#   make test-clocks    jobs while somebody sets the clock, on the same kernel; needs root
#
#   Proofs of what jobd promises:
#   make kill-rounds    kill -9 of jobd under load, 200 times and more
#   make upgrade-rounds upgrades of jobd in place under load, 100 times and more
#   make test-power     power cuts: every moment of a recorded jobd under load, and of a real ext4; needs root
#   make test-full-disk small file systems are filled under jobd, from outside and by its jobs; needs root
#   make test-storage-errors
#                       calls on the store's files fail, one after the other
#   make fuzz           every decoder under libFuzzer and the address sanitizer, FUZZ_SECONDS each (FUZZ_SEED=1:
#                       the same way again)
#   make fuzz-socket    the socket of a real jobd, by clients that say what is right, nearly right and wrong
#   make controls       shows that the proofs notice a jobd that breaks its promises
#   make soak           all proofs for an hour, and one page of what came of them
#
#   make test-pages     that the manual pages lack nothing that the programs know
#   make test-budget    what the package, its programs and an idle jobd take, against packaging/budget.toml
#   make test-package   the package on plain Debian 12 and 13, under their systemds, and lintian's word; needs root
#   make bench          measures: submits against beanstalkd and Redis, runs against a plain C loop, queues and pools
#                       against their peers, and what millions of waiting jobs cost

PREFIX ?= /usr/local
DESTDIR ?=
PROGRAMS ?= .build/release
pages = $(PROGRAMS)/pages

SHELL := /bin/bash
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
unitdir := $(DESTDIR)$(PREFIX)/lib/systemd
shared := $(DESTDIR)$(PREFIX)/share
# Where zsh looks by itself: below /usr Debian leaves site-functions to the administrator.
zsh-folder := $(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

.PHONY: build demo test lint sanitize simulate stress test-ordinary test-users test-systemd test-limits test-clocks
.PHONY: kill-rounds upgrade-rounds controls test-power test-full-disk test-storage-errors fuzz fuzz-socket soak
.PHONY: test-package test-pages test-budget bench install deb
.PHONY: packages packages-systemd packages-limits packages-power packages-faults packages-deb packages-bench

build: packages
	swift build -c release --static-swift-stdlib --product jobd
	swift build -c release --static-swift-stdlib --product jobctl
	@[ -e $(pages)/made ] && [ -z "$$(find $(PROGRAMS)/jobd $(PROGRAMS)/jobctl packaging/pages config systemd/jobd.catalog -newer $(pages)/made)" ] \
		|| { echo "making the manual pages"; python3 -B packaging/pages/make.py $(PROGRAMS) $(pages) && touch $(pages)/made; }

demo: build
	Tests/Demo/demo.sh $(PROGRAMS)

# --- Tests

# $(call run-tests,FOLDER,BUILD FLAGS,TEST FLAGS): all tests, as built in that folder, and the whole log there. Says what
# failed, and always how it ended. The tests' own program is called: swift test would keep the folder locked meanwhile.
define run-tests
@echo "building and running the tests; everything they say is in $(1)/test.log"
@mkdir -p $(1) && swift build --build-tests --scratch-path $(1) $(2) >$(1)/build.log 2>&1 \
		|| { grep -aE 'error:|warning:' $(1)/build.log | head -40; tail -3 $(1)/build.log; exit 1; }
@NO_COLOR=1 SWIFT_BACKTRACE=enable=no TSAN_OPTIONS=atexit_sleep_ms=0 timeout 1800 $(1)/debug/jobdPackageTests.xctest \
		--testing-library swift-testing --no-parallel $(3) >$(1)/test.log 2>&1; status=$$?; \
	if [ $$status != 0 ]; then \
		grep -aE '^✘|error:|Fatal error|WARNING: ThreadSanitizer|unexpected signal' $(1)/test.log | grep -v 'Test run' | awk '!seen[$$0]++' | head -60; \
		[ $$status != 124 ] || { echo "not done after 30 minutes; the last words:"; tail -5 $(1)/test.log; }; \
	fi; \
	grep -aE 'Test run with .* (passed|failed)' $(1)/test.log || { tail -20 $(1)/test.log; echo "the tests did not come to an end"; exit 1; }; \
	exit $$status
endef

test: packages
	$(call run-tests,.build)

# They parse and print on one thread, and take minutes under the sanitizer.
single-threaded := TidyTests\.|JobctlTests\.(JobOptions|StartOptions|EnvironmentOptions|Verb|ControlVerb|JobTable)Tests

sanitize: packages
	$(call run-tests,.build-tsan,--sanitize=thread,--skip '$(single-threaded)')

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
	swift build --product jobd # Beside the release one: threads of a debug build can be wedged.
	$(SUDO) Tests/RealSystemd/both.sh $(PROGRAMS)

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

# --- Proofs

KILL_ROUNDS ?= 200
kill-rounds: build
	Tests/Promises/history_test.py
	Tests/Promises/kill_rounds.py $(PROGRAMS) $(KILL_ROUNDS)

UPGRADE_ROUNDS ?= 100
upgrade-rounds: build
	Tests/Promises/upgrade_rounds.py $(PROGRAMS) $(UPGRADE_ROUNDS)

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

FUZZ_SECONDS ?= 60
fuzz: build
	Tests/Fuzz/run.py $(FUZZ_SECONDS)

FUZZ_SOCKET_SECONDS ?= 30
FUZZ_SOCKET_SEED ?= $(shell date +%s)
fuzz-socket: build
	Tests/Fuzz/live_socket.py $(PROGRAMS) $(FUZZ_SOCKET_SECONDS) $(FUZZ_SOCKET_SEED)

# In a folder of its own, so that nothing weakened is ever installed or measured.
WEAKENED := .build-weakened
controls: build packages-faults
	for product in jobd store-probe; do \
		swift build --product $$product --scratch-path $(WEAKENED) -Xswiftc -DWEAKENED --disable-index-store || exit 1; done
	Tests/Promises/controls.py $(PROGRAMS) $(WEAKENED)/debug

SOAK_SECONDS ?= 3600
soak: build packages-power packages-faults
	swift build -c release --static-swift-stdlib --product simulate
	swift build -c release --static-swift-stdlib --product store-probe
	Tests/Promises/soak.py $(PROGRAMS) $(SOAK_SECONDS)

bench: build packages-bench
	Benchmarks/Submit/run.py $(PROGRAMS)
	Benchmarks/Latency/run.py $(PROGRAMS)
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
	@test -x $(PROGRAMS)/jobd -a -x $(PROGRAMS)/jobctl -a -e $(pages)/made || { echo "nothing to install yet: run make build first"; exit 1; }
	install -D -t $(DESTDIR)$(PREFIX)/bin $(PROGRAMS)/jobd $(PROGRAMS)/jobctl
	install -D -m 644 -t $(unitdir)/system systemd/*.service systemd/*.socket
	install -D -m 644 -t $(unitdir)/user systemd/user/*.service systemd/user/*.socket
	sed -Ei 's|^(Exec[A-Za-z]+)=/usr/bin/|\1=$(PREFIX)/bin/|' $(unitdir)/{system,user}/jobd*.service
	install -D -m 644 -t $(shared)/man/man1 $(pages)/jobctl.1
	install -D -m 644 -t $(shared)/man/man5 $(pages)/jobd.toml.5
	install -D -m 644 -t $(shared)/man/man7 $(pages)/io.jobd.7
	install -D -m 644 -t $(shared)/man/man8 $(pages)/jobd.8
	install -D -m 644 -t $(shared)/bash-completion/completions $(pages)/bash/*
	install -D -m 644 -t $(shared)/zsh/$(zsh-folder) $(pages)/zsh/*
	install -D -m 644 -t $(shared)/fish/vendor_completions.d $(pages)/fish/*
	install -D -m 644 systemd/jobd.preset $(unitdir)/system-preset/50-jobd.preset
	install -D -m 644 systemd/user/jobd.preset $(unitdir)/user-preset/50-jobd.preset
	install -D -m 644 systemd/jobd.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/jobd.conf
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/systemd/catalog systemd/jobd.catalog
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
packages-limits: needed := mmdebstrap user-mode-linux e2fsprogs
packages-power: needed := e2fsprogs
packages-faults: needed := e2fsprogs strace
packages-deb: needed := binutils dpkg-dev lintian mandoc
packages-bench: needed := beanstalkd redis-server

packages:
	@command -v swift >/dev/null || { echo "swift is missing: install Swift 6.2 or later, https://www.swift.org/install/linux/"; exit 1; }
	@$(install-needed)

packages-systemd packages-limits packages-power packages-faults packages-deb packages-bench:
	@$(install-needed)

define install-needed
command -v dpkg-query >/dev/null || { echo "no Debian here; this must be installed: $(needed)"; exit 0; }; \
missing=$$(for package in $(needed); do \
	[ "$$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] || echo $$package; done); \
[ -z "$$missing" ] || { echo "installing" $$missing; \
	$(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing >/dev/null; }
endef
