#!/bin/sh
# What needs no company: help, version, wrong usage, completion, the manual.
. "$(dirname "$0")/../lib.sh"

exits "help" 0 bizosaas --help
check "help names the verbs" contains "$out" "operations"
check "help goes to standard output" same "$err" ""
exits "version" 0 bizosaas --version
check "version names the program" contains "$out" "bizosaas "
for verb in $(bizosaas --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | grep -v '^bizosaas$'); do
    exits "$verb --help" 0 bizosaas "$verb" --help
    check "$verb --help shows its usage" contains "$out" "bizosaas $verb"
done

exits "unknown verb" 2 bizosaas lsit lead
check "unknown verb suggests" contains "$err" '\"bizosaas list\"'
check "unknown verb prints no data" same "$out" ""
check "errors are JSON for a pipe" contains "$err" '{"error":{"code":"usage"'
for later in wizard workflow approvals agents ask chat voice say language analyze; do
    exits "$later is no verb yet" 2 bizosaas "$later"
done
exits "unknown option" 2 bizosaas list lead --filtre x
check "unknown option suggests" contains "$err" "--filter"
exits "missing argument" 2 bizosaas list
exits "too many arguments" 2 bizosaas whoami me
exits "a number that is none" 2 bizosaas list lead --limit many
exits "unknown word of a verb" 2 bizosaas engine restart
exits "no terminal, no screens" 2 bizosaas
exits "not name=value" 2 bizosaas create lead oops
exits "unknown demo size" 2 bizosaas init --demo=huge
exits "unknown import choice" 2 bizosaas import lead x.csv --on-match overwrite
check "unknown import choice names the field" contains "$err" "on-match"
check "nothing was made meanwhile" [ ! -e "$BIZOSAAS_HOME" ]

for shell in bash zsh fish; do
    exits "completion for $shell" 0 bizosaas completion "$shell"
    check "completion for $shell knows import" contains "$out" import
    command -v "$shell" >/dev/null 2>&1 || continue
    printf '%s\n' "$out" >"$work/completion"
    exits "$shell reads its completion" 0 "$shell" -n "$work/completion"
done
exits "completion for another shell" 2 bizosaas completion csh
if command -v bash >/dev/null 2>&1; then
    bizosaas completion bash >"$work/completion"
    # shellcheck disable=SC2016  # for the inner shell
    run bash -c '. "$1"; COMP_WORDS=(bizosaas exp); COMP_CWORD=1; _bizosaas; echo "${COMPREPLY[@]}"
        COMP_WORDS=(bizosaas --home /x list --fil); COMP_CWORD=4; _bizosaas; echo "${COMPREPLY[@]}"' \
        bash "$work/completion"
    check "bash completes verbs and options" same "$out" "export
--filter"
fi

exits "the manual to a pipe" 0 bizosaas man
check "the manual is a page" contains "$out" ".Sh NAME"
run sh -c 'bizosaas --help >/dev/full'
check "a full disk is said" [ "$code" -eq 1 ]
check "a full disk is said in words" contains "$err" "space"
run sh -c '{ bizosaas --help; } | head -n 1'
check "a closed pipe is quiet" same "$err" ""

exits "no company yet" 1 bizosaas list lead
check "no company says what to do" contains "$err" "bizosaas init"
exits "no company, JSON" 1 bizosaas whoami --json
check "no company has a code" contains "$err" '"code":"not_found"'
exits "status without a company" 1 bizosaas status
printf 'colour = blue\n' >"$work/conf"
BIZOSAAS_CONFIG=$work/conf exits "a wrong setting is refused" 1 bizosaas whoami
check "a wrong setting is placed" contains "$err" '"line":1'
finish
