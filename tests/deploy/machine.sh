#!/bin/bash
# A machine to install on: what deploy/install.sh asks of Debian, as far as a folder can be one; systemd is machine.py.
# Called forty times in an installation, under the names of the commands it stands for. Users are words in a file.
users=$BREWPI_ROOT/machine/users
case ${0##*/} in
    id)
        [ "$*" != -u ] || { echo 0; exit; }
        [ -f "$users" ] && [[ " $(tr '\n' ' ' < "$users")" == *" ${!#} "* ]] ;;
    useradd) echo "${!#}" >> "$users" ;;
    getent) [ "${!#}" = gpio ] || [ "${!#}" = dialout ] || exit 2 ;;
    dpkg-query) echo 'install ok installed' ;;
    install) # owners are words here
        words=()
        while [ $# -gt 0 ]; do
            if [ "$1" = -o ]; then shift; else words+=("$1"); fi
            shift
        done
        exec /usr/bin/install "${words[@]}" ;;
esac
