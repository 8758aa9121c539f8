#!/bin/sh
# The engine: starts when needed, stays, stops, and a killed one costs nothing that was acknowledged.
. "$(dirname "$0")/../lib.sh"
company

exits "status before" 75 bizosaas engine status
exits "start" 0 bizosaas engine start
pid=$(value pid)
check "start tells the process" kill -0 "$pid"
exits "start again is the same engine" 0 bizosaas engine start
check "one engine a folder" same "$(value pid)" "$pid"
exits "status" 0 bizosaas status
exits "status in a line" 0 bizosaas status --line
check "the line is one line" same "$(lines)" 1
check "the socket is private" same "$(stat -c %a "$BIZOSAAS_HOME/engine.sock")" 660
exits "a second engine is refused" 75 bizosaas engine run

run bizosaas create lead last_name=Before
lead=$(first id)
kill -9 "$pid"
exits "a killed engine is started again" 0 bizosaas get "$lead"
check "nothing acknowledged was lost" contains "$out" Before
exits "the log is whole" 0 bizosaas audit verify

exits "stop" 0 bizosaas engine stop
exits "after the stop" 75 bizosaas engine status
exits "stopping twice is fine" 0 bizosaas engine stop
exits "the next verb starts it" 0 bizosaas list lead
check "and finds the record" same "$(lines)" 1
finish
