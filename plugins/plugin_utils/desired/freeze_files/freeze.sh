#!/bin/sh
# Written by Jifang, role freeze. Usage: freeze keep | release | confirm | arm | thaw UNTIL | freeze | end | state
set -eu
LC_ALL=C
export LC_ALL
lower=@LOWER@
home=@STATE_HOME@
keep_list=@KEEP_LIST@
kept=/run/jifang-freeze-kept

frozen() {
    mountpoint -q "$lower"
}

# The disk's own root, where a frozen PC keeps it.
disk() {
    if frozen; then echo "$lower"; fi
}

open_disk() {
    if frozen; then mount -o remount,rw "$lower"; fi
}

# Read-only again: the mount alone where kept folders are written to the same file system.
close_disk() {
    frozen || return 0
    sync
    if [ -e "$kept" ]; then
        mount -o remount,bind,ro "$lower"
    else
        mount -o remount,ro "$lower"
    fi
}

# write NAME TEXT: a file of the state folder, whole or not at all.
write() {
    folder="$(disk)$home"
    open_disk
    mkdir -p "$folder"
    printf '%s\n' "$2" > "$folder/$1.new"
    sync
    mv "$folder/$1.new" "$folder/$1"
    close_disk
}

forget() {
    [ -e "$(disk)$home/$1" ] || return 0
    open_disk
    rm -f "$(disk)$home/$1"
    sync
    close_disk
}

# At every frozen start: what must outlast a restart is written to the disk itself.
keep() {
    : > /run/jifang-freeze-opened
    while read -r path; do
        if [ -L "$lower$path" ] || [ ! -e "$lower$path" ]; then
            echo "not there, not kept: $path"
            continue
        fi
        under=$(findmnt --noheadings --output TARGET --target "$lower$path")
        mount -o remount,rw "$under"
        mount --bind "$lower$path" "$path"
        echo "$under" >> /run/jifang-freeze-opened
    done < "$keep_list"
    # The bind mounts stay writable; the way through the mounts below does not.
    sort -u /run/jifang-freeze-opened | while read -r under; do mount -o remount,bind,ro "$under"; done
    if grep -qx "$lower" /run/jifang-freeze-opened; then : > "$kept"; fi
    # A window that this start found closed is over.
    forget thaw
    # A kernel that was told "rw" leaves the disk writable.
    close_disk
}

# At shutdown: the disk is let go of cleanly, which the system cannot do while it is the ground of its own root.
release() {
    while read -r path; do
        if mountpoint -q "$path"; then umount "$path" || umount --lazy "$path"; fi
    done < "$keep_list"
    rm -f "$kept"
    sync
    echo "$lower" >> /run/jifang-freeze-opened
    sort -u /run/jifang-freeze-opened | while read -r under; do mount -o remount,ro "$under" || :; done
}

thaw() {
    until=$1
    now=$(date +%s)
    [ "$until" -gt "$now" ] || { echo "this PC's clock is later than the end of the window: $(date)" >&2; exit 1; }
    [ "$until" -lt "$((now + 8 * 86400))" ] || { echo "this PC's clock is far behind: $(date)" >&2; exit 1; }
    shift=0
    if [ "$(sed -n 3p /etc/adjtime 2>/dev/null)" = LOCAL ]; then
        zone=$(date +%z)
        shift=$((${zone%????}1 * (1${zone#?} / 100 % 100 * 3600 + 1${zone#?} % 100 * 60)))
    fi
    write thaw "$now $until $shift"
    frozen || systemctl start jifang-freeze-end.timer
}

# Every minute while thawed: a window that is over ends by itself. The next start finds it closed and removes it.
end() {
    read -r since until _ < "$home/thaw"
    now=$(date +%s)
    if [ "$now" -ge "$since" ] && [ "$now" -lt "$until" ]; then return 0; fi
    [ -e /run/systemd/shutdown/scheduled ] || shutdown -r +5 "@OVER@"
}

case "${1:-}" in
keep) keep ;;
release) release ;;
confirm) forget trial ;;
arm) write trial armed ;;
thaw) thaw "$2" ;;
freeze) forget thaw ;;
end) end ;;
state) if frozen; then echo frozen; else echo thawed; fi ;;
*)
    sed -n 2p "$0" >&2
    exit 2
    ;;
esac
