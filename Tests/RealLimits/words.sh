# Words for the checks, which source this file.

source ./report.sh

# submit OPTION… -- COMMAND…: the id of a new job.
submit() { jobctl add --id-only "$@"; }

# told ID FIELD: what jobd says of a job, or where that has no such field of its newest attempt.
told() { jobctl show "$1" --json | grep -oP "\"$2\":\K(\"[^\"]*\"|[^,\]}]*)" | head -1 | tr -d '"' || true; }
is_told() { [ "$(told "$1" "$2")" = "$3" ]; }

# ends_as ID STATE [FAILURE]: waits for a job's end.
ends_as() {
    timeout 30 jobctl wait "$1" >/dev/null 2>&1 || true
    expect "job $1" "$(told "$1" state) $(told "$1" failure)" "$2 ${3:-}"
}

unit() { systemctl show --value --property "$1" jobd.service; }
is_unit() { [ "$(unit "$1")" = "$2" ]; }

# between WHAT IS LEAST MOST: fails, and says how, where a number is not in that range.
between() { [ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || { echo "$1 is $2, expected $3 to $4"; return 1; }; }

is_gone() { ! kill -0 "$1" 2>/dev/null; }
