#!/bin/sh
# Every file of this machine with its size, mode, owner and time of change, a line each. Left out is what a running
# system writes by itself: logs and systemd's own state.
find / -xdev -path /var/log -prune -o -path /var/lib/systemd -prune -o '(' -type f -o -type l ')' \
  -printf '%p %s %m %u %T@\n' | LC_ALL=C sort
