#!/bin/sh
# YAML of strangers through `bizosaas check`: duplicate keys, bombs, depth and size are refused with line
# and column, quickly and in little memory; no file brings it down.
. "$(dirname "$0")/python.sh"
