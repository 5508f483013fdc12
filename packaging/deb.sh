#!/bin/bash
# deb.sh PROGRAMS FOLDER [VERSION]: packs what make install installs into FOLDER/jobd_VERSION_ARCHITECTURE.deb, and
# prints that path. Build it on the oldest Debian that it is to run on: libc's symbols decide.
#
# The version is the program's own where HEAD has its tag (v1.2.3); anything later is greater by its number of commits
# (1.2.3+git456.0123abc). The same commit and compiler give the same package, byte for byte.
set -euo pipefail

top=$(dirname "$(dirname "$(realpath "$0")")")
programs=$(realpath "${1:?usage: deb.sh PROGRAMS FOLDER [VERSION]}")
folder=${2:?usage: deb.sh PROGRAMS FOLDER [VERSION]}
cd "$top"

released=$("$programs/jobd" --version | awk '{ print $2 }')
version=${3:-$released}
SOURCE_DATE_EPOCH=$(date +%s)
if commit=$(git rev-parse --short=7 HEAD 2>/dev/null); then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
    git tag --points-at HEAD | grep -qx "v$released" || version=${3:-$released+git$(git rev-list --count HEAD).$commit}
fi
export SOURCE_DATE_EPOCH
architecture=$(dpkg --print-architecture)

work=$(mktemp -d --tmpdir jobd-deb.XXXXXX)
trap 'rm -r "$work"' EXIT
tree=$work/tree
umask 022

# --- The files

make --silent install DESTDIR="$tree" PREFIX=/usr PROGRAMS="$programs"
strip --remove-section=.comment --remove-section=.note "$tree"/usr/bin/{jobd,jobctl}
documents=$tree/usr/share/doc/jobd
rm "$documents/LICENSE" # Debian has it: /usr/share/common-licenses/Apache-2.0
install -m 644 packaging/debian/copyright "$documents/copyright"
{
    echo "jobd ($version) unstable; urgency=medium"
    printf '\n  * Built from %s. What changed: the history of the repository.\n\n' "${commit:-a source without its history}"
    echo " -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  $(date --utc -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$documents/changelog.gz"
find "$tree/usr/share/man" -type f -exec gzip -9n {} +

# --- What dpkg wants to know

# dpkg-shlibdeps reads what the programs are linked with, and which version of each library has all that they use.
mkdir -p "$work/debian" "$tree/DEBIAN"
printf 'Source: jobd\n\nPackage: jobd\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "$tree"/usr/bin/{jobd,jobctl} | sed -n 's/^shlibs:Depends=//p')
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@LIBRARIES@/$libraries/" \
    -e "s/@SIZE@/$(du --summarize --apparent-size --block-size=1K "$tree" | cut -f1)/" \
    packaging/debian/control >"$tree/DEBIAN/control"
install -m 644 packaging/debian/conffiles "$tree/DEBIAN"
install -m 755 packaging/debian/{postinst,prerm,postrm} "$tree/DEBIAN"
(cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)

find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$folder"
package=$folder/jobd_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$tree" "$package" >/dev/null
echo "$package"
