#!/bin/sh
# service install below a folder: what would be put on a host, without touching the host.
. "$(dirname "$0")/../lib.sh"
root=$work/root

exits "status before" 0 bizosaas service status --root "$root"
check "nothing is installed" contains "$out" '"installed":false'
exits "install" 0 bizosaas service install --root "$root"
unit=$root/etc/systemd/system/bizosaas.service
check "the unit is there" [ -f "$unit" ]
check "the unit runs the engine" grep -q '^ExecStart=/.*/bizosaas-engine run --home /var/lib/bizosaas' "$unit"
check "the unit has a socket folder" grep -q '^RuntimeDirectory=bizosaas' "$unit"
check "the unit gives no new privileges" grep -q '^NoNewPrivileges=yes' "$unit"
check "the data folder is private" same "$(stat -c %a "$root/var/lib/bizosaas")" 700
exits "install twice" 0 bizosaas service install --root "$root"
touch "$root/var/lib/bizosaas/kept"
exits "uninstall" 0 bizosaas service uninstall --root "$root"
check "the unit is gone" [ ! -e "$unit" ]
check "the data stays" [ -e "$root/var/lib/bizosaas/kept" ]
exits "an unknown word" 2 bizosaas service remove
finish
