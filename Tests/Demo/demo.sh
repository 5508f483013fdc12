#!/bin/bash
# demo.sh PROGRAMS: shows jobd at work on a folder of its own, and exits 0 only if all went as it says.
set -euo pipefail

programs=$(realpath "${1:?usage: demo.sh PROGRAMS}")
folder=$(mktemp -d --tmpdir jobd-demo.XXXXXX)
daemon=
bold= dim= green= red= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

# --- Words for the story below

say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
right() { printf '%s✓ %s%s\n' "$green" "$*" "$plain"; }
wrong() {
    printf '%s✗ %s%s\n' "$red" "$*" "$plain"
    echo "what jobd said:"
    sed 's/^/  /' "$folder/jobd.log"
    exit 1
}

ctl() { "$programs/jobctl" --socket "$folder/jobd.sock" "$@"; }

# show ARGUMENTS…: jobctl as typed on a terminal.
show() {
    printf '%s$ jobctl %s%s\n' "$dim" "$*" "$plain"
    ctl "$@"
}

# expect WHAT IS WANTED
expect() { [ "$2" = "$3" ] || wrong "$1 is '$2', but should be '$3'"; }

# status_of COMMAND…: how it ends.
status_of() {
    local status=0
    "$@" >&2 || status=$?
    echo $status
}

state_of() { ctl show "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["state"])'; }

# soon COMMAND…: until it succeeds, for ten seconds at most.
soon() {
    for _ in {1..200}; do
        ! "$@" >"$folder/soon.log" 2>&1 || return 0
        sleep 0.05
    done
    cat "$folder/soon.log"
    wrong "this did not come about: $*"
}

start_jobd() {
    "$programs/jobd" --config "$folder/jobd.toml" --state-directory "$folder/state" --socket "$folder/jobd.sock" \
        2>>"$folder/jobd.log" &
    daemon=$!
    soon ctl daemon status
}

clean_up() {
    [ -z "$daemon" ] || { kill -KILL "$daemon" && wait "$daemon"; } 2>/dev/null || true
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- The story

say "jobd starts on $folder, with as many workers as this machine has cores."
cat >"$folder/jobd.toml" <<<$'[daemon]\ndrain_timeout = "20s"\n\n[queues.default]\nkill_after = "2s"\njournal = "off"'
start_jobd
show daemon status

say "Eight files are compressed and checksummed, each by a job of its own."
mkdir "$folder/files"
ids=()
for number in {1..8}; do
    seq $((number * 100000)) $((number * 100000 + 300000)) >"$folder/files/part-$number"
    ids+=("$(ctl add --id-only --name "pack part-$number" --directory "$folder/files" -- \
        sh -c 'gzip --keep "$1" && sha256sum "$1.gz" | tee "$1.sha256"' pack "part-$number")")
done
show wait "${ids[@]}"
(cd "$folder/files" && sha256sum --quiet --check part-*.sha256) || wrong "a checksum is not right"
right "jobs ${ids[0]} to ${ids[-1]} are done and the checksums are right"

say "A job fails: jobctl run ends as the job did."
status=$(status_of show run -- sh -c 'echo this goes to stderr >&2; exit 3')
expect "the exit status" "$status" 3
right "exit status 3, the job's own"

say "A job takes too long: its timeout ends it, with all its processes."
id=$(ctl add --id-only --name "too slow" --timeout 1s -- sh -c 'sleep 61 & sleep 61')
status=$(status_of show wait "$id")
expect "the exit status" "$status" 124
expect "the state of job $id" "$(state_of "$id")" failed
right "job $id timed out after one second"

say "A running job is killed by hand."
id=$(ctl add --id-only --name "unwanted" -- sleep 62)
is_running() { [ "$(state_of "$1")" = running ]; }
soon is_running "$id"
show kill "$id"
status_of ctl wait "$id" >"$folder/status" 2>/dev/null
expect "the state of job $id" "$(state_of "$id")" cancelled
right "job $id is cancelled"

say "All of it at a glance, and what one job printed."
show status
show logs "${ids[0]}"

say "jobd is told to stop while a job runs: it lets the job finish, loses nothing, and leaves."
id=$(ctl add --id-only --name "last one" -- sh -c 'sleep 2; echo finished in peace')
soon is_running "$id"
kill -TERM "$daemon"
status=0
wait "$daemon" || status=$?
daemon=
expect "jobd's exit status" "$status" 0
start_jobd
expect "the state of job $id" "$(state_of "$id")" succeeded
show logs "$id"
right "after a new start job $id is there, with its output"

say "${green}That is jobd: everything went as it should.$plain"
