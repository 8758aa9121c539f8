#!/bin/sh
# bizosaas check: files of ours, mistakes with line and column.
. "$(dirname "$0")/../lib.sh"

exits "a good resource" 0 bizosaas check "$BIZOSAAS_SOURCE/data/resources/lead.yaml"
printf 'name: x\nname: y\n' >"$work/twice.yaml"
exits "a duplicate key" 1 bizosaas check "$work/twice.yaml"
check "it has a place" contains "$out$err" '"line":2'
printf 'a: [1, 2\n' >"$work/open.yaml"
exits "broken YAML" 1 bizosaas check "$work/open.yaml"
exits "a missing file" 1 bizosaas check "$work/none.yaml"
finish
