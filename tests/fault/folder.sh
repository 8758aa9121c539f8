#!/bin/sh
# A data folder that is not as it should be: from a newer program, open to others, behind a link,
# cut or overwritten; two engines on one; an engine killed, a screen killed, a clock that jumps.
. "$(dirname "$0")/python.sh"
