/* params.h - parameters of an operation from the command line. */
#ifndef CLI_PARAMS_H
#define CLI_PARAMS_H

#include "cli/command.h"

/* --input and the arguments from `first` on: name=text, name:=JSON, custom.KEY=text.  Later ones win.
 * *params: new reference. */
bool Params_read(const Invocation *invocation, int first, Json **params, Error *error);
/* Turns the text of parameters into the types that the operation declares. */
void Params_by_type(Invocation *invocation, const char *operation, Json *params);
/* Adds options of the invocation as text members: {"on-match", "on_match"} pairs, NULL-terminated. */
void Params_add_options(const Invocation *invocation, Json *params, const char *const names[][2]);
/* "a, b" -> ["a","b"] */
Json *Params_list(const char *text);
/* RESOURCE ID or only ID (its prefix tells the resource).  *next = first argument behind. */
bool Params_record(const Invocation *invocation, char resource[64], const char **id, int *next,
                   Error *error);

#endif
