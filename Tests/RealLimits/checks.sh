#!/bin/bash
# checks.sh: what limits do to jobs, and what jobd says of it. Runs as root on the machine that run.sh boots.
set -euo pipefail

cd "$(dirname "$(realpath "$0")")"
source ./words.sh

# What a job runs to see its own limits; in the order of the kernel's files below.
own_limits='cd "/sys/fs/cgroup$(sed -n "s/^0:://p" /proc/self/cgroup)"
    cat memory.max memory.swap.max memory.oom.group cpu.max pids.max'

mebibytes=$((1024 * 1024))

# --- The checks, in the order in which they run

job_has_its_limits() {
    expect "the files of a job with limits" \
        "$(jobctl run --memory 40M --swap 0 --cpu 20% --tasks 5 -- sh -c "$own_limits" | tr '\n' ' ')" \
        "$((40 * mebibytes)) 0 1 20000 100000 5 "
    expect "the files of a job without" \
        "$(jobctl run -- sh -c "$own_limits" | tr '\n' ' ')" "max max 1 max 100000 max "
}

memory_ends_the_whole_job() {
    local neighbour hog helper before
    before=$(unit MainPID)
    neighbour=$(submit --memory 40M -- sleep 60)
    eventually 10 is_told "$neighbour" state running
    hog=$(submit --memory 40M --swap 0 -- sh -c 'sleep 600 & echo $! >/run/helper; head -c 100M /dev/zero | tail')
    ends_as "$hog" failed outOfMemory
    expect_match "the reason" "$(told "$hog" reason)" "out of memory"
    between "the peak" "$(told "$hog" peakMemoryBytes)" $((38 * mebibytes)) $((40 * mebibytes))
    helper=$(</run/helper)
    eventually 2 is_gone "$helper"
    expect "the job beside it" "$(told "$neighbour" state)" running
    jobctl kill "$neighbour"
    expect "jobd" "$(unit ActiveState) $(unit MainPID) $(unit NRestarts)" "active $before 0"
    expect "what a job says after it" "$(jobctl run -- echo well)" well
}

tasks_stop_a_fork_bomb() {
    local bomb
    bomb=$(submit --tasks 5 -- sh -c 'sh -c "while :; do sleep 60 & done"; exec sleep 60')
    eventually 15 cannot_fork "$bomb"
    expect "what a job beside it says" \
        "$(jobctl run -- sh -c 'for i in $(seq 20); do sleep 0.1 & done; wait; echo forked')" forked
    jobctl kill "$bomb"
}
cannot_fork() { [[ $(jobctl logs "$1" 2>&1) == *"Cannot fork"* ]]; }

processor_time_is_shared_out() {
    local limited free
    limited=$(submit --cpu 20% -- timeout 3 sh -c 'while :; do :; done')
    free=$(submit -- timeout 3 sh -c 'while :; do :; done')
    ends_as "$limited" failed exited
    ends_as "$free" failed exited
    between "the limited job's milliseconds" "$(used "$limited")" 300 1200
    between "the other's" "$(used "$free")" 1400 4000
}
used() { echo $(($(told "$1" userMilliseconds) + $(told "$1" systemMilliseconds))); }

costs_are_told() {
    local big small
    big=$(submit -- sh -c 'head -c 20M /dev/zero | tail | wc -c; sleep 1')
    ends_as "$big" succeeded
    between "the peak" "$(told "$big" peakMemoryBytes)" $((20 * mebibytes)) $((80 * mebibytes))
    between "the wall time in ms" "$(told "$big" wallMilliseconds)" 1000 10000
    between "the start latency in us" "$(told "$big" startLatencyMicroseconds)" 1 5000000
    between "the faults from memory" "$(told "$big" minorFaults)" 1000 1000000
    between "the faults from a disk" "$(told "$big" majorFaults)" 0 1000000
    small=$(submit -- true)
    ends_as "$small" succeeded
    between "the peak of the job after it" "$(told "$small" peakMemoryBytes)" 1 $((10 * mebibytes))
}

queue_has_defaults_and_ceilings() {
    expect "a job that asks for nothing" \
        "$(jobctl run --queue small -- sh -c "$own_limits" | tr '\n' ' ')" "$((64 * mebibytes)) max 1 max 100000 10 "
    expect "a job that asks for less" \
        "$(jobctl run --queue small --memory 32M --tasks 5 -- sh -c "$own_limits" | tr '\n' ' ')" \
        "$((32 * mebibytes)) max 1 max 100000 5 "
    expect "a job that asks for more" \
        "$(jobctl run --queue small --memory 80M --tasks 15 -- sh -c "$own_limits" | tr '\n' ' ')" \
        "$((80 * mebibytes)) max 1 max 100000 15 "
    local answer
    answer=$(jobctl add --queue small --memory 128M -- true 2>&1) && { echo "it was accepted: $answer"; return 1; }
    expect_match "what jobctl says of too much" "$answer" "more than queue small allows"
}

# This kernel weighs no disk.
limit_that_cannot_hold_is_refused() {
    local answer
    answer=$(jobctl add --io-weight 50 -- true 2>&1) && { echo "it was accepted: $answer"; return 1; }
    expect_match "what jobctl says" "$answer" "weight"
}

# The unit's own limit is systemd's, for jobd and all jobs together; it may sink below what they use. This kernel then
# sometimes ends one process more, whose turn it was while the first one's memory was being taken back: the neighbour,
# never jobd.
lowered_below_what_is_used() {
    local hog neighbour before
    before=$(unit MainPID)
    neighbour=$(submit -- sleep 60)
    hog=$(submit -- perl -e '$| = 1; $x = "x" x 64_000_000; print "ready\n"; sleep 60')
    eventually 30 has_printed "$hog" ready
    systemctl set-property --runtime jobd.service MemoryMax=64M MemorySwapMax=0
    ends_as "$hog" failed outOfMemory
    systemctl set-property --runtime jobd.service MemoryMax=infinity MemorySwapMax=infinity
    jobctl kill "$neighbour" || true
    expect "jobd" "$(unit ActiveState) $(unit MainPID) $(unit NRestarts)" "active $before 0"
    expect "the scores of jobd and of a job" \
        "$(cat /proc/"$before"/oom_score_adj) $(jobctl run -- cat /proc/self/oom_score_adj)" "-500 0"
}
has_printed() { [[ $(jobctl logs "$1") == *"$2"* ]]; }

crash_leaves_nothing() {
    local before job
    before=$(unit MainPID)
    job=$(submit --memory 40M --tasks 20 --retries 1 --backoff 100ms -- \
        sh -c 'setsid sleep 98765 & echo $! >>/run/strays; sleep 98765')
    eventually 10 has_strays 1
    kill -KILL "$before"
    eventually 20 is_restarted "$before"
    eventually 10 has_strays 2
    is_gone "$(head -1 /run/strays)"
    expect "the job" "$(told "$job" state) $(told "$job" attemptCount)" "running 2"
    expect "the new attempt's limits" "$(cat "$(cgroup_of "$(tail -1 /run/strays)")"/{memory,pids}.max)" \
        "$((40 * mebibytes))"$'\n'20
    jobctl kill "$job"
    eventually 15 is_gone "$(tail -1 /run/strays)"
    expect "how jobd came back" "$(unit ActiveState) $(unit NRestarts)" "active 1"
}
has_strays() { [ "$(wc -l </run/strays)" = "$1" ]; }
is_restarted() { is_unit ActiveState active && ! is_unit MainPID "$1"; }
cgroup_of() { echo "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")"; }

restart_works() {
    systemctl restart jobd.service
    systemctl restart jobd.service
    expect "the limits of a job afterwards" \
        "$(jobctl run --memory 40M -- sh -c "$own_limits" | head -1)" $((40 * mebibytes))
}

# As somebody may start it by hand: in a cgroup of its own, which nobody delegated.
without_systemd() {
    local group=/sys/fs/cgroup/alone jobd hog
    systemctl stop jobd.socket jobd.service
    mkdir "$group"
    export JOBD_SOCKET=/run/alone.sock
    (
        echo "$BASHPID" >"$group/cgroup.procs"
        exec jobd --socket "$JOBD_SOCKET" --state-directory /run/alone >/run/alone.log 2>&1
    ) &
    jobd=$!
    eventually 10 jobctl status
    hog=$(submit --memory 40M --swap 0 -- sh -c 'head -c 100M /dev/zero | tail')
    ends_as "$hog" failed outOfMemory
    expect "the files" "$(jobctl run --cpu 20% --tasks 5 -- sh -c "$own_limits" | tail -2 | tr '\n' ' ')" \
        "20000 100000 5 "
    kill -TERM "$jobd"
    wait "$jobd"
    eventually 5 rmdir "$group"
}

# --- The run

systemctl start jobd.service
echo "# $(systemctl --version | head -1), kernel $(uname -r)"
check "a job's cgroup has the limits that it asked for, and no others" job_has_its_limits
check "a job beyond its memory ends whole as out of memory, and nothing else does" memory_ends_the_whole_job
check "a fork bomb stops at its tasks, and others fork freely" tasks_stop_a_fork_bomb
check "a job gets the processor time that it may have, and accounts tell" processor_time_is_shared_out
check "memory, processor, faults, wall time and latency of each attempt are told" costs_are_told
check "a queue's limits hold for jobs that ask for nothing, for less or for more" queue_has_defaults_and_ceilings
check "a limit to which this kernel cannot hold a job is refused" limit_that_cannot_hold_is_refused
check "a unit's limit lowered below what is used ends a job, and not jobd" lowered_below_what_is_used
check "after kill -9 jobd starts again, and the job runs under its limits" crash_leaves_nothing
check "restarts keep the limits" restart_works
check "without systemd the limits hold as well" without_systemd
finish
