#!/bin/sh
# People of the organisation: invited, with a role and a password, refused without.
. "$(dirname "$0")/../lib.sh"
company

printf 'a quiet long sentence\n' >"$work/secret"
exits "invite" 0 bizosaas user invite ana@lumen.example --name "Ana Ruiz" --login ana --role sales_rep \
    --secret-file "$work/secret"
check "no secret is shown" lacks "$out" "quiet long"
exits "list" 0 bizosaas user list
check "the list has her" contains "$out" ana@lumen.example
exits "the owner may act as her" 0 bizosaas whoami --as ana
check "it is her" contains "$out" '"ana"'
exits "she logs in with her password" 0 bizosaas whoami --as ana --secret-file "$work/secret"
printf 'wrong\n' >"$work/wrong"
exits "a wrong password is refused" 1 bizosaas whoami --as ana --secret-file "$work/wrong"
check "the refusal does not say which part was wrong" contains "$err" '"code":"unauthenticated"'
exits "a sales rep may make leads" 0 bizosaas create lead last_name=Hers --as ana
exits "a sales rep may not invite" 1 bizosaas user invite bob@lumen.example --as ana
check "forbidden has a code" contains "$err" '"code":"forbidden"'
printf 'another long sentence\n' >"$work/secret"
exits "a new password" 0 bizosaas user passwd ana --secret-file "$work/secret"
exits "disable" 0 bizosaas user disable ana
exits "a disabled person is refused" 1 bizosaas whoami --as ana --secret-file "$work/secret"
exits "an unknown person" 1 bizosaas user disable nobody
exits "no address, no invitation" 2 bizosaas user invite
finish
