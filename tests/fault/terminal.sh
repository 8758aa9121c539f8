#!/bin/sh
# Records full of control sequences, bidi and invisible characters: nothing of them reaches a terminal by
# the verbs, by errors or by the list and record screens; the engine's log stays clean text.
. "$(dirname "$0")/python.sh"
