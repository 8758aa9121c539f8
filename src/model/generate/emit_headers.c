#include <ctype.h>
#include <string.h>
#include "model/generate/emit.h"

const char *Emit_upper(Arena *arena, const char *name)
{
    char *upper = Arena_strdup(arena, name);
    for (char *at = upper; at && *at; at++)
        *at = *at == '.' ? '_' : (char)toupper((unsigned char)*at);
    return upper;
}

void Emit_string(Buffer *out, const char *text)
{
    if (!text) {
        Buffer_puts(out, "NULL");
        return;
    }
    Buffer_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            Buffer_putc(out, '\\');
        if (*text == '\n')
            Buffer_puts(out, "\\n");
        else if (*text == '?')
            Buffer_puts(out, "\\?"); /* no trigraphs */
        else
            Buffer_putc(out, *text);
    }
    Buffer_putc(out, '"');
}

/* "opportunity_line" -> "OpportunityLine" */
static const char *camel(Arena *arena, const char *name)
{
    char *out = Arena_strdup(arena, name), *to = out;
    bool start = true;
    for (const char *from = name; out && *from; from++) {
        if (*from == '_') {
            start = true;
            continue;
        }
        *to++ = start ? (char)toupper((unsigned char)*from) : *from;
        start = false;
    }
    if (to)
        *to = '\0';
    return out;
}

static const char *flat(Arena *arena, const char *name)
{
    char *out = Arena_strdup(arena, name);
    for (char *at = out; at && *at; at++)
        if (*at == '.')
            *at = '_';
    return out;
}

/* Types of ours with these names have functions of their own. */
static const char *const MODULES[] = {"session", "job", "connection", "change", "record", "store"};

static const char *module_name(Arena *arena, const Described *described)
{
    const char *module = camel(arena, described->c_name);
    for (size_t i = 0; i < sizeof MODULES / sizeof *MODULES; i++)
        if (strcmp(MODULES[i], described->c_name) == 0)
            return Arena_printf(arena, "%sRecord", module);
    return module;
}

static const char *enumerator(Arena *arena, const Described *described, int index)
{
    return Arena_printf(arena, "FIELD_%s_%s", Emit_upper(arena, described->c_name),
                        Emit_upper(arena, described->fields[index].name));
}

/* message_template.id and message.template_id would be one name: the own field keeps it. */
static bool is_shadowed(const Catalog *catalog, const char *name)
{
    for (int i = 0; i < catalog->count; i++) {
        const Described *described = catalog->all[i];
        for (int f = described->def.first_own; f < described->def.field_count; f++)
            if (strcmp(enumerator(catalog->arena, described, f), name) == 0)
                return true;
    }
    return false;
}

/* "FIELD_" and the table's name in front of a base column's: can another table be meant? */
static bool may_be_shadowed(const Catalog *catalog, const Described *described)
{
    for (int i = 0; i < catalog->count; i++) {
        const char *other = catalog->all[i]->c_name;
        size_t bytes = strlen(other);
        if (strncmp(described->c_name, other, bytes) == 0 && described->c_name[bytes] == '_')
            return true;
    }
    return false;
}

static void put_base_names(const Catalog *catalog, bool children, Buffer *out)
{
    const Described *example = NULL;
    for (int i = 0; !example && i < catalog->count; i++)
        if ((catalog->all[i]->parent != NULL) == children && !catalog->all[i]->def.addressable)
            example = catalog->all[i];
    Buffer_puts(out, "\nenum {\n");
    for (int f = 0; example && f < example->def.first_own; f++)
        Buffer_printf(out, "    %s_%s = %d,\n", children ? "CHILD" : "BASE",
                      Emit_upper(catalog->arena, example->fields[f].name), f);
    Buffer_puts(out, "};\n");
}

void Emit_fields(const Catalog *catalog, Buffer *out)
{
    Buffer_puts(out,
                "/* Generated from data/resources: indices of fields, descriptors by name.\n"
                " * BASE_ and CHILD_: the columns that all resources or all children have. */\n"
                "#ifndef MODEL_GENERATED_FIELDS_H\n#define MODEL_GENERATED_FIELDS_H\n\n"
                "#include \"model/resource.h\"\n");
    put_base_names(catalog, false, out);
    put_base_names(catalog, true, out);
    for (int i = 0; i < catalog->count; i++) {
        const Described *described = catalog->all[i];
        bool careful = may_be_shadowed(catalog, described);
        Buffer_printf(out, "\nextern const ResourceDef RESOURCE_%s;\nenum {\n",
                      Emit_upper(catalog->arena, described->c_name));
        for (int f = 0; f < described->def.field_count; f++) {
            const char *name = enumerator(catalog->arena, described, f);
            if (f < described->def.first_own && careful && is_shadowed(catalog, name))
                continue;
            Buffer_printf(out, "    %s = %d,\n", name, f);
        }
        Buffer_puts(out, "};\n");
    }
    Buffer_puts(out, "\n#endif\n");
}

static void put_accessor(const Catalog *catalog, const Described *described, int index, Buffer *out)
{
    Arena *arena = catalog->arena;
    const FieldDef *field = &described->fields[index];
    if (field->type == FIELD_UID || field->type == FIELD_BLOB || field->type == FIELD_SECRET)
        return;
    bool text = FieldType_is_text(field->type);
    const char *kind = text ? "text" : "int";
    const char *type = text ? "const char *" : "int64_t ";
    const char *module = module_name(arena, described);
    const char *name = flat(arena, field->name);
    const char *upper = Emit_upper(arena, described->c_name);
    const char *position = enumerator(arena, described, index);
    Buffer_printf(out,
                  "static inline %s%s_%s(const Record *record)\n{\n"
                  "    assert(record->resource == &RESOURCE_%s);\n"
                  "    return Record_%s(record, %s%s);\n}\n",
                  type, module, name, upper, kind, position, text ? "" : ", 0");
    Buffer_printf(out,
                  "static inline void %s_set_%s(Record *record, %svalue)\n{\n"
                  "    assert(record->resource == &RESOURCE_%s);\n"
                  "    Record_set_%s(record, %s, value);\n}\n",
                  module, name, type, upper, kind, position);
}

void Emit_accessors(const Catalog *catalog, Buffer *out)
{
    Buffer_puts(out,
                "/* Generated from data/resources: typed access to records.  Numbers that are\n"
                " * not set read as 0, texts as NULL; texts are borrowed.  Columns that all\n"
                " * resources have: Record_int(record, BASE_CREATED_AT, 0) and the like. */\n"
                "#ifndef MODEL_GENERATED_ACCESSORS_H\n#define MODEL_GENERATED_ACCESSORS_H\n\n"
                "#include <assert.h>\n#include \"model/generated/fields.h\"\n"
                "#include \"model/model.h\"\n");
    for (int i = 0; i < catalog->count; i++) {
        const Described *described = catalog->all[i];
        Buffer_putc(out, '\n');
        for (int f = described->def.first_own; f < described->def.field_count; f++)
            put_accessor(catalog, described, f, out);
    }
    Buffer_puts(out, "\n#endif\n");
}
