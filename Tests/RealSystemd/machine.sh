# The container: a fresh copy of a root, booted, used through nsenter, switched off. Sourced by checks.sh.

machine=   # The pid of systemd-nspawn.
leader=    # The pid of the container's init, as seen from here.
machine_root=

# prepare_machine WORK ROOT: a writable copy of ROOT at $machine_root, in memory.
prepare_machine() {
    local work=$1 root=$2
    machine_root=$work/root
    mount -t tmpfs -o mode=755 real-systemd "$work"
    mkdir "$work"/{root,changes,overlay}
    mount -t overlay -o "lowerdir=$root,upperdir=$work/changes,workdir=$work/overlay" overlay "$machine_root" 2>/dev/null ||
        cp -a "$root/." "$machine_root/"
}

# boot_machine: returns when the container's systemd has started everything.
boot_machine() {
    local options=(--quiet --boot --register=no --private-network --link-journal=no --console=pipe)
    [ -d /run/systemd/system ] || options+=(--keep-unit)
    # It dies with this script, and the container with it.
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 setpriv --pdeathsig KILL \
        systemd-nspawn "${options[@]}" --directory="$machine_root" </dev/null >"$machine_root.console" 2>&1 &
    machine=$!
    eventually 80 machine_is_up || {
        echo "the container did not boot; its console, and what failed:"
        tail -20 "$machine_root.console"
        [ -z "$leader" ] || guest systemctl list-units --failed --plain --no-legend || true
        return 1
    }
}

# Its first child may be one that only prepares the container, and goes: asked for anew each time.
machine_is_up() {
    leader=$(pgrep --parent "$machine" | tail -1)
    [ -n "$leader" ] && guest systemctl is-system-running --wait
}

# stop_machine: switches it off; harmless where none is running.
stop_machine() {
    [ -n "$machine" ] || return 0
    kill -TERM "$machine" 2>/dev/null || true
    eventually 30 machine_is_gone || kill -KILL "$machine"
    wait "$machine" 2>/dev/null || true
    machine=
}

machine_is_gone() { ! kill -0 "$machine" 2>/dev/null; }

# guest COMMAND…: runs it in the container as root, for a minute at most.
guest() {
    timeout --kill-after=5 60 nsenter --target "$leader" --all --wdns=/ env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8 SYSTEMD_COLORS=0 "$@"
}

# guest_as USER COMMAND…: runs it in the container as this user, with the groups of a login.
guest_as() {
    local user=$1
    shift
    guest runuser -u "$user" -- "$@"
}
