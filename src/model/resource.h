/* resource.h - what a resource is: the constant descriptors made from data/resources at build
 * time, plus the custom fields that a tenant adds at run time.
 *
 * Nothing here is parsed at start.  A misspelt field in C code is a compile error, because generated
 * headers define FIELD_<RESOURCE>_<FIELD> indices and typed accessors.
 *
 * Columns every top-level table has, in this order (field indices 0..): id, uid, tenant_id, label,
 * created_at, created_by, actor_kind, updated_at, updated_by, version, archived_at, deleted_at, custom.
 * Child tables: id, tenant_id, parent_id, position, then their fields; a child that others refer to
 * (stage, variant, order_line: ResourceDef.addressable) has uid and label right after position.
 * `label` is the record's readable name, composed by the model from ResourceDef.title at each write;
 * text fields with FIELD_SORTABLE (and label) have a second column COLUMN_key holding Text_fold().
 */
#ifndef MODEL_RESOURCE_H
#define MODEL_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef enum FieldType {
    FIELD_INT,        /* int64 */
    FIELD_BOOL,       /* 0, 1 */
    FIELD_TEXT,       /* one line */
    FIELD_LONG_TEXT,  /* many lines */
    FIELD_ENUM,       /* one of choices; stored as its key */
    FIELD_MONEY,      /* int64 minor units of the row's currency field */
    FIELD_UNIT_PRICE, /* int64, 1/10000 of the minor unit */
    FIELD_RATE,       /* int64 parts per million */
    FIELD_QUANTITY,   /* int64 x 10^4 */
    FIELD_FX,         /* int64 x 10^8 */
    FIELD_TIME,       /* int64 UTC microseconds */
    FIELD_DATE,       /* int32 days */
    FIELD_CURRENCY,   /* ISO 4217 */
    FIELD_COUNTRY,    /* ISO 3166-1 alpha-2 */
    FIELD_LANGUAGE,   /* BCP 47 */
    FIELD_ZONE,       /* IANA */
    FIELD_EMAIL,
    FIELD_PHONE,      /* as typed; a hidden derived field NAME_e164 holds E.164 */
    FIELD_URL,
    FIELD_SLUG,       /* a-z 0-9 - */
    FIELD_REFERENCE,  /* local row id of FieldDef.reference; outside {"id","label"} */
    FIELD_RECORD,     /* row id of a record of any resource; FieldDef.reference names the field that
                         holds the resource's name */
    FIELD_UID,        /* 16 bytes; outside prefixed text */
    FIELD_JSON,       /* any JSON; lists (str[], refs) are JSON arrays with FIELD_LIST */
    FIELD_BLOB,       /* bytes; outside hex */
    FIELD_SECRET      /* sealed; outside {"set": true|false}, never the value */
} FieldType;

enum FieldFlag {
    FIELD_REQUIRED = 1 << 0,
    FIELD_UNIQUE = 1 << 1,   /* per tenant, among records not deleted; of children: among those of
                                records not deleted, which the model checks (SQL has an index only) */
    FIELD_INDEXED = 1 << 2,
    FIELD_DERIVED = 1 << 3,  /* computed by us; refused from outside */
    FIELD_SYSTEM = 1 << 4,   /* base column: id, version ... ; refused from outside */
    FIELD_SORTABLE = 1 << 5, /* has COLUMN_key */
    FIELD_SEARCHED = 1 << 6, /* part of quick search */
    FIELD_LIST = 1 << 7,     /* JSON array of FieldDef.type's outside form (text or references) */
    FIELD_PERSONAL = 1 << 8, /* personal data: erased on request */
    FIELD_HIDDEN = 1 << 9,   /* not on screens by default */
    FIELD_IMMUTABLE = 1 << 10 /* set at creation only */
};

typedef struct Choice {
    const char *key;   /* stored */
    const char *label; /* English; other languages through translation */
} Choice;

typedef struct FieldDef {
    const char *name;   /* as in data/resources and spec: "email", "amount_minor", "address.city" */
    const char *alias;  /* name without _minor, _e4 ...; values then in major units; also company for
                           company_id, created for created_at; NULL if none */
    const char *column; /* SQL column */
    const char *label;
    const char *help;   /* may be NULL */
    FieldType type;
    unsigned flags;
    const char *reference; /* FIELD_REFERENCE, FIELD_RECORD */
    const Choice *choices; /* FIELD_ENUM */
    int choice_count;
    const char *default_text; /* outside form as text; NULL if none */
    bool has_minimum, has_maximum;
    int64_t minimum, maximum;
    int max_length;            /* code points; text types */
    const char *currency_field; /* FIELD_MONEY, FIELD_UNIT_PRICE: field of the same row; NULL = that of
                                   the parent record if it has a field `currency`, else the tenant's */
    const char *section;        /* group on forms */
} FieldDef;

typedef struct TransitionDef {
    const char *name;    /* event: "qualify"; operation RESOURCE.qualify */
    const char *label;
    const char *from;    /* state key, or "*" */
    const char *to;
    const char *guard;   /* name in the guard table of the domain; NULL if none */
    const char *inverse; /* name of the transition that undoes it; NULL = not undoable */
    const char *note;    /* condition or effect, for people */
    const char *const *required; /* fields that must not be empty; NULL-terminated; may be NULL */
} TransitionDef;

typedef struct UniqueDef {
    const char *const *fields; /* names, NULL-terminated, without tenant_id; empty equals empty, and
                                  COLUMN_key is compared where a field is FIELD_SORTABLE */
} UniqueDef;

typedef struct ResourceDef ResourceDef;
struct ResourceDef {
    const char *name;   /* "lead" */
    const char *plural; /* "leads"; children appear in JSON under it */
    const char *label, *label_plural;
    const char *domain; /* platform crm commerce billing content analytics integration automation */
    const char *table;  /* SQL name, quoted where needed by the generator */
    const char *prefix; /* of public ids */
    const char *help;
    const ResourceDef *parent; /* NULL for top level */
    bool system;               /* lives in system.db (tenant) */
    bool append_only;          /* no update, no delete */
    bool addressable;          /* child with uid and label, because others refer to it */
    bool unbounded;            /* child that grows without end (log, members): not part of get */
    bool owned, numbered, stream;
    const FieldDef *fields;
    int field_count;
    int first_own;             /* index of the first field that is not a base column */
    const ResourceDef *const *children;
    int child_count;
    const TransitionDef *transitions;
    int transition_count;
    const UniqueDef *uniques;
    int unique_count;
    int state_field;           /* index, -1 if none */
    const char *initial_state;
    const char *const *title;  /* how label is made: alternatives, first non-empty wins; each a list of
                                  fields joined by '+': {"first_name+last_name","company_name",NULL} */
    const char *const *list;   /* default columns; NULL-terminated */
    const char *sort;          /* default: "-updated_at" */
    const char *match;         /* field that imports match on by default; may be NULL */
    const char *create_sql;    /* CREATE TABLE, indexes, search table; for a new file */
    uint32_t search_id;        /* dense number of searchable resources; 0 = not searchable */
};

extern const ResourceDef *const RESOURCES[]; /* top level, by name; generated */
extern const int RESOURCE_COUNT;
extern const ResourceDef *const CHILD_RESOURCES[]; /* all children, by table; generated */
extern const int CHILD_RESOURCE_COUNT;
extern const char *const RESOURCE_CHECKSUM;  /* hex digest of all descriptions */

/* Singular, plural or label, ignoring case; hyphen or space = underscore; also an addressable child
 * ("stage").  NULL if none. */
const ResourceDef *Resource_find(const char *name);
const ResourceDef *Resource_find_child(const ResourceDef *parent, const char *name); /* or plural */
const ResourceDef *Resource_find_prefix(const char *prefix);
const char *Resource_nearest(const char *name); /* for "did you mean"; NULL */
/* By name or alias; -1 if none. */
int Resource_field(const ResourceDef *resource, const char *name);
const char *Resource_nearest_field(const ResourceDef *resource, const char *name);
const TransitionDef *Resource_transition(const ResourceDef *resource, const char *event,
                                         const char *from);
bool Field_has_choice(const FieldDef *field, const char *key);
const char *Field_choice_label(const FieldDef *field, const char *key);
const char *FieldType_name(FieldType type); /* "money" */
bool FieldType_is_text(FieldType type);     /* stored as SQL TEXT */

#endif
