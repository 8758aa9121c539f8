#!/bin/sh
# The shared collections of hostile texts through every text field, filters, searches, the importer and
# the names of attachments: stored exactly, found literally, never a fault of ours, the schema untouched.
. "$(dirname "$0")/python.sh"
