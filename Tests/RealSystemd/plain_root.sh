#!/bin/bash
# plain_root.sh SUITE: prints the folder of a plain Debian root (bookworm or trixie) with systemd, manual pages and
# three shells, but nothing of jobd's and no Swift. Made from Debian's archive at the first call (about a minute) and
# kept: ${XDG_CACHE_HOME:-~/.cache}/jobd-real-systemd. Needs root. Nothing writes into it afterwards.
#
# What jobd depends on is not installed but lies in apt's cache: the container has no network, and that apt finds all it
# needs shows that the package asks for the right things.
set -euo pipefail

suite=${1:?usage: plain_root.sh SUITE}
packages=(
    systemd systemd-sysv dbus dbus-user-session libpam-systemd
    bash-completion fish man-db procps zsh
)
dependencies=(libsodium23 libsqlite3-0)

cache=${XDG_CACHE_HOME:-$HOME/.cache}/jobd-real-systemd
key=$(sha256sum <<<"$suite $(<"$0")" | cut -c1-12)
root=$cache/plain-$suite-$key

mkdir -p "$cache"
exec 9>"$cache/lock-plain-$suite"
flock 9 # Two runs at once: one makes it, the other waits and finds it.
if [ ! -d "$root" ]; then
    rm -rf "${root:?}.partial"
    # An empty machine-id, not a missing one: that would be a first boot, with questions.
    mmdebstrap --quiet --variant=minbase --include="$(IFS=, && echo "${packages[*]}")" --skip=cleanup/apt \
        --customize-hook="chroot \"\$1\" apt-get -qq install --download-only ${dependencies[*]} >/dev/null" \
        --customize-hook=': >"$1/etc/machine-id"' \
        --customize-hook='chroot "$1" useradd --create-home --shell /bin/bash ada' \
        --customize-hook='chroot "$1" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer man-db.timer' \
        "$suite" "$root.partial" >&2
    mv "$root.partial" "$root"
fi
echo "$root"
