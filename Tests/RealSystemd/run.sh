#!/bin/bash
# run.sh PROGRAMS [ROOT [CHECKS]]: boots a real systemd in a container, installs jobd there and uses it as people do.
#
# PROGRAMS is the folder with jobd and jobctl, ROOT a Debian root with systemd; without one, root.sh makes it. Needs
# root. ROOT is not written to. All mounts are in a namespace of their own and end with this script, however it ends.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
programs=$(realpath "${1:?usage: run.sh PROGRAMS [ROOT [CHECKS]]}")
[ "$(id -u)" = 0 ] || { echo "run.sh boots a container: run it as root"; exit 1; }
root=${2:-$("$here/root.sh")}
script=$here/${3:-checks.sh} # It gets the namespace, and WORK ROOT PROGRAMS.

work=$(mktemp -d --tmpdir jobd-real-systemd.XXXXXX)
cgroups=()
checks=
clean_up() {
    [ -z "$checks" ] || { kill -TERM "$checks" && wait "$checks"; } 2>/dev/null || true
    for cgroup in "${cgroups[@]}"; do find "$cgroup" -depth -type d -exec rmdir {} +; done
    rmdir "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Under a systemd the container gets a scope from it; elsewhere, as in most build containers, cgroups made here.
if [ ! -d /run/systemd/system ]; then
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
        [ -e "$hierarchy/cgroup.procs" ] || continue
        cgroups+=("$hierarchy/$(basename "$work")")
        mkdir "${cgroups[-1]}"
    done
fi

# In the background, because bash would otherwise hear a signal only after it; and never without this script.
(
    for cgroup in "${cgroups[@]}"; do echo "$BASHPID" >"$cgroup/cgroup.procs"; done
    exec setpriv --pdeathsig TERM unshare --mount --propagation private "$script" "$work" "$root" "$programs"
) &
checks=$!
wait "$checks"
