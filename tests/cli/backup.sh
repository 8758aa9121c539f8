#!/bin/sh
# A backup of a working company, opened only with its password, restored into an empty folder.
. "$(dirname "$0")/../lib.sh"
company

run bizosaas create lead last_name=Keepsake company_name=Northwind
lead=$(first id)
printf 'the key of the safe\n' >"$work/secret"
exits "backup" 0 bizosaas backup "$work/company.backup" --secret-file "$work/secret"
check "the file is there" [ -s "$work/company.backup" ]
check "the file is sealed" sh -c "! grep -qa Keepsake '$work/company.backup'"
exits "restore under a running engine has to wait" 75 bizosaas restore "$work/company.backup" --secret-file "$work/secret"
run bizosaas engine stop
exits "restore into a company is refused" 1 bizosaas restore "$work/company.backup" --secret-file "$work/secret"
printf 'a wrong key\n' >"$work/wrong"
exits "a wrong password is refused" 1 bizosaas --home "$work/other" restore "$work/company.backup" --secret-file "$work/wrong"
check "a refused restore leaves nothing" [ ! -e "$work/other/company.json" ]
exits "restore" 0 bizosaas --home "$work/other" restore "$work/company.backup" --secret-file "$work/secret"
exits "the record is back" 0 bizosaas --home "$work/other" get "$lead"
check "it is whole" contains "$out" Keepsake
exits "its log is whole" 0 bizosaas --home "$work/other" audit verify
head -c 3000 "$work/company.backup" >"$work/cut.backup"
exits "a cut backup is refused" 1 bizosaas --home "$work/third" restore "$work/cut.backup" --secret-file "$work/secret"
exits "doctor" 0 bizosaas doctor
check "doctor lists checks" contains "$out" '"checks"'
finish
