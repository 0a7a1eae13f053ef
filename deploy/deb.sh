#!/usr/bin/env bash
# deb.sh [FOLDER]: a Debian package that does what deploy/install.sh does: sudo apt install ./brewpi_*.deb
#
# The program itself comes from wheels with hashes, as the installer fetches them, when the package is configured. A new
# site gets the machine's name, one tank and a random password, which lies in /etc/brewpi/first-password. The installer
# itself comes with it, for all of its options: /usr/share/brewpi/deploy/install.sh
set -euo pipefail
SOURCE=$(cd "$(dirname "$0")/.." && pwd)
OUT=${1:-$SOURCE/dist}
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' "$SOURCE/pyproject.toml")
TREE=$(mktemp -d)
trap 'rm -rf "$TREE"' EXIT
chmod 755 "$TREE"

mkdir -p "$TREE/usr/share/brewpi" "$TREE/DEBIAN" "$OUT"
git -C "$SOURCE" archive HEAD brewpi models deploy systemd docs pyproject.toml README.md CHANGELOG.md LICENSE |
    tar -x -C "$TREE/usr/share/brewpi"
chmod -R a+rX "$TREE/usr/share/brewpi"

cat > "$TREE/DEBIAN/control" <<C
Package: brewpi
Version: $VERSION
Architecture: all
Maintainer: brewpi <brewpi@localhost>
Section: misc
Priority: optional
Depends: python3 (>= 3.11), python3-venv, mosquitto, mosquitto-clients, caddy, openssl
Description: fermentation forecast and temperature control
 Predicts when each fermentation completes, with an honest interval, and acts on it: temperature, nutrients, draining.
C

cat > "$TREE/DEBIAN/postinst" <<'P'
#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
install=/usr/share/brewpi/deploy/install.sh
if [ -L /opt/brewpi/.venv ]; then    # with the board or without it, as it was
    "$install" --upgrade
    exit 0
fi
set --
mkdir -p /etc/brewpi
if [ ! -f /etc/brewpi/cellar.toml ]; then    # else removed and put back
    site=$(hostname | tr '[:upper:]' '[:lower:]' | tr -cd '[:alnum:]-')
    set -- --site "${site:-cellar}" --tanks 1
fi
if [ ! -s /etc/brewpi/dashboard-users.toml ]; then
    [ -s /etc/brewpi/first-password ] || ( umask 077; openssl rand -hex 8 > /etc/brewpi/first-password )
    set -- "$@" --password-file /etc/brewpi/first-password
fi
"$install" "$@"
[ ! -s /etc/brewpi/first-password ] || echo "the first password of brewer is in /etc/brewpi/first-password"
echo "$install has more: --help names it"
P

cat > "$TREE/DEBIAN/prerm" <<'P'
#!/bin/sh
set -e
[ "$1" != remove ] || /usr/share/brewpi/deploy/install.sh --uninstall
P

# What was removed before keeps config and passwords for a new installation; purge leaves no secret. Of what nobody can
# make again, recipes and the config, a copy goes to the record, which stays.
cat > "$TREE/DEBIAN/postrm" <<'P'
#!/bin/sh
set -e
[ "$1" = purge ] || exit 0
root=${DPKG_ROOT:-}
kept=$root/var/lib/brewpi
if [ -d "$kept" ]; then
    ( umask 077; mkdir -p "$kept/purged" )
    for file in "$root"/etc/brewpi/*.toml; do    # accounts and tokens are such files as well
        if [ "${file##*/}" = cellar.toml ] || grep -q '^\[\[steps\]\]' "$file" 2>/dev/null; then
            cp -p "$file" "$kept/purged/" 2>/dev/null || true
        fi
    done
fi
rm -rf "$root/etc/brewpi" "$root/etc/mosquitto/brewpi"
rm -f "$root/etc/mosquitto/brewpi-users"
[ ! -d "$kept" ] || echo "passwords, keys and accounts are gone. Kept: $kept (the record; config and recipes in purged/)"
P
chmod 755 "$TREE/DEBIAN/postinst" "$TREE/DEBIAN/prerm" "$TREE/DEBIAN/postrm"
dpkg-deb --root-owner-group --build "$TREE" "$OUT/brewpi_${VERSION}_all.deb" >/dev/null
echo "$OUT/brewpi_${VERSION}_all.deb"
