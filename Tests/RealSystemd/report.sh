# Says in one line per check how it went (TAP). Sourced by checks.sh.

checks=0
failures=0

# check SENTENCE COMMAND…: COMMAND runs in a shell of its own that ends at the first failure; what it prints is shown
# only then.
check() {
    local sentence=$1 start=$EPOCHREALTIME status output
    shift
    checks=$((checks + 1))
    # Not as part of a condition: there bash would run on after a failed command.
    set +e
    output=$(set -eEuo pipefail; trap 'echo "failed at ${BASH_SOURCE##*/}:$LINENO" >&2' ERR; "$@" 2>&1 </dev/null)
    status=$?
    set -e
    if [ $status = 0 ]; then
        printf 'ok %d - %s (%d ms)\n' $checks "$sentence" $(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
    else
        failures=$((failures + 1))
        printf 'not ok %d - %s\n' $checks "$sentence"
        sed 's/^/  # /' <<<"$output"
    fi
}

# finish: how many there were; fails when one of them did.
finish() {
    echo "1..$checks"
    [ $failures = 0 ] || { echo "# $failures of $checks failed"; return 1; }
    echo "# all $checks passed"
}

# expect WHAT IS WANTED: fails, and says how, where the two differ.
expect() { [ "$2" = "$3" ] || { printf '%s is:\n%s\nexpected:\n%s\n' "$1" "$2" "$3"; return 1; }; }

# expect_match WHAT IS PATTERN: the same with an extended regular expression.
expect_match() { [[ $2 =~ $3 ]] || { printf '%s is:\n%s\nexpected to match:\n%s\n' "$1" "$2" "$3"; return 1; }; }

# expect_status WANTED COMMAND…: fails where COMMAND ends otherwise.
expect_status() {
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    expect "the exit status of '$*'" $status "$wanted"
}

# The time since the machine started: no check that sets the clock moves it.
uptime_centiseconds() {
    local seconds rest
    read -r seconds rest </proc/uptime
    echo $((10#${seconds/./}))
}

# eventually SECONDS COMMAND…: until COMMAND succeeds; fails when it has not by then.
eventually() {
    local until=$(($(uptime_centiseconds) + $1 * 100))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(uptime_centiseconds)" -lt $until ] || { echo "it did not come about in time: $*"; return 1; }
        sleep 0.05
    done
}
