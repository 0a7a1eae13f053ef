#!/usr/bin/env bash
# deb.sh [FOLDER]: a Debian package that does what deploy/install.sh does: sudo apt install ./brewpi_*.deb
#
# The program itself comes from wheels with hashes, as the installer fetches them, when the package is configured. A new
# site gets the machine's name, one tank and a random password, which lies in /etc/brewpi/first-password.
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
if [ -L /opt/brewpi/.venv ]; then
    "$install" --upgrade
elif [ -f /etc/brewpi/cellar.toml ]; then    # removed and put back
    "$install"
else
    mkdir -p /etc/brewpi
    ( umask 077; openssl rand -hex 8 > /etc/brewpi/first-password )
    site=$(hostname | tr '[:upper:]' '[:lower:]' | tr -cd '[:alnum:]-')
    "$install" --site "${site:-cellar}" --tanks 1 --password-file /etc/brewpi/first-password
    echo "the password of brewer is in /etc/brewpi/first-password"
fi
P

cat > "$TREE/DEBIAN/prerm" <<'P'
#!/bin/sh
set -e
[ "$1" != remove ] || /usr/share/brewpi/deploy/install.sh --uninstall
P
chmod 755 "$TREE/DEBIAN/postinst" "$TREE/DEBIAN/prerm"
dpkg-deb --root-owner-group --build "$TREE" "$OUT/brewpi_${VERSION}_all.deb" >/dev/null
echo "$OUT/brewpi_${VERSION}_all.deb"
