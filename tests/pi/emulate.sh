#!/usr/bin/env bash
# emulate.sh: a Raspberry Pi 3B in QEMU (raspi3b), with Debian's arm64 kernel and systemd, on an x86-64 Debian without KVM.
#
#   tests/pi/emulate.sh tools      the host's packages, binfmt                               1 min
#   tests/pi/emulate.sh root       an arm64 root of SUITE, without the product               5-11 min, kept: the slow part
#   tests/pi/emulate.sh kernel     kernel, initramfs, device tree                            0.5 min
#   tests/pi/emulate.sh wheels     what deploy/locks/all.txt wants, for arm64                1 min
#   tests/pi/emulate.sh image      root, checkout and wheels -> sd.img                       0.5 min
#   tests/pi/emulate.sh install [later]  boots it, installs, keeps the card as sd.installed.img; later: first without the board
#   tests/pi/emulate.sh refresh    the checkout's brewpi into that card, without installing  5 s
#   tests/pi/emulate.sh run [STAGE...]   boots a copy, tests, cuts the power, boots, tests; without a stage upgrades on a second
#                                  Pi beside it
#   tests/pi/emulate.sh forecasts LOGS   the installed card's program and this machine's, over a folder of logs
#   tests/pi/emulate.sh boot       only boots; then python3 tests/pi/guest.py DIR COMMAND
#   tests/pi/emulate.sh all        what is missing of these, then run: `make pi-test`
#
# SUITE=bookworm (Python 3.11, tflite-runtime) or trixie (3.13, ai-edge-litert); PI= where it all lies; NICE= 10; CPUS= of the Pi
# (2 is best on 2 cores). As root. Wants 7 GB of disk and 2.4 GB of memory.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd) SRC=$(cd "$(dirname "$0")/../.." && pwd)
SUITE=${SUITE:-bookworm} PI=${PI:-$SRC/build/pi/$SUITE} CPUS=${CPUS:-2}
R=$PI/root
# QEMU's default user CPU, "max", has SVE, with which QEMU 7.2 multiplies matrices wrongly (OpenBLAS), and pointer
# authentication, which is slow in software. A Pi 3 has neither.
export QEMU_CPU=cortex-a53
N=(nice -n "${NICE:-10}")
PYTHON_OF=$(case $SUITE in bookworm) echo 3.11 ;; *) echo 3.13 ;; esac)
GLIBC=$(case $SUITE in bookworm) echo 36 ;; *) echo 41 ;; esac) # 2.36, 2.41
mkdir -p "$PI"
cd "$PI"

tools() {
    DEBIAN_FRONTEND=noninteractive "${N[@]}" apt-get install -y -qq --no-install-recommends qemu-system-arm qemu-user-static \
        binfmt-support mmdebstrap arch-test device-tree-compiler kmod cpio e2fsprogs git python3 python3-venv >/dev/null ||
        { echo "QEMU and mmdebstrap cannot be installed here, so no Pi can be emulated"; exit 2; }
    # In a container nobody mounts binfmt_misc, and the package then registers nothing.
    mountpoint -q /proc/sys/fs/binfmt_misc || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || update-binfmts --enable qemu-aarch64
    arch-test arm64 >/dev/null || { echo "this machine cannot run arm64 programs, so no Pi can be emulated"; exit 2; }
}

root() {
    rm -rf "$R"
    sed "s/bookworm/$SUITE/g; s/trixie/$SUITE/g" /etc/apt/sources.list.d/debian.sources > suite.sources
    # What docs/installer.md takes for granted of Raspberry Pi OS, and the packages that it and the installer would fetch.
    "${N[@]}" mmdebstrap --architectures=arm64 --variant=important \
        --include=systemd,systemd-sysv,systemd-timesyncd,udev,dbus,kmod,procps,ca-certificates,python3,python3-venv,sudo,git,mosquitto,mosquitto-clients,openssl,caddy,gpiod,sqlite3,busybox-static \
        "$SUITE" "$R" suite.sources
    echo cellar > "$R/etc/hostname"
    printf '127.0.0.1 localhost cellar cellar.local\n' > "$R/etc/hosts"
    echo '/dev/mmcblk0 / ext4 defaults,noatime 0 1' > "$R/etc/fstab"
    mkdir -p "$R/var/log/journal" "$R/boot/firmware" "$R/etc/systemd/system/serial-getty@ttyAMA0.service.d" "$R/etc/systemd/system.conf.d"
    echo 'arm_64bit=1' > "$R/boot/firmware/config.txt"
    chroot "$R" passwd -qd root
    # Raspberry Pi OS asks for a user, who may drive pins and become root; who types what the page says is this one.
    chroot "$R" sh -c 'groupadd --system gpio; useradd -m -s /bin/bash -G sudo,gpio,adm pi; echo "pi ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/pi'
    # The harness's way in: a root shell on the serial console. The emulator is slow, systemd has to be patient; and on a busy
    # host it does not come to stroke softdog every few seconds, as the installer's 15 s want it on a Pi.
    printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root --noclear --keep-baud 115200 %%I dumb\n' \
        > "$R/etc/systemd/system/serial-getty@ttyAMA0.service.d/auto.conf"
    printf '[Manager]\nDefaultTimeoutStartSec=600\nDefaultDeviceTimeoutSec=600\nRuntimeWatchdogSec=300\n' > "$R/etc/systemd/system.conf.d/emulator.conf"
}

kernel() {
    if ! compgen -G 'linux-image-*_arm64.deb' >/dev/null; then
        cp --remove-destination /etc/resolv.conf "$R/etc/resolv.conf"
        mount --bind /dev "$R/dev"
        trap 'umount "$R/dev"' EXIT
        # shellcheck disable=SC2016  # expanded inside the root
        chroot "$R" sh -c 'cd /tmp && apt-get update -qq && apt-get download -qq $(apt-cache depends linux-image-arm64 | sed -n "s/.*Depends: \(linux-image-[0-9][^ ]*\).*/\1/p" | head -1)'
        umount "$R/dev"
        trap - EXIT
        mv "$R"/tmp/linux-image-*_arm64.deb .
    fi
    local version part module
    rm -rf kern ird
    dpkg-deb -x linux-image-*_arm64.deb kern
    [ -d kern/lib/modules ] || { mkdir -p kern/lib && ln -s ../usr/lib/modules kern/lib/modules; }    # usr-merged packages
    version=$(basename "$(echo kern/lib/modules/*)")
    depmod -b kern "$version"
    cp "kern/boot/vmlinuz-$version" vmlinuz
    cp "kern/usr/lib/linux-image-$version/broadcom/bcm2837-rpi-3-b.dtb" pi3.dtb
    # With its Bluetooth child the PL011 is no ttyAMA0; the firmware of a real Pi adds the revision, which gpiozero wants; and
    # QEMU reads no config.txt, so dtoverlay=w1-gpio stands here. (The bus is there, nothing answers on it.)
    fdtput -r pi3.dtb /soc/serial@7e201000/bluetooth
    fdtput -p -t x pi3.dtb /system linux,revision a02082
    fdtput -p -t s pi3.dtb /onewire compatible w1-gpio
    fdtput -t i pi3.dtb /onewire gpios "$(fdtget -t i pi3.dtb /soc/gpio@7e200000 phandle)" 4 0
    # QEMU 7.2 resets the machine as soon as bcm2835_wdt is armed; softdog, loaded first, becomes /dev/watchdog0.
    mkdir -p ird/{bin,dev,proc,sys,newroot,mod}
    cp "$R/usr/bin/busybox" ird/bin/
    ln -s busybox ird/bin/sh
    for module in softdog sdhci_iproc bcm2835 ext4; do
        modprobe -d kern -S "$version" -n --show-depends "$module" | awk '/^insmod/{print $2}'
    done | awk '!seen[$0]++' | while read -r module; do cp "$module" ird/mod/; basename "$module" >> ird/mod/order; done
    cat > ird/init <<'I'
#!/bin/sh
B=/bin/busybox
$B mount -t proc proc /proc; $B mount -t sysfs sys /sys; $B mount -t devtmpfs dev /dev
for m in $($B cat /mod/order); do $B insmod /mod/$m; done
n=0; while [ ! -b /dev/mmcblk0 ] && [ $n -lt 60 ]; do $B sleep 1; n=$((n+1)); done
$B mount -o rw /dev/mmcblk0 /newroot || exec /bin/sh
$B umount /proc; $B umount /sys; $B mount --move /dev /newroot/dev
exec $B switch_root /newroot /sbin/init
I
    chmod +x ird/init
    (cd ird && find . | cpio -o -H newc --quiet | gzip -1) > initrd.gz
    rm -rf "$R/lib/modules"
    mkdir -p "$R/lib/modules"
    cp -a "kern/lib/modules/$version" "$R/lib/modules/"
    for part in sound drivers/gpu drivers/media drivers/infiniband drivers/isdn drivers/scsi drivers/staging drivers/iio \
        drivers/net/wireless drivers/net/ethernet fs/xfs fs/btrfs fs/ocfs2 fs/nfs fs/nfsd fs/ceph fs/smb fs/gfs2 fs/f2fs; do
        rm -rf "$R/lib/modules/$version/kernel/$part"
    done
    depmod -b "$R" "$version"
}

wheels() {
    local platforms=() platform
    # A wheel names the oldest glibc that it runs on (PEP 600); pip takes only the names that it is given.
    platforms=(--platform manylinux2014_aarch64)
    for platform in $(seq 17 "$GLIBC"); do platforms+=(--platform "manylinux_2_${platform}_aarch64"); done
    [ -x host/bin/python ] || python3 -m venv host
    # Markers ask for the Python that runs pip; the versions of the other suite are left out by hand.
    awk -v want="$PYTHON_OF" '/^[a-z]/ { keep = 1
        if ($0 ~ /python_full_version < .3\.1[23]/ && want != "3.11") keep = 0
        if ($0 ~ /python_full_version >= .3\.1[23]/ && want == "3.11") keep = 0 } keep' \
        "$SRC/deploy/locks/all.txt" | sed "s/ ; python_full_version[^\\\\]*//" > wheels.txt
    rm -rf wheels
    "${N[@]}" host/bin/pip download -q --disable-pip-version-check --no-deps --only-binary :all: --no-binary http-ece --require-hashes \
        --python-version "$PYTHON_OF" "${platforms[@]}" -r wheels.txt -d wheels
}

image() {
    rm -rf "$R/srv" "$R/tmp/"* "$R/root/.cache" sd.img
    : > "$R/etc/machine-id"
    mkdir -p "$R/srv/wheels"
    git clone -q --bare --depth 1 "file://$SRC" "$R/srv/brewpi.git"
    chown -R "$(stat -c %u:%g "$R/home/pi")" "$R/srv/brewpi.git"    # git reads nobody else's
    # The emulator has no network: pip finds here what it would find at PyPI, whatever the installer is told.
    cp wheels/* "$R/srv/wheels/"
    printf '[global]\nno-index = true\nfind-links = /srv/wheels\n' > "$R/etc/pip.conf"
    "$SRC/deploy/deb.sh" "$R/srv" >/dev/null
    cp "$HERE/cellar.toml" "$R/srv/cellar.toml"
    # A DS18B20 that is a file, laid over the real but empty bus, for the service alone. The raw bytes count, not t=.
    mkdir -p "$R/srv/w1/28-0316a2794e01" "$R/etc/systemd/system/brewpi.service.d"
    printf 'e0 00 4b 46 7f ff 0e 10 57 : crc=57 YES\ne0 00 4b 46 7f ff 0e 10 57 t=14000\n' > "$R/srv/w1/28-0316a2794e01/w1_slave"
    printf '[Service]\nBindReadOnlyPaths=/srv/w1:/sys/bus/w1/devices\n' > "$R/etc/systemd/system/brewpi.service.d/fake-w1.conf"
    # QEMU's SD card wants a size that is a power of two. -d needs no loop device and no mount.
    "${N[@]}" mke2fs -q -t ext4 -d "$R" -L root sd.img 4G
}

boot() {
    rm -f pi.serial pi.mon pi.log
    # A 3B has 4 cores and -smp is refused; 4 on 2 host cores fight. iomem=relaxed lets root press buttons through /dev/mem.
    exec "${N[@]}" qemu-system-aarch64 -M raspi3b -m 1024 -kernel vmlinuz -initrd initrd.gz -dtb pi3.dtb \
        -global "bcm2837.enabled-cpus=$CPUS" -drive if=sd,format=raw,file=sd.img \
        -append "root=/dev/mmcblk0 rw console=ttyAMA0,115200 loglevel=4 net.ifnames=0 iomem=relaxed maxcpus=$CPUS" \
        -display none -chardev socket,id=s0,path=pi.serial,server=on,wait=off,logfile=pi.log -serial chardev:s0 \
        -monitor unix:pi.mon,server=on,wait=off -no-reboot
}

install() { "${N[@]}" python3 -u "$HERE/pitest.py" "$PI" install "$@"; }

run() { # STAGE...
    if [ $# -gt 0 ]; then
        stages "$PI" "$@"
        return
    fi
    # A guest keeps little more than one core busy, so that a second one does its upgrades meanwhile.
    mkdir -p upgrades
    local file ended=0
    for file in vmlinuz initrd.gz pi3.dtb sd.installed.img; do ln -sfn "../$file" "upgrades/$file"; done
    stages "$PI/upgrades" upgrade > upgrades.log 2>&1 &
    stages "$PI" relays endings broker board power || ended=1
    wait $! || ended=1
    echo "== meanwhile, on another one"
    cat upgrades.log
    return $ended
}

stages() { "${N[@]}" python3 -u "$HERE/pitest.py" "$1" run "${@:2}"; } # DIR STAGE...

refresh() {
    mkdir -p card
    mount -o loop sd.installed.img card
    trap 'umount card' EXIT
    local to
    for to in card/opt/brewpi/releases/*/venv/lib/python*/site-packages/brewpi; do
        find "$to" -name "*.py" -delete
        git -C "$SRC" archive HEAD brewpi | tar -x -C "$(dirname "$to")"
        git -C "$SRC" archive HEAD models | tar -x -C "$to"
        chroot card python3 -m compileall -q "${to#card}"
    done
    rm -rf card/srv/brewpi.git card/home/pi/brewpi
    git clone -q --bare --depth 1 "file://$SRC" card/srv/brewpi.git
    git clone -q card/srv/brewpi.git card/home/pi/brewpi
    git -C card/home/pi/brewpi remote set-url origin /srv/brewpi.git
    chown -R "$(stat -c %u:%g card/home/pi)" card/srv/brewpi.git card/home/pi/brewpi
    "$SRC/deploy/deb.sh" card/srv >/dev/null
    cp "$HERE/cellar.toml" card/srv/cellar.toml
}

forecasts() {
    local logs list
    logs=$(cd "$1" && pwd)
    mkdir -p card
    mount -o loop sd.installed.img card
    mkdir -p card/srv/logs
    mount --bind "$logs" card/srv/logs
    trap 'umount card/srv/logs; umount card' EXIT
    (cd "$logs" && find . -name '*.csv' | LC_ALL=C sort) > logs.txt
    mapfile -t list < logs.txt
    cp "$HERE/forecasts.py" card/srv/
    # qemu-user flushes the smallest numbers to zero, which numpy remarks.
    "${N[@]}" chroot card sh -c 'cd /srv/logs && /opt/brewpi/.venv/bin/python -W ignore /srv/forecasts.py say "$@"' sh "${list[@]}" > arm64.json
    (cd "$logs" && PYTHONPATH=$SRC "${N[@]}" python3 "$HERE/forecasts.py" say "${list[@]}") > here.json
    python3 "$HERE/forecasts.py" compare arm64.json here.json
}

all() {
    "$HERE/emulate.sh" tools
    [ -f root.done ] || { "$HERE/emulate.sh" root && touch root.done; }
    [ -f initrd.gz ] || "$HERE/emulate.sh" kernel
    "$HERE/emulate.sh" wheels
    "$HERE/emulate.sh" image
    "$HERE/emulate.sh" install
    "$HERE/emulate.sh" run "$@"
}

command=${1:?which step? see the head of this file}
shift
"$command" "$@"
