#!/bin/sh
# mission: D5
# kill -9 of the engine at random during an import and the edits of four clients: nothing that was
# acknowledged is lost, nothing is there twice, the chain is whole, the import goes on where it was.
# 200 kills; BIZOSAAS_SOAK makes it 2000, FAULT_KILLS any number, FAULT_SEED another sequence.
. "$(dirname "$0")/python.sh"
