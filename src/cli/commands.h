/* commands.h - the handlers that the table of commands.c names, one file each. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command.h"

int Command_init(Invocation *invocation);
int Command_service(Invocation *invocation);
int Command_user(Invocation *invocation);
int Command_whoami(Invocation *invocation);
int Command_status(Invocation *invocation);
int Command_engine(Invocation *invocation);
int Command_call(Invocation *invocation);
int Command_operations(Invocation *invocation);
int Command_list(Invocation *invocation);
int Command_get(Invocation *invocation);
int Command_create(Invocation *invocation);
int Command_update(Invocation *invocation);
int Command_delete(Invocation *invocation);
int Command_import(Invocation *invocation);
int Command_export(Invocation *invocation);
int Command_undo(Invocation *invocation);
int Command_history(Invocation *invocation);
int Command_get_file(Invocation *invocation);
int Command_audit(Invocation *invocation);
int Command_check(Invocation *invocation);
int Command_backup(Invocation *invocation);
int Command_restore(Invocation *invocation);
int Command_doctor(Invocation *invocation);
int Command_bench(Invocation *invocation);
int Command_completion(Invocation *invocation);
int Command_man(Invocation *invocation);
int Command_help(Invocation *invocation);

#endif
