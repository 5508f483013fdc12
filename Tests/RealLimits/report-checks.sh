#!/bin/bash
# report-checks.sh: runs the checks, and sends what they say and their exit status over the line that run.sh reads.
exec </dev/null >/dev/ttyS0 2>&1
/checks/checks.sh && echo "exit 0" || echo "exit $?"
sync
