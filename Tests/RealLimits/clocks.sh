#!/bin/bash
# clocks.sh: what becomes of jobs when somebody sets the clock. Runs as root on the machine that run.sh boots.
#
# Due times, backoffs and expiries are times of the wall clock; timeouts and what attempts took are not. So a clock that
# is set forward makes due what waits for a time in between, and one that is set back lets it wait until the clock shows
# that time again: `why` says so, and `edit --now` starts it.
set -euo pipefail

cd "$(dirname "$(realpath "$0")")"
source ./words.sh

day=86400
years=$((3652 * day))

# --- Words for the checks below

# The true time, which the checks lie about: that of the machine's start and what has passed since.
started=$(($(date +%s) - $(uptime_centiseconds) / 100))
move_clock() { date --set "@$(($(date +%s) + $1))" >/dev/null; }
true_clock() { date --set "@$((started + $(uptime_centiseconds) / 100))" >/dev/null; }

# A job that says each time it runs.
marking() { submit "$@" -- sh -c 'echo run >>/run/marks.$JOBD_ID'; }
has_run() { [ "$(wc -l <"/run/marks.$1")" = 1 ]; }

# Nothing that jobd tells of any job is a negative number.
nothing_negative() {
    jobctl status --all --json >/run/told
    grep -q wallMilliseconds /run/told
    ! grep -oE '"[A-Za-z]+": ?-[0-9.]+' /run/told
}

clock_changes() { journalctl --quiet --unit jobd.service --output cat | grep -c 'the wall clock was set' || true; }
more_changes_than() { [ "$(clock_changes)" -gt "$1" ]; }

# --- The checks, in the order in which they run

change_is_noticed() {
    local before
    before=$(clock_changes)
    move_clock $day
    eventually 5 more_changes_than "$before"
    true_clock
}

forward_makes_due_at_once() {
    local tomorrow in_years
    tomorrow=$(marking --delay 12h)
    in_years=$(marking --delay 1000d)
    move_clock $day
    eventually 5 has_run "$tomorrow"
    expect "the job that is due later" "$(told "$in_years" state)" scheduled
    move_clock $years
    eventually 5 has_run "$in_years"
    true_clock
    ends_as "$tomorrow" succeeded
    ends_as "$in_years" succeeded
    has_run "$tomorrow"
    has_run "$in_years"
}

back_lets_wait_and_says_so() {
    local again edited
    again=$(marking --delay 2s)
    edited=$(marking --delay 2s)
    move_clock -$day
    sleep 3
    expect "the states" "$(told "$again" state) $(told "$edited" state)" "scheduled scheduled"
    expect_match "what is said of it" "$(jobctl why "$again" 2>&1)" "may not start before"
    start_now "$edited"
    eventually 5 has_run "$edited"
    true_clock
    eventually 10 has_run "$again"
    ends_as "$again" succeeded
    ends_as "$edited" succeeded
    has_run "$again" && has_run "$edited"
    nothing_negative
}

timeouts_do_not_move() {
    local limited short long jump
    limited=$(submit --timeout 6s -- sleep 600)
    short=$(submit -- sh -c 'sleep 1; echo ran')
    long=$(submit --timeout 1h -- sleep 8)
    eventually 5 is_told "$long" state running
    for jump in -$day $day $day $years -$years -$years; do
        move_clock $jump
        sleep 0.3
    done
    ends_as "$short" succeeded
    ends_as "$limited" failed timedOut
    true_clock
    ends_as "$long" succeeded
    between "what the limited attempt took in ms" "$(told "$limited" wallMilliseconds)" 5900 20000
    between "what the other took in ms" "$(told "$long" wallMilliseconds)" 7900 20000
    nothing_negative
}

expiries_go_by_the_wall_clock() {
    local soon late
    soon=$(marking --hold --expires 1h)
    late=$(marking --hold --expires 100d)
    move_clock -$day
    expect "the job that may wait" "$(told "$soon" state)" held
    move_clock $((2 * day))
    ends_as "$soon" failed expired
    expect "the job that may wait longer" "$(told "$late" state)" held
    true_clock
    jobctl release "$late" >/dev/null
    ends_as "$late" succeeded
}

rate_goes_on() {
    local jobs
    jobs=$(for _ in {1..6}; do marking --queue slow; done)
    move_clock -$day
    eventually 20 all_have_run $jobs
    true_clock
    jobs=$(for _ in {1..6}; do marking --queue slow; done)
    move_clock $day
    move_clock -$day
    eventually 20 all_have_run $jobs
    true_clock
}
all_have_run() {
    local id
    for id in "$@"; do has_run "$id" || return 1; done
}

start_now() {
    expect_match "why job $1 waits" "$(jobctl why "$1" 2>&1)" "jobctl edit $1 --now"
    jobctl edit "$1" --now >/dev/null
}

# Immediate jobs, delayed ones and such that fail at first, while the clock jumps each second.
steps_lose_and_repeat_nothing() {
    local id jumps=(-$day 3600 -17 $day 5 -3600 $years -1 -$years 40) ids=()
    for jump in "${jumps[@]}"; do
        ids+=("$(marking)" "$(marking --delay 1s)" "$(submit --retries 3 --backoff 200ms -- \
            sh -c 'echo $JOBD_ATTEMPT >>/run/attempts.$JOBD_ID; [ $JOBD_ATTEMPT -gt 2 ]')")
        move_clock "$jump"
        sleep 1
    done
    true_clock
    # Some were to wait until times that the clock will not show for long: they say so, and can be started.
    sleep 3
    for id in $(jobctl status --state scheduled --json | grep -oP '"id": ?\K[0-9]+'); do start_now "$id"; done
    timeout 60 jobctl wait "${ids[@]}"
    for id in "${ids[@]}"; do
        [ ! -e "/run/marks.$id" ] || has_run "$id" || { echo "job $id ran more than once"; return 1; }
        [ ! -e "/run/attempts.$id" ] ||
            expect "the attempts of job $id" "$(tr '\n' ' ' <"/run/attempts.$id")" "1 2 3 "
        [ -e "/run/marks.$id" ] || [ -e "/run/attempts.$id" ] || { echo "job $id succeeded and never ran"; return 1; }
    done
    nothing_negative
    # The table shows times, too.
    jobctl status --all >/run/told
    ! grep -E ' -[0-9]' /run/told
}

restart_at_another_time() {
    local before after
    before=$(marking --delay 3s)
    move_clock -$day
    systemctl restart jobd.service
    after=$(marking)
    ends_as "$after" succeeded
    expect "the job from before" "$(told "$before" state)" scheduled
    move_clock $((2 * day))
    systemctl restart jobd.service
    eventually 5 has_run "$before"
    ends_as "$before" succeeded
    true_clock
    systemctl restart jobd.service
    expect "the jobs" "$(told "$before" state) $(told "$after" state)" "succeeded succeeded"
}

# --- The run

# One that failed half way leaves the clock as it was.
check_clocks() {
    true_clock
    check "$@"
}

systemctl start jobd.service
check_clocks "jobd sees at once that the clock was set" change_is_noticed
check_clocks "a clock set forward makes due what waits for a time before, once" forward_makes_due_at_once
check_clocks "a clock set back lets jobs wait for their time, and says so" back_lets_wait_and_says_so
check_clocks "no clock moves a timeout, nor what an attempt took" timeouts_do_not_move
check_clocks "an expiry is a time of the wall clock" expiries_go_by_the_wall_clock
check_clocks "a rate goes on whatever the clock says" rate_goes_on
check_clocks "a clock that jumps each second loses no job and repeats none" steps_lose_and_repeat_nothing
check_clocks "restarts at other times lose no job and repeat none" restart_at_another_time
finish
