#!/bin/sh
# The socket against strangers: cut, oversized, deep and wrong messages, unknown operations, hundreds of
# connections, readers that do not read.  Others are served meanwhile.
. "$(dirname "$0")/python.sh"
