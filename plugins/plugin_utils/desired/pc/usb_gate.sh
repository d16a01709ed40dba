#!/bin/sh
# Jifang: opens and closes the drivers of removable media. Called by udev rules, a timer and the role usb_lockdown.
#
# While no allowed stick is in, no storage driver can be loaded, and the kernel authorises every device by itself: a
# keyboard needs nobody. Only while a driver is loaded are new interfaces unauthorised at first ("guarded"), so that
# the driver never sees a stick that nobody allowed; udev rules then authorise what is no storage.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin
RUN=/run/jifang
FLAG=$RUN/usb_unlocked
ADMITTED=$RUN/usb-admitted
RECORD=/var/lib/jifang/usb_unlock
POLICY=/etc/modprobe.d/jifang-usb.conf
DEVICES=/sys/bus/usb/devices
ATTEMPT=/usr/local/lib/jifang/usb-attempt
# A PC whose clock is further from the control node's would open and close at another time than was meant.
CLOCK_SECONDS=600

say() {
    echo "$1"
    logger -t jifang-usb -- "$1" 2>/dev/null
}

write() { # value, path: a device may go at any moment, and then there is nothing to do
    [ -e "$2" ] && echo "$1" 2>/dev/null >"$2"
}

value() {
    content=
    [ -r "$1" ] && read -r content <"$1"
    echo "$content"
}

guard() { # 1: a new interface is authorised by the kernel; 0: by a udev rule
    for hub in "$DEVICES"/usb*/interface_authorized_default; do
        write "$1" "$hub"
    done
}

drivers_loaded() {
    [ -d /sys/module/usb_storage ] || [ -d /sys/module/uas ]
}

some_admitted() {
    for device in "$ADMITTED"/*; do
        [ -e "$device" ] && return 0
    done
    return 1
}

probe() { # interface
    [ -e "$DEVICES/$1/driver" ] || write "$1" /sys/bus/usb/drivers_probe
}

attempt() { # refused or allowed, device: recorded once for each plugging, and Python started only then
    folder=$DEVICES/$2
    seen=$RUN/usb-seen/$(value "$folder/busnum")-$(value "$folder/devnum")
    told="$1 $(value "$folder/idVendor"):$(value "$folder/idProduct") $(value "$folder/serial")"
    [ "$(value "$seen")" = "$told" ] || exec "$ATTEMPT" "$1" "$2"
}

sweep() { # takes every storage interface out that nobody allowed
    for other in "$DEVICES"/*:*; do
        name=${other##*/}
        [ "$(value "$other/bInterfaceClass")" = 08 ] || continue
        [ -e "$ADMITTED/${name%%:*}" ] || write 0 "$other/authorized"
    done
}

admit() { # interface of an allowed stick, the last day on which it works (YYYYMMDD)
    device=${1%%:*}
    if [ "$(date +%Y%m%d)" -gt "$2" ]; then
        write 0 "$DEVICES/$1/authorized"
        attempt refused "$device"
        return
    fi
    [ -e "$ADMITTED/$device" ] && [ -e "$DEVICES/$1/driver" ] && return
    mkdir -p "$ADMITTED"
    : >"$ADMITTED/$device"
    guard 0
    # What came in before the guard stood is still authorised.
    sweep
    modprobe --ignore-install usb-storage || say "The driver usb-storage cannot be loaded."
    # The driver uas stays closed; without this quirk usb-storage would leave a UAS stick to it.
    write "$(value "$DEVICES/$device/idVendor"):$(value "$DEVICES/$device/idProduct"):u" \
        /sys/module/usb_storage/parameters/quirks
    write 1 "$DEVICES/$1/authorized"
    probe "$1"
    attempt allowed "$device"
}

left() { # device of an allowed stick
    rm -f "$ADMITTED/$1"
    some_admitted || close_drivers
}

wake() { # interface that a rule lets in while guarded; drivers of several interfaces want all of them
    write 1 "$DEVICES/$1/authorized"
    for other in "$DEVICES/${1%%:*}":*; do
        [ "$(value "$other/authorized")" = 1 ] && probe "${other##*/}"
    done
}

card() { # memory card in a built-in slot
    write "$1" /sys/bus/mmc/drivers/mmcblk/unbind
    exec "$ATTEMPT" refused "$1"
}

close_drivers() { # takes the closed drivers out of the kernel; says which one is still in use
    [ -e "$FLAG" ] && return
    modules=$(sed -n 's/^install \([a-z0-9_-]*\) .*/\1/p' "$POLICY" | tr - _)
    for _again in 1 2; do
        for module in $modules; do
            # Another PC's disk may hang on it (eMMC): the rules close what is no part of the PC.
            [ "$module" = mmc_block ] && continue
            [ "$module" = usb_storage ] && some_admitted && continue
            [ -d "/sys/module/$module" ] && modprobe --remove --quiet "$module"
        done
    done
    for module in $modules; do
        [ "$module" = mmc_block ] && continue
        [ -e "/sys/module/$module/refcnt" ] && ! some_admitted && say "The driver $module is still in use."
    done
    drivers_loaded || guard 1
}

rerun_rules() {
    udevadm control --reload
    udevadm trigger --type=devices --action=add --subsystem-match=usb --subsystem-match=mmc --subsystem-match=scsi
    udevadm settle --timeout=60
}

close_all() {
    [ -e /sys/bus/usb ] || return 0
    sync
    # Devices that came in open: their file systems are cut off after the sync.
    findmnt --noheadings --list --output SOURCE,TARGET | while read -r source target; do
        disk=$(lsblk --noheadings --inverse --list --output TRAN "$source" 2>/dev/null | grep -cx usb)
        [ "$disk" = 0 ] || say "$source was in use at $target and is cut off now."
    done
    drivers_loaded && guard 0
    # At once; the rules come to it once udev has worked off its queue.
    grep -qs '^install usb-storage ' "$POLICY" && sweep
    rerun_rules
    for marker in "$ADMITTED"/*; do
        # Its entry may have been taken away while the stick is in.
        udevadm info --query=property --path="$DEVICES/${marker##*/}" 2>/dev/null | grep -qx JIFANG_USB=allowed ||
            rm -f "$marker"
    done
    close_drivers
    systemctl --quiet is-enabled usbguard.service 2>/dev/null && systemctl start usbguard.service
    return 0
}

open_all() {
    [ -e /sys/bus/usb ] || return 0
    systemctl --quiet is-active usbguard.service && systemctl stop usbguard.service
    guard 1
    for device in "$DEVICES"/[0-9]*; do
        # A keyboard that brings storage stays out, also now.
        udevadm info --query=property --path="$device" | grep -qx JIFANG_USB=refused && continue
        [ "$(value "$device/authorized")" = 0 ] && write 1 "$device/authorized"
    done
    rerun_rules
    for interface in "$DEVICES"/*:*; do
        probe "${interface##*/}"
    done
    for host in /sys/class/scsi_host/*/scan; do
        write "- - -" "$host"
    done
    for slot in /sys/bus/mmc/devices/*; do
        [ -e "$slot/driver" ] || write "${slot##*/}" /sys/bus/mmc/drivers/mmcblk/bind
    done
    return 0
}

number() {
    case "$1" in '' | *[!0-9]*) return 1 ;; esac
}

lock() {
    systemctl --quiet stop jifang-usb-lock.timer 2>/dev/null
    rm -f "$RECORD"
    [ -e "$FLAG" ] || return 0
    rm -f "$FLAG"
    say "USB storage is locked again."
    close_all
}

remember() { # from, until, newest time that was seen
    mkdir -p "${RECORD%/*}"
    (umask 077 && echo "$1 $2 $3" >"$RECORD.new") && mv "$RECORD.new" "$RECORD" && sync "$RECORD"
}

# The record outlives a reboot; the flag does not. So every start is locked until the clock was asked. A clock that was
# set back finds a newer time in the record and opens nothing; one that is late at boot is asked again once it is set.
follow_record() {
    mkdir -p "$RUN"
    from='' until='' seen=''
    [ -r "$RECORD" ] && read -r from until seen <"$RECORD"
    now=$(date +%s)
    if ! number "$from" || ! number "$until" || ! number "$seen" || [ "$now" -ge "$until" ]; then
        lock
        return
    fi
    if [ "$now" -lt "$seen" ]; then
        [ -e "$FLAG" ] || return 0
        rm -f "$FLAG"
        say "The clock was set back while USB storage was open. It is locked."
        close_all
        return
    fi
    remember "$from" "$until" "$now"
    [ -e "$FLAG" ] && return
    : >"$FLAG"
    systemctl --quiet stop jifang-usb-lock.timer 2>/dev/null
    # By the calendar, and by the seconds that are left: whichever comes first.
    systemd-run --quiet --unit=jifang-usb-lock --collect \
        --on-calendar="$(date --utc --date="@$until" '+%Y-%m-%d %H:%M:%S UTC')" \
        --on-active="$((until - now))" --timer-property=AccuracySec=1s \
        /usr/local/lib/jifang/usb-gate lock
    say "USB storage is open until $(date --date="@$until" '+%Y-%m-%d %H:%M:%S %Z')."
    open_all
}

unlock() { # the control node's now, the end; both in seconds since 1970
    number "$1" && number "$2" || exit 2
    now=$(date +%s)
    if [ "$((now - $1))" -gt "$CLOCK_SECONDS" ] || [ "$(($1 - now))" -gt "$CLOCK_SECONDS" ]; then
        echo "clock differs: $now instead of $1" >&2
        exit 3
    fi
    rm -f "$FLAG"
    remember "$now" "$2" "$now"
    follow_record
}

relock() { # whatever was open: the policy as it is on the disk holds from now on
    mkdir -p "$RUN"
    systemctl daemon-reload
    systemctl --quiet stop jifang-usb-lock.timer 2>/dev/null
    rm -f "$RECORD" "$FLAG"
    close_all
}

guard_daemon() { # a rules file that USBGuard cannot read must not stop it: check first
    for rules in /etc/usbguard/rules.d/*.conf; do
        [ -e "$rules" ] || continue
        if ! usbguard-rule-parser -f "$rules" >/dev/null; then
            echo "$rules cannot be read by USBGuard" >&2
            exit 4
        fi
    done
    systemctl daemon-reload
    [ -e "$FLAG" ] || systemctl restart usbguard.service
    systemctl restart jifang-usb-watch.service
}

case "${1-}" in
    refused) attempt refused "$2" ;;
    admit) admit "$2" "$3" ;;
    left) left "$2" ;;
    wake) wake "$2" ;;
    card) card "$2" ;;
    relock) relock ;;
    follow) follow_record ;;
    unlock) unlock "$2" "$3" ;;
    lock) lock ;;
    guard) guard_daemon ;;
    *) echo "usage: usb-gate refused|admit|left|wake|card|relock|follow|unlock|lock|guard" >&2 && exit 2 ;;
esac
