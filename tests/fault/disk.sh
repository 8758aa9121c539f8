#!/bin/sh
# A disk that is full, read-only or broken while the engine runs: a clear error each time, the engine
# goes on, what was acknowledged stays, and once there is space again writing works again.
. "$(dirname "$0")/python.sh"
