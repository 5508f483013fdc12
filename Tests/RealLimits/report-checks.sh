#!/bin/bash
# report-checks.sh: runs the checks that run.sh was told, and sends what they say and their exit status over the line
# that it reads.
exec </dev/null >/dev/ttyS0 2>&1
"/checks/$(</checks/chosen)" && echo "exit 0" || echo "exit $?"
sync
