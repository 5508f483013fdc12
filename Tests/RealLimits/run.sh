#!/bin/bash
# run.sh PROGRAMS [CHECKS [ROOT]]: boots Debian on a Linux kernel of its own, where memory, processor and process limits
# work whatever this machine allows and the clock can be set, installs jobd there and runs checks.
#
# PROGRAMS is the folder with jobd and jobctl, CHECKS the name of a script here (checks.sh if absent), ROOT a Debian
# root with systemd; without one, root.sh makes it. Needs root and no virtualisation: the kernel is a program (user-mode
# Linux). ROOT is not written to. Nothing outlives it.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
top=$(realpath "$here/../..")
programs=$(realpath "${1:?usage: run.sh PROGRAMS [CHECKS [ROOT]]}")
checks=${2:-checks.sh}
[ "$(id -u)" = 0 ] || { echo "run.sh makes a file system with foreign owners: run it as root"; exit 1; }
root=${3:-$("$here/../RealSystemd/root.sh")}

# How long the whole run may take, in seconds; it takes one or two minutes.
limit=400

work=$(mktemp -d --tmpdir jobd-real-limits.XXXXXX)
kernel=
clean_up() {
    [ -z "$kernel" ] || { kill -TERM "$kernel" && wait "$kernel"; } 2>/dev/null || true
    rm -rf "${work:?}"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- The disk

machine=$work/root
cp -a "$root" "$machine"
make --silent --directory="$top" install DESTDIR="$machine" PREFIX=/usr PROGRAMS="$programs" >/dev/null
install -D -t "$machine/checks" "$here"/*.sh "$here/../RealSystemd/report.sh"
echo "$checks" >"$machine/checks/chosen"
install -m 644 -t "$machine/etc/systemd/system" "$here/checks.service"
install -m 644 "$here/jobd.toml" "$machine/etc/jobd/jobd.toml"
# Nothing but the checks writes to the line that reports.
systemctl --quiet --root="$machine" mask getty.target
systemctl --quiet --root="$machine" enable checks.service
truncate --size 1G "$work/disk"
mke2fs -q -F -t ext4 -O ^has_journal -d "$machine" "$work/disk"
rm -rf "$machine"

# --- The machine

# The kernel takes its memory from a file below TMPDIR. Its first serial line is the report: descriptor 3.
mkfifo "$work/report"
TMPDIR=$work setpriv --pdeathsig KILL timeout --kill-after=5 "$limit" \
    linux.uml ubd0="$work/disk" root=/dev/ubda rw mem=1024M quiet con=null con0=null,fd:1 ssl=null ssl0=null,fd:3 \
    </dev/null >"$work/console" 2>&1 3>"$work/report" &
kernel=$!

status=incomplete
while IFS= read -r line; do
    line=${line%$'\r'}
    case $line in
    "exit "*) status=${line#exit } ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$work/report"
wait "$kernel" 2>/dev/null || true
kernel=

if [ "$status" = incomplete ]; then
    echo "the checks did not come to an end; the last words of the machine:"
    tail -30 "$work/console" | tr -d '\r'
    exit 1
fi
exit "$status"
