#!/bin/bash
# both.sh PROGRAMS: the checks of checks.sh under the systemds of Debian 12 (252) and Debian 13 (257), one after the
# other. Needs root.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
status=0
tested=no
for suite in bookworm trixie; do
    # An archive that is away says nothing of jobd.
    root=$("$here/root.sh" $suite) || { echo "NOT TESTED under the systemd of $suite: its root cannot be made"; continue; }
    "$here/run.sh" "${1:?usage: both.sh PROGRAMS}" "$root" || status=1
    tested=yes
done
[ $tested = yes ] || status=1
exit $status
