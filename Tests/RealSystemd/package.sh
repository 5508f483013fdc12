#!/bin/bash
# package.sh PACKAGE: installs, uses, upgrades, removes and purges the Debian package in plain Debian 12 and 13, booted
# in containers. Needs root. package_checks.sh has the checks.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
package=$(realpath "${1:?usage: package.sh PACKAGE}")

packages=$(mktemp --directory --tmpdir jobd-packages.XXXXXX)
trap 'rm -r "$packages"' EXIT
chmod 755 "$packages"
cp "$package" "$packages/new.deb"
# One to upgrade from: the same under an older version.
dpkg-deb --raw-extract "$package" "$packages/old"
sed -i 's/^Version: .*/Version: 0.0.1/' "$packages/old/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$packages/old" "$packages/old.deb" >/dev/null
rm -r "$packages/old"

status=0
for suite in bookworm trixie; do
    # An archive that is away says nothing of the package.
    root=$("$here/plain_root.sh" $suite) || { echo "NOT TESTED on $suite: its root cannot be made"; continue; }
    "$here/run.sh" "$packages" "$root" package_checks.sh || status=1
    tested=yes
done
[ "${tested:-no}" = yes ] || status=1
exit $status
