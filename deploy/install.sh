#!/usr/bin/env bash
# Installs brewpi on Raspberry Pi OS (Bookworm, Trixie) or Debian. From a checkout:
#
#   sudo deploy/install.sh                  asks three questions; safe to run again, what is there is kept
#   sudo deploy/install.sh --site riverside --tanks 2 --password-file FILE      asks nothing
#   sudo deploy/install.sh --upgrade        another version; comes back to the old one if that is not healthy
#   sudo deploy/install.sh --check          says what is missing, changes nothing (status 1 if anything is)
#   sudo deploy/install.sh --uninstall      everything but /etc/brewpi and /var/lib/brewpi
#
# More: --without-board (the service alone; a later run without it adds the board), --with-board (an upgrade adds it),
# --wheels DIR (wheels from a folder, for a Pi without internet), --user NAME (who operates, brewer when absent),
# --setup-in-browser (who may configure changes the config on the board).
set -euo pipefail

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
ROOT=${BREWPI_ROOT:-}                       # tests install into a folder
OPT=$ROOT/opt/brewpi ETC=$ROOT/etc/brewpi DATA=$ROOT/var/lib/brewpi UNITS=$ROOT/etc/systemd/system BROKER=$ROOT/etc/mosquitto/brewpi
HEALTHY_WITHIN_S=${BREWPI_HEALTHY_WITHIN_S:-60} HEALTHY_FOR_S=${BREWPI_HEALTHY_FOR_S:-10}
MODE='' SITE='' TANKS='' PASSWORD='' OPERATOR='' BOARD='' SETUP=no WHEELS=''
NAMED='' BEFORE='' HAS_BOARD=no REBOOT=''    # NAMED: of --user, BEFORE: the release that runs as this begins, HAS_BOARD: whether the board is in it

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
wrong() { printf 'install.sh: %s\n' "$*" >&2; exit 2; }

read_options() {
    local wish
    while [ $# -gt 0 ]; do
        case $1 in
            --upgrade | --uninstall | --check)
                [ -z "$MODE" ] || wrong "--$MODE and $1: one of them"
                MODE=${1#--} ;;
            --with-board | --without-board)
                wish=yes
                [ "$1" = --with-board ] || wish=no
                [ "${BOARD:-$wish}" = $wish ] || wrong "--with-board and --without-board: one of them"
                BOARD=$wish ;;
            --setup-in-browser) SETUP=yes ;;
            --site | --tanks | --password-file | --wheels | --user)
                [ $# -ge 2 ] || wrong "$1 wants a value"
                case $1 in
                    --site) SITE=$2 ;;
                    --tanks) TANKS=$2 ;;
                    --user) OPERATOR=$2 ;;
                    --wheels) WHEELS=$(cd "$2" && pwd) || wrong "--wheels $2: no such folder" ;;
                    --password-file)
                        PASSWORD=$(head -n 1 "$2") || wrong "--password-file $2 cannot be read"
                        [ -n "$PASSWORD" ] || wrong "--password-file $2: its first line is empty" ;;
                esac
                shift ;;
            -h | --help) sed -n '2,/^set -/{s/^# \{0,1\}//p;}' "$0"; exit 0 ;;
            *) wrong "unknown option $1; --help names them" ;;
        esac
        shift
    done
    MODE=${MODE:-install}
    case $MODE in
        uninstall)
            [ -z "$SITE$TANKS$PASSWORD$OPERATOR$WHEELS${SETUP#no}$BOARD" ] || wrong "--uninstall takes no other option" ;;
        check)
            [ -z "$SITE$TANKS$PASSWORD$OPERATOR$WHEELS${SETUP#no}" ] || wrong "--check takes no other option than --with-board" ;;
    esac
}

# --- what this run wants, beside what is there: settled before anything changes

settle_board() {  # the board comes with an installation, stays as it is with an upgrade, and is never taken away in passing
    BEFORE=$(running_release || true)
    ! with_board "$BEFORE" || HAS_BOARD=yes
    if [ "$BOARD" = no ] && [ "$HAS_BOARD" = yes ]; then
        wrong "this machine has the board, which --without-board does not take away; nothing was changed." \
            "sudo systemctl disable --now brewpi-dashboard stops it; --uninstall, then --without-board is without it"
    fi
    case $MODE in
        upgrade | check) BOARD=${BOARD:-$HAS_BOARD} ;;
        *) BOARD=${BOARD:-yes} ;;
    esac
    [ $SETUP = no ] || [ "$BOARD" = yes ] || wrong "--setup-in-browser needs the board: --with-board"
}

may_use_board() { grep -qE "^\[\"?$1\"?\]" "$ETC/dashboard-users.toml" 2>/dev/null; }    # NAME

has_account() { grep -q "^$1:" "$BROKER/users" 2>/dev/null; }    # NAME

wants_password() {  # for somebody who has none: a new site, a new board, a new operator
    [ -f "$ETC/cellar.toml" ] || return 0
    if [ "$BOARD" = yes ]; then
        [ -s "$ETC/dashboard-users.toml" ] || { [ "$MODE" = upgrade ] && [ "$HAS_BOARD" = yes ]; } || return 0
        [ -z "$NAMED" ] || may_use_board "$NAMED" || return 0
    fi
    [ -n "$NAMED" ] && ! has_account "$NAMED"
}

of_config() {  # site, or the number of tanks, as the config has them
    python3 -c 'import sys, tomllib; c = tomllib.load(open(sys.argv[1], "rb")); print(c["site"] if sys.argv[2] == "site" else len(c["tanks"]))' \
        "$ETC/cellar.toml" "$1" 2>/dev/null || true
}

say_what_stays() {  # what was asked for and is there already in another form
    local board='' broker=''
    if [ -f "$ETC/cellar.toml" ]; then
        [ -z "$SITE" ] || [ "$SITE" = "$(of_config site)" ] ||
            say "kept: $ETC/cellar.toml says the site is '$(of_config site)'; --site $SITE is for a new one: to change it, edit that file and run this again"
        [ -z "$TANKS" ] || [ "$TANKS" = "$(of_config tanks)" ] ||
            say "kept: $ETC/cellar.toml has $(of_config tanks) tanks; --tanks $TANKS is for a new one: to change it, edit that file and run this again"
    fi
    if [ -n "$PASSWORD" ]; then
        if [ "$BOARD" = yes ] && may_use_board "$OPERATOR"; then board="sudo brewpi dashboard-user $OPERATOR --role operate --users $ETC/dashboard-users.toml"; fi
        if has_account "$OPERATOR"; then broker="sudo brewpi broker-users operator $OPERATOR --site $(of_config site), then sudo systemctl reload mosquitto"; fi
        [ -z "$board" ] || say "kept: $OPERATOR has a password for the board already; to change it: $board"
        [ -z "$broker" ] || say "kept: $OPERATOR has a password at the broker already; to change it: $broker"
    fi
    if [ "$MODE" = install ] && [ -n "$BEFORE" ] && other_version; then
        say "kept: $(basename "$BEFORE") runs, and this checkout ($(release_of)) is another version; --upgrade takes it"
    fi
}

other_version() {  # whether this checkout is not what runs
    local part
    for part in brewpi models deploy systemd pyproject.toml; do
        diff -rq -x __pycache__ "$SOURCE/$part" "$BEFORE/source/$part" >/dev/null 2>&1 || return 0
    done
    return 1
}

check_answers() {
    if [ ! -f "$ETC/cellar.toml" ] || [ -n "$SITE" ]; then
        case $SITE in '' | *[!a-z0-9_-]* | [!a-z0-9]*) wrong "site '$SITE': a-z, 0-9, - and _, for it goes into MQTT topics" ;; esac
    fi
    if [ ! -f "$ETC/cellar.toml" ] || [ -n "$TANKS" ]; then
        case $TANKS in '' | *[!0-9]*) wrong "tanks '$TANKS': how many, such as 2" ;; esac
        { [ "$TANKS" -ge 1 ] && [ "$TANKS" -le 64 ]; } || wrong "tanks $TANKS: 1 to 64"
    fi
    case $OPERATOR in
        '' | *[!a-z0-9_-]* | [!a-z0-9]*) wrong "user '$OPERATOR': a-z, 0-9, - and _" ;;
        brewpi | board | outbound | receiver)
            wrong "user '$OPERATOR': the program of that name has this account at the broker; take another, such as brewer" ;;
    esac
    if wants_password || [ -n "$PASSWORD" ]; then
        [ -n "$PASSWORD" ] || [ ! -f "$ETC/cellar.toml" ] ||
            wrong "$OPERATOR has no account yet at the board or the broker; give --password-file FILE to make one$(
                [ "$BOARD" = "$HAS_BOARD" ] || [ "$MODE" = upgrade ] || printf ', or --without-board to go on without the board')"
        [ ${#PASSWORD} -ge 10 ] || wrong "the password needs 10 characters or more; three unrelated words are a good one"
    fi
}

ask() {
    NAMED=$OPERATOR OPERATOR=${OPERATOR:-brewer}
    if [ -t 0 ]; then
        if [ ! -f "$ETC/cellar.toml" ]; then
            [ -n "$SITE" ] || read -rp 'Name of the site (a-z, 0-9, -): ' SITE
            [ -n "$TANKS" ] || read -rp 'How many tanks: ' TANKS
        fi
        if [ -z "$PASSWORD" ] && wants_password; then
            read -rsp "Password of $OPERATOR, for the board and MQTT (10 characters or more): " PASSWORD
            echo
        fi
    fi
    check_answers
    say_what_stays
}

# --- packages, users, folders

need_packages() {
    local wanted=(python3-venv mosquitto mosquitto-clients openssl) missing=()
    [ "$BOARD" = no ] || wanted+=(caddy)
    for package in "${wanted[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "packages: ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

need_user() {  # NAME HOME GROUP...
    local name=$1 home=$2
    shift 2
    id "$name" >/dev/null 2>&1 || useradd --system --home-dir "$home" --shell /usr/sbin/nologin "$name"
    for group in "$@"; do
        if getent group "$group" >/dev/null; then usermod -aG "$group" "$name"; fi
    done
}

need_users() {
    local name
    getent group gpio >/dev/null || groupadd --system gpio       # Raspberry Pi OS has it, Debian has not
    need_user brewpi /var/lib/brewpi gpio spi i2c dialout bluetooth
    if [ "$BOARD" = yes ]; then
        while read -r name; do
            [ "$name" = brewpi ] || need_user "$name" /nonexistent
        done < <(sed -n 's/^User=//p' "$SOURCE"/systemd/*.service)
    fi
    install -d -m 755 "$OPT" "$ETC"
    install -d -m 750 "$DATA"
    chown brewpi: "$DATA"
}

write_if_other() {  # FILE MODE: from standard input; true if it changed
    local new
    new=$(mktemp)
    cat > "$new"
    if cmp -s "$new" "$1"; then rm "$new"; return 1; fi
    install -D -m "$2" "$new" "$1"
    rm "$new"
}

secret() {  # FILE OWNER: a random password, kept if there is one
    [ -s "$1" ] || { od -An -N18 -tx1 /dev/urandom | tr -d ' \n' | install -m 600 -o "$2" /dev/stdin "$1"; }
}

# --- the program, one folder a version; /opt/brewpi/.venv points to the one that runs

release_of() { sed -n 's/^version = "\(.*\)"/\1/p' "$SOURCE/pyproject.toml"; }

install_packages() {  # LOCK: all of it, or not 0. -W: what pip will change some day is nothing that whoever installs can act on
    local pip=("$RELEASE/venv/bin/python" -W ignore -m pip install --quiet --disable-pip-version-check --no-compile)
    [ -z "$WHEELS" ] || pip+=(--no-index --find-links "$WHEELS")
    case $(uname -m) in
        # numpy and others are built for 32 bits by piwheels only, whose hashes are not those of PyPI
        armv*) "${pip[@]}" "$RELEASE/source[pi$([ "$BOARD" = no ] || echo ',ble,relays,dashboard,push,outbound,receiver')]" ;;
        # A lock names all that its packages want: to look for it once more is work for nothing.
        # http-ece, which push notices want, is published as source alone: built by the builders of the locks, none fetched for it
        *)
            pip+=(--no-deps)
            "${pip[@]}" --only-binary :all: --require-hashes -r "$SOURCE/deploy/locks/build.txt" &&
                "${pip[@]}" --only-binary :all: --no-binary http-ece --no-build-isolation --require-hashes -r "$SOURCE/deploy/locks/$1.txt" &&
                "${pip[@]}" --no-build-isolation "$RELEASE/source" ;;
    esac
}

carry_over() {  # LOCK: what runs has most of it already; an upgrade fetches the rest
    case $(uname -m) in armv*) return ;; esac    # installed without the lists
    [ -z "$BEFORE" ] || "$RELEASE/venv/bin/python" "$(dirname "$0")/carry_over.py" "$BEFORE/venv" \
        "$SOURCE/deploy/locks/build.txt" "$SOURCE/deploy/locks/$1.txt" || say "nothing is taken over from $(basename "$BEFORE"): all packages are fetched"
}

add_pip() {  # that of the Python, unless it was taken over: to unpack it takes a Pi long
    local python=$RELEASE/venv/bin/python
    if "$python" -c 'import pip' 2>/dev/null; then
        printf "#!/bin/sh\nexec '%s' -m pip \"\$@\"\n" "$python" >"$RELEASE/venv/bin/pip"
        chmod 755 "$RELEASE/venv/bin/pip"
    else
        "$python" -m ensurepip --default-pip >/dev/null
    fi
}

build_release() {  # sets RELEASE
    local lock=all
    [ "$BOARD" = yes ] || lock=service
    RELEASE=$OPT/releases/$(release_of)-$(date -u +%Y%m%d%H%M%S)
    install -d -m 755 "$RELEASE/source"
    (cd "$SOURCE" && tar -c --exclude=.git --exclude='.venv*' --exclude=build --exclude=tests .) | tar -x --no-same-owner --warning=no-timestamp -C "$RELEASE/source"
    chmod -R a+rX "$RELEASE/source"
    python3 -m venv --without-pip "$RELEASE/venv"
    carry_over $lock
    add_pip
    if ! install_packages $lock; then
        rm -rf "$RELEASE"
        [ "$SOURCE" != "$BEFORE/source" ] || say "with the versions of $(basename "$BEFORE"); --upgrade --with-board takes those of this checkout"
        fail "the packages of deploy/locks/$lock.txt cannot be installed, pip says above why; try again, or without internet give --wheels DIR"
    fi
    # On all cores, which pip does not; what was taken over is compiled. Some packages carry templates that are no Python,
    # and half of numpy is its tests, which nobody imports.
    find "$RELEASE/venv/lib" -name tests -prune -o -name '*.py' -newer "$RELEASE/venv/pyvenv.cfg" -print |
        "$RELEASE/venv/bin/python" -m compileall -q -j 0 -i - || true
}

switch_to() {  # RELEASE: at once, or not at all
    ln -sfn "$1/venv" "$OPT/.venv.new"
    mv -T "$OPT/.venv.new" "$OPT/.venv"
    for part in docs deploy systemd; do ln -sfn "$1/source/$part" "$OPT/$part"; done
    install -d "$ROOT/usr/local/bin"
    ln -sfn "$OPT/.venv/bin/brewpi" "$ROOT/usr/local/bin/brewpi"
}

running_release() { [ -L "$OPT/.venv" ] && dirname "$(readlink "$OPT/.venv")"; }

with_board() { [ -n "$1" ] && compgen -G "$1/venv/lib/python3*/site-packages/nicegui" >/dev/null; }    # RELEASE

forget_old_releases() {  # the running one and the one before stay
    local release
    for release in "$OPT"/releases/*/; do
        case ${release%/} in "$1" | "$2") ;; *) rm -rf "$release" ;; esac
    done
}

# --- configuration

need_config() {
    secret "$ETC/mqtt-password" brewpi    # before anybody checks a config that names it
    [ ! -f "$ETC/cellar.toml" ] || return 0
    {
        printf 'site = "%s"\n\n[mqtt]\nhost = "localhost"\nusername = "brewpi"\n' "$SITE"
        printf 'password_file = "%s/mqtt-password"\n\n[store]\npath = "%s/brewpi.sqlite"\n' "$ETC" "$DATA"
        printf '\n# brewpi devices lists what is around as lines for the tables below; docs/config.md has every word.\n'
        for n in $(seq "$TANKS"); do
            printf '\n[tanks.fv%s]\nvolume_l = 50\n\n[tanks.fv%s.sensors]\nhand = { kind = "manual" }\n' "$n" "$n"
        done
    } | install -m 644 /dev/stdin "$ETC/cellar.toml"
}

# Every account has a role and may only what that needs: deploy/mosquitto/brewpi.conf, docs/security.md.
need_broker() {
    local changed='' name before
    name=$(hostname)
    SITE=$(sed -n 's/^site *= *"\(.*\)".*/\1/p' "$ETC/cellar.toml" | head -n 1)
    install -d "$BROKER"
    [ -s "$BROKER/broker.crt" ] || "$OPT/deploy/mosquitto/make-ca" "$BROKER" "$name.local" "$name" localhost 127.0.0.1
    install -m 644 "$BROKER/ca.crt" "$ETC/ca.crt"
    # Before the daemon's account, so that it is told what it may hear: hydrometers that post to the receiver.
    if [ "$BOARD" = yes ]; then
        secret "$ETC/receiver-mqtt-password" brewpi-receiver
        secret "$ETC/receiver-token" brewpi-receiver
        secret "$ETC/dashboard-mqtt-password" brewpi-dashboard
        secret "$ETC/outbound-mqtt-password" brewpi-outbound
        account hydrometer receiver "$(cat "$ETC/receiver-mqtt-password")" --topic hydrometer && changed=yes
        account board board "$(cat "$ETC/dashboard-mqtt-password")" && changed=yes
        account outbound outbound "$(cat "$ETC/outbound-mqtt-password")" && changed=yes
    fi
    [ -z "$PASSWORD" ] || { account operator "$OPERATOR" "$PASSWORD" && changed=yes; }
    # The daemon's follows the config: its tanks, their hydrometers and plugs.
    before=$(cat "$BROKER/acl" 2>/dev/null || true)
    { grep -q '^brewpi:' "$BROKER/users" 2>/dev/null || cat "$ETC/mqtt-password"; } |
        broker_users daemon brewpi --config "$ETC/cellar.toml"
    [ "$before" = "$(cat "$BROKER/acl")" ] || changed=yes
    chown -R mosquitto: "$BROKER"
    write_if_other "$ROOT/etc/mosquitto/conf.d/brewpi.conf" 644 < "$OPT/deploy/mosquitto/brewpi.conf" && changed=yes
    systemctl enable --quiet mosquitto
    [ -z "$changed" ] || systemctl restart mosquitto
    name=$(without_role)
    [ -z "$name" ] || say "accounts from before there were roles, refused until they have one (brewpi broker-users): $name"
}

broker_users() { "$OPT/.venv/bin/brewpi" broker-users "$@" --directory "$BROKER" >/dev/null; }

account() {  # ROLE NAME PASSWORD MORE...: false if it was there
    local role=$1 name=$2 password=$3
    shift 3
    ! has_account "$name" || return 1
    printf '%s\n' "$password" | broker_users "$role" "$name" --site "$SITE" "$@"
}

account_fits() {  # whether the daemon's account is that of its config
    local copy fits=1
    copy=$(mktemp -d)
    if cp "$BROKER/users" "$BROKER/acl" "$copy" 2>/dev/null; then
        "$OPT/.venv/bin/brewpi" broker-users daemon brewpi --config "$ETC/cellar.toml" --directory "$copy" </dev/null >/dev/null 2>&1 &&
            cmp -s "$copy/acl" "$BROKER/acl" && fits=0
    fi
    rm -rf "$copy"
    return $fits
}

without_role() {
    local name
    [ -f "$ROOT/etc/mosquitto/brewpi-users" ] || return 0
    cut -d: -f1 "$ROOT/etc/mosquitto/brewpi-users" | while read -r name; do
        grep -q "^$name:" "$BROKER/users" || printf '%s ' "$name"
    done
}

need_board() {
    [ "$BOARD" = yes ] || return 0
    local users=$ETC/dashboard-users.toml caddy=$ROOT/etc/caddy/Caddyfile
    if [ -n "$PASSWORD" ] && ! may_use_board "$OPERATOR"; then
        [ -s "$users" ] || install -m 600 -o brewpi-dashboard /dev/null "$users"
        printf '%s\n' "$PASSWORD" | "$OPT/.venv/bin/brewpi" dashboard-user "$OPERATOR" --role operate --users "$users"
        chown brewpi-dashboard: "$users"
    fi
    if [ ! -f "$caddy" ] || grep -qE '^:80 \{|brewpi' "$caddy"; then
        if printf '# brewpi: the board; made by install.sh\n%s.local {\n\ttls internal\n\treverse_proxy 127.0.0.1:8080\n}\n' \
            "$(hostname)" | write_if_other "$caddy" 644; then systemctl restart caddy; fi
    else
        say "caddy: $caddy is yours; let it pass https on to 127.0.0.1:8080 (docs/installer.md, section 6)"
    fi
}

# The board may write the config and nothing else: the file moves into a folder of its own, and a link stays where it was.
need_setup() {
    local folder=$ETC/setup name
    if [ $SETUP = no ] && [ ! -f "$UNITS/brewpi-dashboard.service.d/setup.conf" ]; then  # never, or ended by hand
        [ ! -L "$ETC/cellar.toml" ] || say "the config is not changed in the browser any more; --setup-in-browser lets it be"
        return 0
    fi
    [ "$BOARD" = yes ] || fail "--setup-in-browser needs the board"
    install -d -m 755 -o brewpi-dashboard "$folder"
    if [ ! -L "$ETC/cellar.toml" ]; then
        install -m 644 -o brewpi-dashboard "$ETC/cellar.toml" "$folder/cellar.toml"
        ln -sfn setup/cellar.toml "$ETC/cellar.toml.new"
        mv -T "$ETC/cellar.toml.new" "$ETC/cellar.toml"
    fi
    printf '[Service]\nEnvironment="SETUP=--setup /etc/brewpi/cellar.toml"\nReadWritePaths=/etc/brewpi/setup\n' \
        | write_if_other "$UNITS/brewpi-dashboard.service.d/setup.conf" 644 || true
    for name in brewpi-setup.path brewpi-setup.service; do
        write_if_other "$UNITS/$name" 644 < "$OPT/systemd/$name" || true
    done
    systemctl daemon-reload
    systemctl enable --quiet --now brewpi-setup.path
}

need_machine() {
    local boot=$ROOT/boot/firmware/config.txt line
    if [ -f "$boot" ]; then
        for line in dtoverlay=w1-gpio dtparam=strict_gpiod; do
            grep -qxF "$line" "$boot" || { printf '%s\n' "$line" >> "$boot"; REBOOT=yes; }
        done
    fi
    # A machine whose systemd hangs is reset by the Pi's own watchdog.
    printf '[Manager]\nRuntimeWatchdogSec=15\n' | write_if_other "$ROOT/etc/systemd/system.conf.d/brewpi-watchdog.conf" 644 \
        && REBOOT=yes
    # Raspberry Pi OS has this rule under another name; Debian leaves the pins to root.
    if printf 'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"\n' \
        | write_if_other "$ROOT/etc/udev/rules.d/60-brewpi-gpio.rules" 644; then
        udevadm control --reload 2>/dev/null || true
        udevadm trigger --action=add --subsystem-match=gpio 2>/dev/null || true    # the chips are there already
    fi
    return 0
}

need_units() {
    local name
    need_unit brewpi
    if [ "$BOARD" = yes ]; then
        for name in brewpi-dashboard brewpi-outbound brewpi-receiver; do need_unit "$name"; done
    fi
    systemctl daemon-reload
    systemctl enable --quiet brewpi
    # Whoever has disabled a board finds it so after an upgrade.
    [ "$BOARD" = no ] || { [ "$MODE" = upgrade ] && [ "$HAS_BOARD" = yes ]; } || systemctl enable --quiet brewpi-dashboard
}

need_unit() { write_if_other "$UNITS/$1.service" 644 < "$OPT/systemd/$1.service" || true; }    # NAME

# --- health

healthy() {  # UNIT: of the service, active means that a whole tick has been done; then it has to stay so
    local unit=$1 end=$((SECONDS + HEALTHY_WITHIN_S)) pid
    while ! systemctl is-active --quiet "$unit"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 1
    done
    pid=$(systemctl show -p MainPID --value "$unit")
    sleep "$HEALTHY_FOR_S"
    systemctl is-active --quiet "$unit" && [ "$(systemctl show -p MainPID --value "$unit")" = "$pid" ]
}

need_healthy_board() {
    [ "$BOARD" = yes ] || return 0
    healthy brewpi-dashboard && return
    why_not brewpi-dashboard
    fail "the board does not run; what it says is above. The service controls the tanks all the same"
}

form_of() {  # a record: the number of its form
    python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("pragma user_version").fetchone()[0])' "$1"
}

why_not() { journalctl -u "${1:-brewpi}" -n 15 --no-pager -o cat 2>/dev/null || true; }

# --- what is asked for

install_brewpi() {
    ask
    need_packages
    need_users
    need_machine
    if [ -z "$BEFORE" ]; then
        [ ! -d "$OPT/.venv" ] || mv "$OPT/.venv" "$OPT/.venv.before-installer"
        build_release
        switch_to "$RELEASE"
    fi
    need_config
    "$OPT/.venv/bin/brewpi" check "$ETC/cellar.toml" || fail "the config has mistakes; mend them and run this again"
    if [ -n "$BEFORE" ] && [ "$BOARD" = yes ] && [ "$HAS_BOARD" = no ]; then
        say "the board is added to $(basename "$BEFORE"); the service goes on meanwhile"
        SOURCE=$BEFORE/source
        replace_release
    fi
    need_broker
    need_board
    need_units
    need_setup
    systemctl is-active --quiet brewpi || systemctl start brewpi || true
    [ "$BOARD" = no ] || systemctl start brewpi-dashboard || true
    healthy brewpi || { why_not; fail "the service does not run; what it says is above"; }
    need_healthy_board
    say "brewpi $("$OPT/.venv/bin/brewpi" --version | cut -d' ' -f2) runs. Next: brewpi devices, then $ETC/cellar.toml"
    say_where_board
    [ -z "$REBOOT" ] || say "1-wire, pins and watchdog take effect after: sudo reboot"
}

say_where_board() {
    if [ "$BOARD" = no ]; then
        say "without the board; run this again without --without-board to add it"
    elif may_use_board "$OPERATOR"; then
        say "board: https://$(hostname).local, as $OPERATOR"
    else
        say "board: https://$(hostname).local, as $(sed -n 's/^\["\{0,1\}\([^]"]*\).*/\1/p' "$ETC/dashboard-users.toml" | paste -sd, | sed 's/,/, /g')"
    fi
}

upgrade() {
    [ -n "$BEFORE" ] || fail "nothing is installed by this script; run it without --upgrade"
    ask
    need_packages
    need_users
    replace_release
    need_broker
    if [ "$HAS_BOARD" = no ] || [ -n "$PASSWORD" ]; then need_board; fi
    need_units
    need_setup
    need_other_programs
    say "upgraded: $(basename "$BEFORE") -> $(basename "$RELEASE")"
    [ "$BOARD" = "$HAS_BOARD" ] || say_where_board
    [ "$BOARD" = yes ] || say "without the board, as before; --upgrade --with-board adds it"
}

need_other_programs() {  # those of the board, from the new release; what was stopped stays so
    [ "$BOARD" = yes ] || return 0
    systemctl try-restart brewpi-outbound brewpi-receiver 2>/dev/null || true
    if systemctl is-enabled --quiet brewpi-dashboard; then
        systemctl restart brewpi-dashboard || true
        need_healthy_board
    else
        systemctl try-restart brewpi-dashboard || true
    fi
}

# The new release beside the old one, which runs until the new one takes the config, and again if that is not healthy.
replace_release() {  # sets RELEASE
    local backup=$DATA/before-upgrade.sqlite
    build_release
    if ! "$RELEASE/venv/bin/brewpi" check "$ETC/cellar.toml"; then
        rm -rf "$RELEASE"
        fail "the new version does not take your config; nothing was changed"
    fi
    rm -f "$backup"
    if [ -f "$DATA/brewpi.sqlite" ]; then  # a whole copy, while the service goes on writing
        python3 -c 'import sqlite3, sys; a, b = map(sqlite3.connect, sys.argv[1:]); a.backup(b)' "$DATA/brewpi.sqlite" "$backup"
        chown brewpi: "$backup"
    fi
    switch_to "$RELEASE"
    need_unit brewpi    # the board's follow once the service is healthy
    systemctl daemon-reload
    systemctl restart brewpi || true
    healthy brewpi || { why_not; roll_back "$backup"; }
    forget_old_releases "$BEFORE" "$RELEASE"
}

roll_back() {  # BACKUP of the record
    say "the new version is not healthy; back to $(basename "$BEFORE")"
    systemctl stop brewpi || true
    switch_to "$BEFORE"
    need_unit brewpi
    systemctl daemon-reload
    # What the new version wrote is kept, doses above all; unless it has brought the record into a form of its own.
    if [ -f "$1" ] && [ "$(form_of "$1")" != "$(form_of "$DATA/brewpi.sqlite")" ]; then
        mv "$DATA/brewpi.sqlite" "$DATA/after-failed-upgrade.sqlite"
        rm -f "$DATA/brewpi.sqlite-wal" "$DATA/brewpi.sqlite-shm"
        cp -p "$1" "$DATA/brewpi.sqlite"
        chown brewpi: "$DATA/brewpi.sqlite"
        say "the record is as before the upgrade; what the new version wrote is in $DATA/after-failed-upgrade.sqlite"
        say "if a dose was due within these minutes, look at the bottle"
    fi
    systemctl reset-failed brewpi 2>/dev/null || true
    systemctl start brewpi || true
    rm -rf "$RELEASE"
    healthy brewpi || fail "the old version does not run either; what it says: journalctl -u brewpi"
    fail "rolled back: $(basename "$BEFORE") runs"
}

uninstall() {
    local name
    systemctl disable --quiet --now brewpi-setup.path 2>/dev/null || true
    rm -rf "$UNITS/brewpi-setup.path" "$UNITS/brewpi-setup.service" "$UNITS/brewpi-dashboard.service.d/setup.conf"
    for name in brewpi-receiver brewpi-outbound brewpi-dashboard brewpi; do
        systemctl disable --quiet --now "$name" 2>/dev/null || true
        rm -f "$UNITS/$name.service"
    done
    [ ! -x "$OPT/.venv/bin/brewpi" ] || "$OPT/.venv/bin/brewpi" off "$ETC/cellar.toml" || true
    systemctl daemon-reload
    rm -f "$ROOT/etc/mosquitto/conf.d/brewpi.conf" "$ROOT/etc/systemd/system.conf.d/brewpi-watchdog.conf" \
        "$ROOT/etc/udev/rules.d/60-brewpi-gpio.rules" "$ROOT/usr/local/bin/brewpi"
    if grep -q '^# brewpi:' "$ROOT/etc/caddy/Caddyfile" 2>/dev/null; then
        rm "$ROOT/etc/caddy/Caddyfile"
        systemctl stop caddy || true
    fi
    systemctl restart mosquitto 2>/dev/null || true
    rm -rf "$OPT/releases" "$OPT/.venv" "$OPT/docs" "$OPT/deploy" "$OPT/systemd"
    rmdir "$OPT" 2>/dev/null || true
    say "removed. Kept: $ETC (config, passwords), $DATA (the record), packages, users, /boot/firmware/config.txt"
}

check() {
    local lacking=0
    ok() { if eval "$2"; then say "ok       $1"; else say "missing  $1"; lacking=1; fi; }
    # shellcheck disable=SC2016  # evaluated by ok
    {
        ok 'package python3-venv' 'python3 -c "import ensurepip, venv" 2>/dev/null'
        ok 'Mosquitto' 'command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ]'
        ok 'user brewpi' 'id brewpi >/dev/null 2>&1'
        ok 'program /opt/brewpi/.venv' '[ -x "$OPT/.venv/bin/brewpi" ]'
        ok 'config /etc/brewpi/cellar.toml without a mistake' '"$OPT/.venv/bin/brewpi" check "$ETC/cellar.toml" >/dev/null 2>&1'
        ok 'password of the broker' '[ -s "$ETC/mqtt-password" ]'
        ok 'accounts of the broker' '[ -s "$BROKER/users" ] && [ -s "$BROKER/acl" ]'
        ok 'the service may hear and tell at the broker what its config names' 'account_fits'
        ok 'broker runs' 'systemctl is-active --quiet mosquitto'
        ok 'service runs' 'systemctl is-active --quiet brewpi'
        ok 'service starts with the machine' 'systemctl is-enabled --quiet brewpi'
        if [ "$BOARD" = yes ] || [ -f "$UNITS/brewpi-dashboard.service" ]; then
            ok 'packages of the board' 'with_board "$BEFORE"'
            ok 'somebody may use the board' '[ -s "$ETC/dashboard-users.toml" ]'
            ok 'board runs, and stays so' 'HEALTHY_WITHIN_S=10 healthy brewpi-dashboard'
        elif [ -n "$BEFORE" ]; then
            say 'without  the board; an installation without --without-board, or --upgrade --with-board, adds it'
        fi
        ok 'hardware watchdog is configured' '[ -f "$ROOT/etc/systemd/system.conf.d/brewpi-watchdog.conf" ]'
        if [ -f "$ROOT/boot/firmware/config.txt" ]; then
            ok '1-wire in config.txt' 'grep -qxF dtoverlay=w1-gpio "$ROOT/boot/firmware/config.txt"'
            ok 'strict_gpiod in config.txt' 'grep -qxF dtparam=strict_gpiod "$ROOT/boot/firmware/config.txt"'
        fi
    }
    [ -z "$BEFORE" ] || ! other_version || say "other    this checkout ($(release_of)) is not the version that runs; --upgrade takes it"
    return $lacking
}

read_options "$@"
[ "$(id -u)" = 0 ] || fail "run it with sudo"
[ "$SOURCE" != "$OPT" ] || fail "$OPT is where it installs to; move this checkout: sudo mv $OPT $OPT-source"
[ "$MODE" = uninstall ] || settle_board
case $MODE in
    install) install_brewpi ;;
    *) "$MODE" ;;
esac
