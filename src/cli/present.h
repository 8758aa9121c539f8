/* present.h - results for people: a record as name and value, records as a table. */
#ifndef CLI_PRESENT_H
#define CLI_PRESENT_H

#include "cli/command.h"
#include "cli/value.h"

/* A column of a table of JSON objects. */
typedef struct PresentColumn {
    const char *key;   /* member; "owner" or dotted "record.label" */
    const char *title; /* heading */
    const char *type;  /* field type; NULL = tell from the value */
} PresentColumn;

/* Prints result by the invocation: JSON document, or a picture of it. */
void Present_result(const Invocation *invocation, const Json *result);
/* An array as JSON Lines or as a table of these columns (count 0 = all members of the first row). */
void Present_rows(const Invocation *invocation, const Json *rows, const PresentColumn *columns,
                  int column_count);
/* One object as lines "name  value"; arrays of objects follow as tables. */
void Present_object(const Json *object, const ValueStyle *style);
const Json *Present_member(const Json *object, const char *dotted); /* borrowed, NULL if absent */
ValueStyle Present_style(const Invocation *invocation);

#endif
