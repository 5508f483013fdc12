#!/bin/bash
# checks.sh WORK ROOT PROGRAMS: what a site relies on when systemd runs jobd. Started by run.sh in its own namespace.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
top=$(realpath "$here/../..")
source "$here/report.sh"
source "$here/machine.sh"
source "$here/units.sh"

# --- Words for the checks below

# submit COMMAND…: the id of a new job of root's.
submit() { guest jobctl add --id-only -- "$@"; }

# told ID FIELD: what jobctl says about a job.
told() { guest jobctl show "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$2"; }
is_told() { [ "$(told "$1" "$2")" = "$3" ]; }

# unit PROPERTY: what systemd says about jobd.service.
unit() { guest systemctl show --value --property "$1" jobd.service; }
is_unit() { [ "$(unit "$1")" = "$2" ]; }

# entries FIELD,… MATCH…: those fields of each journal entry that matches and has the first of them, "|" between them.
entries() {
    local fields=$1
    shift
    guest journalctl --sync
    guest journalctl --quiet --no-pager --output=json "$@" | python3 -c '
import json, sys
fields = sys.argv[1].split(",")
for entry in map(json.loads, sys.stdin):
    if fields[0] in entry: print("|".join(entry.get(field, "-") for field in fields))' "$fields"
}

# configure TEXT: the text of /etc/jobd/jobd.toml.
configure() { cat >"$machine_root/etc/jobd/jobd.toml" <<<"$1"; }

# with_settings TEXT: restarts jobd with these lines added to its [Service] section; without TEXT, as shipped.
with_settings() {
    local folder=$machine_root/etc/systemd/system/jobd.service.d
    mkdir -p "$folder"
    printf '[Service]\n%s\n' "${1:-}" >"$folder/checks.conf"
    guest systemctl daemon-reload
    guest systemctl reset-failed jobd.service
    guest systemctl restart jobd.service
}

# --- The checks, in the order in which they run

units_are_clean() {
    local units=/usr/lib/systemd/system
    # There is no man(1) here to look for the pages.
    expect "what verify says" \
        "$(guest systemd-analyze verify --man=no $units/jobd.{service,socket} 2>&1)" ""
    guest systemd-analyze security --offline=yes --threshold=52 --no-pager $units/jobd.service
}

configuration_is_accepted() {
    guest jobd --check-config
    expect "what is active in the shipped configuration" "$(grep -vE '^(#|$)' "$top/config/jobd.toml" || true)" ""
}

start_means_ready() {
    guest systemctl start jobd.service
    local id
    id=$(submit true) # No waiting in between: this is what the start promised.
    guest jobctl wait "$id"
    expect "the state of the service" "$(unit ActiveState) $(unit SubState)" "active running"
    expect "the state of its socket" "$(guest systemctl is-active jobd.socket)" active
    expect "the socket's mode" "$(guest stat -c %a /run/jobd/jobd.sock)" 666
}

status_is_true() {
    local id
    id=$(submit sleep 60)
    eventually 5 is_told "$id" state running
    eventually 5 status_says_one_runs
    guest jobctl kill "$id"
}
status_says_one_runs() { [[ $(unit StatusText) =~ running\ 1|1\ running ]]; }

journal_by_job() {
    local id
    id=$(guest jobctl add --id-only --name greeting -- sh -c 'echo to stdout; echo to stderr >&2')
    guest jobctl wait "$id"
    expect "the job's lines" \
        "$(entries JOBD_STREAM,MESSAGE,JOBD_JOB,JOBD_ATTEMPT,JOBD_QUEUE,JOBD_NAME,JOBD_USER "JOBD_JOB=$id" | sort)" \
        "stderr|to stderr|$id|1|default|greeting|root
stdout|to stdout|$id|1|default|greeting|root"
    expect_match "what the service's journal holds" "$(guest journalctl --unit jobd --output cat)" "to stdout"
}

journal_once() {
    local id
    id=$(submit seq -f 'the line %g' 1 1000)
    guest jobctl wait "$id"
    expect "the job's lines in the journal" \
        "$(entries JOBD_STREAM,MESSAGE "JOBD_JOB=$id")" "$(seq -f 'stdout|the line %g' 1 1000)"
    expect "what came to the journal on another way than jobd's own" \
        "$(guest journalctl --quiet --unit jobd --output cat _TRANSPORT=stdout)" ""
}

# explained MATCH…: what journalctl -x says to the entries that match.
explained() { guest journalctl --sync && guest journalctl --quiet --no-pager --catalog "$@"; }

journal_explains() {
    local good bad waiting before now
    before=_SYSTEMD_INVOCATION_ID=$(unit InvocationID)
    guest journalctl --update-catalog
    guest systemctl restart jobd.service
    now=_SYSTEMD_INVOCATION_ID=$(unit InvocationID)
    good=$(submit true)
    bad=$(submit sh -c 'exit 3')
    waiting=$(guest jobctl add --id-only --hold -- true)
    guest jobctl wait "$good" "$bad" || true
    guest jobctl release "$waiting"
    guest jobctl wait "$waiting"
    guest jobctl queue pause default
    guest jobctl queue resume default
    guest systemctl reload jobd.service
    expect "the events of good" "$(entries JOBD_EVENT,JOBD_OUTCOME "JOBD_JOB=$good")" "job-succeeded|exited"
    expect "the events of bad" "$(entries JOBD_EVENT,JOBD_EXIT_CODE,PRIORITY "JOBD_JOB=$bad")" "job-failed|3|5"
    expect "the events of waiting" "$(entries JOBD_EVENT,JOBD_BY "JOBD_JOB=$waiting")" \
        $'released|root\njob-succeeded|-'
    expect "the events of the queue" "$(entries JOBD_EVENT,JOBD_BY JOBD_QUEUE=default "$now" | grep queue)" \
        $'queue-paused|root\nqueue-resumed|root'
    expect "how it ended before" "$(entries JOBD_EVENT "$before" | tail -2)" $'daemon-stopping\ndaemon-stopped'
    expect "what it said since" "$(entries JOBD_EVENT "$now" | grep -E 'daemon|configuration')" \
        $'daemon-starting\ndaemon-ready\nconfiguration-reloaded'
    expect_match "what -x says of bad" "$(explained "JOBD_JOB=$bad")" \
        "Subject: Job $bad has failed.*Defined-By: jobd.*jobctl retry $bad"
    expect_match "what -x says of the start" "$(explained "$now" JOBD_EVENT=daemon-ready)" \
        "Subject: jobd [0-9.]+ is ready"
    expect "entries with an id that the catalog does not have" "$(unexplained)" ""
    expect "what is wrong with jobd" "$(guest journalctl --quiet --priority err --output cat "$now")" ""
}

# Ids in jobd's journal that the catalog does not explain.
unexplained() {
    local id
    for id in $(entries MESSAGE_ID _SYSTEMD_UNIT=jobd.service | sort -u); do
        guest journalctl --dump-catalog "$id" >/dev/null 2>&1 || echo "$id"
    done
}

journal_cannot_be_forged() {
    local id forged
    forged=$'x\nMESSAGE_ID=0123456789abcdef0123456789abcdef\nPRIORITY=0\nJOBD_JOB=77777\nJOBD_EVENT=forged'
    id=$(guest jobctl add --id-only --name "$forged" -- sh -c 'printf "%s\n" "$1"; printf "%s\0%s\r%s\n" a "JOBD_JOB=77777" "PRIORITY=0"' sh "$forged")
    guest jobctl wait "$id"
    expect "entries of a job that is none" "$(entries MESSAGE JOBD_JOB=77777)" ""
    expect "events that are none" "$(entries MESSAGE JOBD_EVENT=forged)" ""
    expect "entries of an id that is none" "$(entries MESSAGE MESSAGE_ID=0123456789abcdef0123456789abcdef)" ""
    expect "urgent entries" "$(entries MESSAGE --unit jobd.service --priority 0)" ""
    expect "its lines" "$(entries JOBD_STREAM,PRIORITY "JOBD_JOB=$id" | sort -u)" "stdout|6"
    expect "the end of it" "$(entries JOBD_EVENT,PRIORITY "JOBD_JOB=$id" | sort -u)" "job-succeeded|6"
}

submitter_runs_the_job() {
    # Read twice by the same words: in a login of ada's, and in a job of hers.
    local who='id -u; id -g; id -G; grep -E "^(Uid|Gid|Groups|CapEff|CapPrm|CapInh|CapAmb|NoNewPrivs):" /proc/self/status'
    # But that a job can gain no privileges.
    expect "who the job is" "$(guest_as ada jobctl run -- sh -c "$who")" \
        "$(guest_as ada sh -c "$who" | sed 's/^NoNewPrivs:.*/NoNewPrivs:\t1/')"

    local id
    id=$(guest_as ada jobctl add --id-only -- echo secret)
    guest_as ada jobctl wait "$id"
    expect "the user in the journal" "$(entries JOBD_STREAM,JOBD_USER "JOBD_JOB=$id")" "stdout|ada"
    expect_status 3 guest_as bob jobctl show "$id"
    guest jobctl show "$id"
}

job_starts_clean() {
    local output
    output=$(guest jobctl run -- env)
    for name in NOTIFY_SOCKET LISTEN_FDS WATCHDOG_USEC INVOCATION_ID JOURNAL_STREAM STATE_DIRECTORY SWIFT_BACKTRACE; do
        [[ $'\n'$output != *$'\n'"$name"=* ]] || { echo "the job's environment holds $name"; return 1; }
    done
    expect "the job's signals" "$(guest jobctl run -- grep -E '^Sig(Blk|Ign):' /proc/self/status)" \
        $'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000'
    # 0, 1, 2, and the one by which ls reads the folder.
    expect "the job's descriptors" "$(guest jobctl run -- sh -c 'ls /proc/self/fd' | tr '\n' ' ')" "0 1 2 3 "
}

job_has_a_cgroup() {
    local id path
    id=$(submit sleep 60)
    eventually 5 is_told "$id" state running
    path=$(cgroup_of_job "$id")
    expect_match "the job's cgroup" "$path" "/system.slice/jobd.service/jobd-[0-9a-f]+/job-slot-[0-9]+$"
    guest jobctl kill "$id"
    # The next job may use it again.
    eventually 15 guest sh -c '! test -e "$1" || grep -qx "populated 0" "$1/cgroup.events"' sh "/sys/fs/cgroup$path"
    expect "what systemd leaves to jobd" "$(unit DelegateControllers)" "cpu io memory pids"
}
cgroup_of_job() {
    guest sh -c 'for p in $(pgrep -x sleep); do
        tr "\0" "\n" </proc/$p/environ | grep -qx "JOBD_ID=$1" && sed -n "s/^0:://p" /proc/$p/cgroup; done' sh "$1"
}

stop_drains() {
    local id
    id=$(submit sh -c 'sleep 3; echo done')
    eventually 5 is_told "$id" state running
    guest systemctl stop jobd.service
    expect "how the service ended" "$(unit ActiveState) $(unit Result)" "inactive success"
    guest systemctl start jobd.service
    expect "the job" "$(told "$id" state)" succeeded
    expect "its output" "$(guest jobctl logs "$id")" "done"
}

stop_counts_down() {
    local first second stop
    with_settings TimeoutStopSec=2s
    guest mkfifo /run/first /run/second
    first=$(submit cat /run/first)
    second=$(submit cat /run/second)
    eventually 5 is_told "$second" state running
    guest systemctl stop --no-block jobd.service
    eventually 5 status_matches '^draining: 2 left, [0-9a-z ]+ at most$'
    expect "the state" "$(unit ActiveState)" deactivating
    guest sh -c ': >/run/first'
    eventually 5 status_matches '^draining: 1 left, '
    # A second signal ends the other one now.
    guest systemctl kill --kill-whom=main --signal=TERM jobd.service
    eventually 20 is_unit ActiveState inactive
    expect "how the service ended" "$(unit Result)" success
    with_settings
    expect "the jobs" "$(told "$first" state) $(told "$second" reason)" "succeeded interrupted"
    expect "what the journal has of it" "$(guest journalctl --quiet --unit jobd --output cat --lines 100 |
        grep -c 'asked to stop again')" 1
    guest rm /run/first /run/second
}
status_matches() { [[ $(unit StatusText) =~ $1 ]]; }

crash_in_a_drain() {
    local running waiting late before
    before=$(unit MainPID)
    running=$(guest jobctl add --id-only --retries 1 --backoff 1ms -- sh -c '[ "$JOBD_ATTEMPT" = 2 ] || sleep 600')
    waiting=$(guest jobctl add --id-only --delay 1h -- true)
    eventually 5 is_told "$running" state running
    guest systemctl restart --no-block jobd.service
    eventually 5 status_matches '^draining'
    late=$(submit true)
    guest kill -KILL "$before"
    eventually 10 is_restarted "$before"
    guest jobctl wait "$running" "$late"
    expect "what ran" "$(attempts_of "$running")" "lost exited"
    expect "what waits" "$(told "$waiting" state)" scheduled
    guest jobctl kill "$waiting"
}

submit_starts_the_service() {
    guest systemctl stop jobd.service
    is_unit ActiveState inactive
    expect "what the job says" "$(guest_as ada jobctl run -- echo served)" served
    is_unit ActiveState active
}

crash_loses_only_the_attempt() {
    local finished running waiting before
    before=$(unit MainPID)
    finished=$(submit true)
    guest jobctl wait "$finished"
    # One for each worker, so that the last job must wait.
    for _ in $(seq "$(nproc)"); do running=$(submit sh -c 'setsid sleep 98765 & sleep 98765'); done
    waiting=$(submit echo later)
    eventually 5 is_told "$running" state running
    eventually 5 guest pgrep --full --exact 'sleep 98765'

    guest kill -KILL "$before"
    eventually 10 is_restarted "$before"
    expect "the job that ran" "$(told "$running" state) $(told "$running" reason)" "failed lost"
    expect_status 1 guest pgrep --full --exact 'sleep 98765'
    expect "the job that was over" "$(told "$finished" state)" succeeded
    guest jobctl wait "$waiting"
}
# The new process first: the state may still be that of the old one, which has just gone.
is_restarted() { ! is_unit MainPID "$1" && ! is_unit MainPID 0 && is_unit ActiveState active; }

watchdog_and_long_drain() {
    with_settings $'WatchdogSec=1s\nTimeoutStopSec=2s'
    local id before
    before=$(unit MainPID)
    guest jobctl run -- sleep 3
    expect "the main process after three times the watchdog's limit" "$(unit MainPID)" "$before"
    id=$(submit sleep 6)
    eventually 5 is_told "$id" state running
    guest systemctl stop jobd.service
    expect "how the service ended" "$(unit Result)" success
    with_settings
    expect "the job that ran longer than TimeoutStopSec" "$(told "$id" state)" succeeded
}

# By a debug build: what ships cannot be wedged.
watchdog_names_the_stuck() {
    local thread running finished before begin
    guest mkdir -p /run/wedges
    expect_status 1 guest grep -q JOBD_WEDGE /usr/bin/jobd
    for thread in ledger io; do
        with_settings $'WatchdogSec=3s\nEnvironment=JOBD_WEDGE=/run/wedges\nExecStart=\nExecStart=/usr/lib/jobd-debug/jobd'
        before=$(unit MainPID)
        finished=$(submit true)
        guest jobctl wait "$finished"
        running=$(guest jobctl add --id-only --retries 1 --backoff 1ms -- sh -c 'sleep "$((JOBD_ATTEMPT == 1 ? 60 : 0))"')
        eventually 5 is_told "$running" state running
        begin=$(guest date +@%s)
        guest touch "/run/wedges/$thread"
        guest timeout 1 jobctl status || true # The I/O thread has something to do only when somebody calls.
        eventually 20 is_restarted "$before"
        expect_match "what jobd said, before systemd acted" \
            "$(guest journalctl --quiet --unit jobd --since "$begin" --priority err --output cat "_PID=$before")" \
            "the thread $thread has .*: the watchdog is not fed"
        expect_match "what systemd did" \
            "$(guest journalctl --quiet --since "$begin" --output cat UNIT=jobd.service)" "Watchdog timeout.*SIGABRT"
        expect "the restarts" "$(unit NRestarts)" 1
        guest jobctl wait "$running"
        expect "the attempts of the job that ran" "$(attempts_of "$running")" "lost exited"
        expect "the job that was over" "$(told "$finished" state)" succeeded
    done
    with_settings
}
attempts_of() {
    guest jobctl show "$1" --json | python3 -c '
import json, sys
print(*[attempt["outcome"] for attempt in json.load(sys.stdin)["attempts"]])'
}

reload_is_all_or_nothing() {
    local id process
    process=$(unit MainPID)
    configure '[queues.default]
workers = 7'
    id=$(submit sleep 60)
    eventually 5 is_told "$id" state running
    guest systemctl reload jobd.service
    expect "the workers after a reload" "$(default_workers)" 7
    expect "the running job" "$(told "$id" state)" running
    configure '[queues.default]
workers = "many"'
    expect_status 1 guest systemctl reload jobd.service
    expect "the workers after a reload that failed" "$(default_workers)" 7
    expect_match "what the journal says of it" "$(guest journalctl --quiet --unit jobd --output cat --lines 20)" \
        "jobd.toml:2: queues.default.workers must be a whole number"
    configure ""
    guest systemctl reload jobd.service
    expect "the process, and the restarts" "$(unit MainPID) $(unit NRestarts)" "$process 0"
    guest jobctl kill "$id"
}
default_workers() {
    guest jobctl queue ls --json | python3 -c '
import json, sys
print(next(queue["workers"] for queue in json.load(sys.stdin) if queue["name"] == "default"))'
}

upgrade_in_place() {
    local process id unit late job round
    configure $'[queues.default]\nworkers = 3'
    guest systemctl reload jobd.service
    process=$(unit MainPID)
    id=$(submit sh -c 'echo one; printf t; sleep 3; echo wo; exit 7')
    unit=$(guest jobctl add --id-only --isolation unit -- sh -c 'echo one; sleep 3; echo two; exit 8')
    late=$(guest jobctl add --id-only --isolation unit --timeout 4s -- sleep 60)
    for job in "$id" "$unit" "$late"; do eventually 10 is_told "$job" state running; done
    for round in 1 2 3; do
        expect_match "what the upgrade says" "$(guest jobctl daemon reexec)" "3 running jobs go on"
    done
    expect "the service" "$(unit MainPID) $(unit NRestarts) $(unit ActiveState) $(unit SubState)" \
        "$process 0 active running"
    expect_status 7 guest jobctl wait "$id"
    expect_status 8 guest jobctl wait "$unit"
    expect "what they printed" "$(guest jobctl logs "$id") $(guest jobctl logs "$unit")" $'one\ntwo one\ntwo'
    eventually 10 is_told "$late" reason timeout
    no_unit_is_left
    configure ""
    # A program that cannot start changes nothing.
    guest mv /usr/bin/jobd /usr/bin/jobd.new
    printf '#!/bin/sh\necho broken >&2\nexit 1\n' >"$machine_root/usr/bin/jobd"
    chmod 755 "$machine_root/usr/bin/jobd"
    expect_match "what the refusal says" "$(guest jobctl daemon reexec 2>&1 || true)" "goes on as it was.*broken"
    guest mv /usr/bin/jobd.new /usr/bin/jobd
    expect "what a job says" "$(guest_as ada jobctl run -- echo served)" served
    # The socket is systemd's as before, and the next start gets it again.
    guest systemctl stop jobd.service
    expect "how the service ended" "$(unit Result)" success
    expect "what the job says that starts it again" "$(guest_as ada jobctl run -- echo again)" again
}

wrong_configuration() {
    guest systemctl reset-failed jobd.service
    configure $'[queues.default]\nworkers = "many"'
    expect_status 1 guest systemctl restart jobd.service
    expect "how it ended" "$(unit ActiveState) $(unit ExecMainStatus) $(unit NRestarts)" "failed 78 0"
    expect_match "the journal" "$(guest journalctl --unit jobd --output cat)" "jobd.toml.*queues.default.workers"
    configure ""
    guest systemctl reset-failed jobd.service
    guest systemctl start jobd.service
    expect "what a job says" "$(guest jobctl run -- echo mended)" mended
}

restarts_by_hand_do_not_count() {
    for _ in 1 2 3 4 5 6 7 8; do guest systemctl restart jobd.service; done
    expect "the state of the service" "$(unit ActiveState) $(unit SubState)" "active running"
}

crash_loop_ends() {
    local said
    # Six starts are what the unit allows; the one that runs is counted too, or was long ago.
    for _ in 1 2 3 4 5 6 7; do
        is_unit ActiveState active || break
        guest kill -KILL "$(unit MainPID)"
        eventually 10 is_settled
    done
    expect "the state of the service" "$(unit ActiveState)" failed
    expect_status 4 guest jobctl doctor
    said=$(guest jobctl doctor || true)
    expect_match "what doctor says" "$said" "PROBLEM +service +jobd.service is failed"
    expect_match "what it says to do" "$said" "systemctl reset-failed jobd.service"
    guest systemctl reset-failed jobd.service jobd.socket
    guest systemctl start jobd.socket jobd.service
    expect "what a job says" "$(guest jobctl run -- echo back)" back
}
is_settled() { is_unit ActiveState failed || { is_unit ActiveState active && guest jobctl status >/dev/null; }; }

doctor_knows() {
    local said
    guest systemctl enable jobd.socket jobd.service
    said=$(guest jobctl doctor)
    expect_match "what it says of the service" "$said" "ok +service +jobd.service is active and enabled, by systemd 2"
    expect_match "what it says of its socket" "$said" "ok +socket unit +jobd.socket is active and enabled"
    expect_match "what it says of the socket's file" "$said" "ok +socket +/run/jobd/jobd.sock belongs to root, mode 666"
    expect_match "what it says of the journal" "$said" "ok +journal"
    expect_match "what it says of the clock" "$said" "clock .*the machine started at 20"
    expect_match "the unit in the status" "$(guest jobctl daemon status)" "unit: +jobd.service"
    configure '[queues.default]
workers = "many"'
    expect_status 1 guest jobctl doctor
    expect_match "what it says of a bad file" "$(guest jobctl doctor || true)" \
        "PROBLEM +configuration .*queues.default.workers must be"
    configure '[queues.default]
workers = 3'
    expect_match "what it says of a file that does not hold" "$(guest jobctl doctor)" "note +configuration .*→ 3"
    configure ""
    guest touch /etc/systemd/system/jobd.service.d/checks.conf
    printf '[Service]\nNice=1\n' >"$machine_root/etc/systemd/system/jobd.service.d/checks.conf"
    expect_match "what it says of changed units" "$(guest jobctl doctor)" "warning +service .*daemon-reload"
    with_settings
    guest systemctl stop jobd.socket jobd.service
    expect_status 4 guest jobctl doctor
    said=$(guest jobctl doctor || true)
    expect_match "what it says where nothing runs" "$said" "PROBLEM +daemon +no jobd answers"
    expect_match "what it says of the service then" "$said" "warning +service .*is inactive and enabled"
    guest systemctl start jobd.socket jobd.service
}

metrics_by_http() {
    local answer
    configure '[metrics]
listen = "127.0.0.1:9847"'
    guest systemctl reload jobd.service
    answer=$(guest bash -c 'exec 3<>/dev/tcp/127.0.0.1/9847
        printf "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" >&3; cat <&3')
    expect_match "the answer" "$answer" "^HTTP/1.1 200 OK.*application/openmetrics-text.*jobd_watchdog_seconds 30.0.*# EOF$"
    expect "what jobctl prints" "$(guest jobctl daemon metrics | grep -c '^# TYPE')" "$(grep -c '^# TYPE' <<<"$answer")"
    configure ""
    guest systemctl reload jobd.service
    expect_status 1 guest bash -c 'exec 3<>/dev/tcp/127.0.0.1/9847'
}

unprivileged_group() {
    local id
    guest systemd-sysusers
    guest systemctl disable --now jobd.socket jobd.service
    guest systemctl enable --now jobd-unprivileged.socket jobd-unprivileged.service
    guest gpasswd --add ada jobd
    adas() { guest_as ada env JOBD_SOCKET=/run/jobd/jobd.sock "$@"; }
    expect "as whom ada's job runs" "$(adas jobctl run -- id -un)" jobd
    id=$(submit true)
    guest jobctl wait "$id"
    expect_status 3 adas jobctl show "$id"
    expect_status 5 adas jobctl daemon reload
    expect_status 4 guest_as bob env JOBD_SOCKET=/run/jobd/jobd.sock jobctl add true
    expect_match "what doctor says" "$(guest jobctl doctor)" "ok +service +jobd-unprivileged.service is active and enabled"
    expect_match "what the status says" "$(guest jobctl daemon)" "mode: +unprivileged: all jobs run as jobd"
    for _ in 1 2 3 4 5 6 7; do guest systemctl restart jobd-unprivileged.service; done
    guest systemctl disable --now jobd-unprivileged.socket jobd-unprivileged.service
    guest systemctl enable --now jobd.socket jobd.service
}

user_mode() {
    local runtime
    runtime=/run/user/$(guest id -u ada)
    guest loginctl enable-linger ada
    eventually 20 guest test -S "$runtime/systemd/private"
    ada() { guest_as ada env XDG_RUNTIME_DIR="$runtime" JOBD_SOCKET="$runtime/jobd/jobd.sock" "$@"; }
    expect "what verify says" \
        "$(ada systemd-analyze --user verify --man=no /usr/lib/systemd/user/jobd.{service,socket} 2>&1)" ""
    ada systemctl --user start jobd.service
    expect "who the job is" "$(ada jobctl run -- id -un)" ada
    expect "the socket" "$(guest stat -c '%a %U' "$runtime/jobd/jobd.sock")" "600 ada"
    expect_status 4 guest_as bob env JOBD_SOCKET="$runtime/jobd/jobd.sock" jobctl status
    ada systemctl --user stop jobd.service
    expect "what the job says that starts it again" "$(ada jobctl run -- echo served)" served
}

unit_by_jobctl() {
    local id
    # Not by the jobd of her own that ran before.
    adas() { guest_as ada env JOBD_SOCKET=/run/jobd/jobd.sock "$@"; }
    expect "a job of root's as a unit" "$(guest jobctl run --isolation unit -- echo hello)" hello
    expect "ProtectHome=yes for ada" \
        "$(adas jobctl run --property ProtectHome=yes -- sh -c 'ls /home/ada 2>/dev/null || echo hidden')" hidden
    expect_match "a user's wish for more" \
        "$(adas jobctl add --property AmbientCapabilities=CAP_KILL -- true 2>&1 || true)" "only root's jobs"
    expect_match "a property that is none" \
        "$(guest jobctl add --property ProtectHme=yes -- true 2>&1 || true)" "ProtectHme"
    id=$(guest jobctl add --id-only --isolation unit -- sleep 60)
    eventually 10 is_told "$id" state running
    guest jobctl kill "$id"
    eventually 15 is_told "$id" state cancelled
    no_unit_is_left
    expect_match "what doctor says" "$(guest jobctl doctor)" "ok +units"
}

shutdown_waits_less() {
    local id
    configure $'[daemon]\ndrain_timeout = "10min"\nshutdown_timeout = "2s"'
    guest systemctl restart jobd.service
    id=$(guest jobctl add --id-only --on-interrupt requeue -- sh -c '[ "$JOBD_ATTEMPT" != 1 ] || sleep 600')
    echo "$id" >"$machine_root/root/stopped"
    eventually 5 is_told "$id" state running
    guest systemctl poweroff
    eventually 50 machine_is_off
}
machine_is_off() { ! guest true; }

# After the next boot.
shutdown_lost_nothing() {
    local id
    id=$(guest cat /root/stopped)
    guest systemctl start jobd.service
    guest jobctl wait "$id"
    expect "its attempts" "$(attempts_of "$id")" "interrupted exited"
    expect_match "the journal of the boot before" \
        "$(guest journalctl --quiet --boot -1 --unit jobd --output cat)" \
        "the machine shuts down: running jobs have [12]s to end"
}

# --- The run

trap stop_machine EXIT
trap 'exit 130' INT TERM
prepare_machine "$1" "$2"
make --silent --directory="$top" install DESTDIR="$machine_root" PREFIX=/usr PROGRAMS="$3" >/dev/null
install "$3/unit-probe" "$machine_root/usr/bin/"
# A build of which threads can be wedged, and what it needs that Debian does not have.
install -D "$3/../debug/jobd" "$machine_root/usr/lib/jobd-debug/jobd"
ldd "$3/../debug/jobd" | awk '$3 ~ /swift/ { print $3 }' | while read -r library; do
    install -D "$library" "$machine_root$library"
done
boot_machine
echo "# $(guest systemctl --version | head -1), kernel $(uname -r)"

check "the units are clean" units_are_clean
check "the shipped configuration is accepted, and is the defaults" configuration_is_accepted
check "systemctl start returns when a submit works" start_means_ready
check "systemctl status tells how many jobs run" status_is_true
check "journalctl finds a job's lines by its id, with all fields" journal_by_job
check "each line is in the journal once and in order" journal_once
check "journal: every event has an id, its fields and an explanation that journalctl -x shows" journal_explains
check "journal: nothing that a job prints, and no name, becomes a field" journal_cannot_be_forged
check "a user's job has exactly the rights of that user, and no other user sees it" submitter_runs_the_job
check "a job inherits neither environment nor signals nor descriptors from jobd" job_starts_clean
check "a running job has a cgroup of its own below jobd's, which is empty after it" job_has_a_cgroup
check "systemctl stop lets a running job finish" stop_drains
check "stop: the status counts down, and a second signal cuts the wait short" stop_counts_down
check "stop: a crash during the drain loses nothing" crash_in_a_drain
check "a submit starts the stopped service and is served" submit_starts_the_service
check "after kill -9 jobd is back, the running job is lost and its processes gone" crash_loses_only_the_attempt
check "the watchdog is fed, and a drain may outlast TimeoutStopSec" watchdog_and_long_drain
check "watchdog: a stuck thread is named, systemd ends jobd with SIGABRT, and the next one recovers" \
    watchdog_names_the_stuck
check "a reload has happened when systemctl returns, or changes nothing and fails" reload_is_all_or_nothing
check "an upgrade keeps the process, and running jobs and units go on" upgrade_in_place
check "a wrong configuration ends with status 78 and is not tried again" wrong_configuration
check "restarts by hand are not taken for a daemon that cannot stay up" restarts_by_hand_do_not_count
check "a daemon that cannot stay up ends as failed, and doctor says how to go on" crash_loop_ends
check "jobctl doctor says what is well, what is not, and what to do" doctor_knows
check "metrics are fetched over HTTP where the configuration says, and nowhere else" metrics_by_http
check "members of the group jobd submit to the jobd without privileges, and see their own jobs" unprivileged_group
check "a user's own jobd works under the user's systemd" user_mode
unit_checks
check "jobctl runs a job as a unit, and says what it refuses" unit_by_jobctl
check "stop: a shutdown of the machine waits for shutdown_timeout at most" shutdown_waits_less
stop_machine
boot_machine
check "stop: what a shutdown interrupted runs again after the next boot" shutdown_lost_nothing
finish
