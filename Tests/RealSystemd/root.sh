#!/bin/bash
# root.sh [SUITE]: prints the folder of a Debian root with systemd in it (bookworm: 252, trixie: 257), made from
# Debian's archive at the first call (about a minute) and kept: ${XDG_CACHE_HOME:-~/.cache}/jobd-real-systemd. Needs
# root. Nothing writes into it afterwards.
set -euo pipefail

suite=${1:-bookworm}
# What boots and logs in; what jobd and jobctl are linked with; what the checks use.
packages=(
    systemd systemd-sysv dbus dbus-user-session libpam-systemd
    libsystemd0 libsqlite3-0 libsodium23 libstdc++6
    procps
)

cache=${XDG_CACHE_HOME:-$HOME/.cache}/jobd-real-systemd
key=$(sha256sum <<<"$suite ${packages[*]} $(<"$0")" | cut -c1-12)
root=$cache/$suite-$key

mkdir -p "$cache"
exec 9>"$cache/lock-$suite"
flock 9 # Two runs at once: one makes it, the other waits and finds it.
if [ ! -d "$root" ]; then
    rm -rf "${root:?}.partial"
    # An empty machine-id, not a missing one: that would be a first boot, with questions.
    mmdebstrap --quiet --variant=minbase --include="$(IFS=, && echo "${packages[*]}")" \
        --customize-hook=': >"$1/etc/machine-id"' \
        --customize-hook='chroot "$1" groupadd crew' \
        --customize-hook='chroot "$1" useradd --create-home --groups crew --shell /bin/bash ada' \
        --customize-hook='chroot "$1" useradd --create-home --shell /bin/bash bob' \
        --customize-hook='chroot "$1" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer fstrim.timer' \
        "$suite" "$root.partial" >&2
    mv "$root.partial" "$root"
fi
echo "$root"
