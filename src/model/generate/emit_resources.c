#include <inttypes.h>
#include <string.h>
#include "model/generate/emit.h"

static const char *const TYPE_NAMES[] = {
    "FIELD_INT",       "FIELD_BOOL",       "FIELD_TEXT",     "FIELD_LONG_TEXT", "FIELD_ENUM",
    "FIELD_MONEY",     "FIELD_UNIT_PRICE", "FIELD_RATE",     "FIELD_QUANTITY",  "FIELD_FX",
    "FIELD_TIME",      "FIELD_DATE",       "FIELD_CURRENCY", "FIELD_COUNTRY",   "FIELD_LANGUAGE",
    "FIELD_ZONE",      "FIELD_EMAIL",      "FIELD_PHONE",    "FIELD_URL",       "FIELD_SLUG",
    "FIELD_REFERENCE", "FIELD_RECORD",     "FIELD_UID",      "FIELD_JSON",      "FIELD_BLOB",
    "FIELD_SECRET"};
_Static_assert(sizeof TYPE_NAMES / sizeof *TYPE_NAMES == FIELD_SECRET + 1, "a name for each type");

static void put_text(Buffer *out, const char *member, const char *text)
{
    if (!text)
        return;
    Buffer_printf(out, " .%s = ", member);
    Emit_string(out, text);
    Buffer_putc(out, ',');
}

static void put_list(Buffer *out, const char *const *list)
{
    Buffer_puts(out, "(const char *const[]){");
    for (size_t i = 0; list[i]; i++) {
        Emit_string(out, list[i]);
        Buffer_puts(out, ", ");
    }
    Buffer_puts(out, "NULL}");
}

static void put_choices(const FieldDef *field, const char *upper, int index, Buffer *out)
{
    Buffer_printf(out, "static const Choice CHOICES_%s_%d[] = {", upper, index);
    for (int i = 0; i < field->choice_count; i++) {
        Buffer_puts(out, i ? ", {" : "{");
        Emit_string(out, field->choices[i].key);
        Buffer_puts(out, ", ");
        Emit_string(out, field->choices[i].label);
        Buffer_putc(out, '}');
    }
    Buffer_puts(out, "};\n");
}

static void put_field(const FieldDef *field, const char *upper, int index, Buffer *out)
{
    Buffer_puts(out, "    {");
    put_text(out, "name", field->name);
    put_text(out, "alias", field->alias);
    put_text(out, "column", field->column);
    put_text(out, "label", field->label);
    put_text(out, "help", field->help);
    Buffer_printf(out, " .type = %s, .flags = %uu,", TYPE_NAMES[field->type], field->flags);
    put_text(out, "reference", field->reference);
    if (field->choice_count)
        Buffer_printf(out, " .choices = CHOICES_%s_%d, .choice_count = %d,", upper, index,
                      field->choice_count);
    put_text(out, "default_text", field->default_text);
    if (field->has_minimum)
        Buffer_printf(out, " .has_minimum = true, .minimum = INT64_C(%" PRId64 "),",
                      field->minimum);
    if (field->has_maximum)
        Buffer_printf(out, " .has_maximum = true, .maximum = INT64_C(%" PRId64 "),",
                      field->maximum);
    if (field->max_length)
        Buffer_printf(out, " .max_length = %d,", field->max_length);
    put_text(out, "currency_field", field->currency_field);
    put_text(out, "section", field->section);
    Buffer_puts(out, "},\n");
}

static void put_transitions(const ResourceDef *def, const char *upper, Buffer *out)
{
    Buffer_printf(out, "static const TransitionDef TRANSITIONS_%s[] = {\n", upper);
    for (int i = 0; i < def->transition_count; i++) {
        const TransitionDef *transition = &def->transitions[i];
        Buffer_puts(out, "    {");
        put_text(out, "name", transition->name);
        put_text(out, "label", transition->label);
        put_text(out, "from", transition->from);
        put_text(out, "to", transition->to);
        put_text(out, "guard", transition->guard);
        put_text(out, "inverse", transition->inverse);
        put_text(out, "note", transition->note);
        if (transition->required) {
            Buffer_puts(out, " .required = ");
            put_list(out, transition->required);
        }
        Buffer_puts(out, "},\n");
    }
    Buffer_puts(out, "};\n");
}

static void put_uniques(const ResourceDef *def, const char *upper, Buffer *out)
{
    Buffer_printf(out, "static const UniqueDef UNIQUES_%s[] = {\n", upper);
    for (int i = 0; i < def->unique_count; i++) {
        Buffer_puts(out, "    {");
        put_list(out, def->uniques[i].fields);
        Buffer_puts(out, "},\n");
    }
    Buffer_puts(out, "};\n");
}

static void put_children(const Catalog *catalog, const Described *described, const char *upper,
                         Buffer *out)
{
    Buffer_printf(out, "static const ResourceDef *const CHILDREN_%s[] = {", upper);
    for (int i = 0; i < described->def.child_count; i++)
        Buffer_printf(out, "%s&RESOURCE_%s", i ? ", " : "",
                      Emit_upper(catalog->arena, described->children[i]->c_name));
    Buffer_puts(out, "};\n");
}

static void put_flag(Buffer *out, const char *member, bool value)
{
    if (value)
        Buffer_printf(out, "    .%s = true,\n", member);
}

static void put_line(Buffer *out, const char *member, const char *text)
{
    if (!text)
        return;
    Buffer_puts(out, "   ");
    put_text(out, member, text);
    Buffer_putc(out, '\n');
}

static void put_names(const ResourceDef *def, Buffer *out)
{
    put_line(out, "name", def->name);
    put_line(out, "plural", def->plural);
    put_line(out, "label", def->label);
    put_line(out, "label_plural", def->label_plural);
    put_line(out, "domain", def->domain);
    put_line(out, "table", def->table);
    put_line(out, "prefix", def->prefix);
    put_line(out, "help", def->help);
    put_line(out, "initial_state", def->initial_state);
    put_line(out, "sort", def->sort);
    put_line(out, "match", def->match);
    put_flag(out, "system", def->system);
    put_flag(out, "append_only", def->append_only);
    put_flag(out, "addressable", def->addressable);
    put_flag(out, "unbounded", def->unbounded);
    put_flag(out, "owned", def->owned);
    put_flag(out, "numbered", def->numbered);
    put_flag(out, "stream", def->stream);
}

static void put_resource(const Catalog *catalog, const Described *described, Buffer *out)
{
    const ResourceDef *def = &described->def;
    const char *upper = Emit_upper(catalog->arena, described->c_name);
    Buffer_putc(out, '\n');
    for (int i = 0; i < def->field_count; i++)
        if (def->fields[i].choice_count)
            put_choices(&def->fields[i], upper, i, out);
    Buffer_printf(out, "static const FieldDef FIELDS_%s[] = {\n", upper);
    for (int i = 0; i < def->field_count; i++)
        put_field(&def->fields[i], upper, i, out);
    Buffer_puts(out, "};\n");
    if (def->transition_count)
        put_transitions(def, upper, out);
    if (def->unique_count)
        put_uniques(def, upper, out);
    if (def->child_count)
        put_children(catalog, described, upper, out);
    Buffer_printf(out, "const ResourceDef RESOURCE_%s = {\n", upper);
    put_names(def, out);
    if (described->parent)
        Buffer_printf(out, "    .parent = &RESOURCE_%s,\n",
                      Emit_upper(catalog->arena, described->parent->c_name));
    Buffer_printf(out, "    .fields = FIELDS_%s, .field_count = %d, .first_own = %d,\n", upper,
                  def->field_count, def->first_own);
    if (def->child_count)
        Buffer_printf(out, "    .children = CHILDREN_%s, .child_count = %d,\n", upper,
                      def->child_count);
    if (def->transition_count)
        Buffer_printf(out, "    .transitions = TRANSITIONS_%s, .transition_count = %d,\n", upper,
                      def->transition_count);
    if (def->unique_count)
        Buffer_printf(out, "    .uniques = UNIQUES_%s, .unique_count = %d,\n", upper,
                      def->unique_count);
    if (def->title) {
        Buffer_puts(out, "    .title = ");
        put_list(out, def->title);
        Buffer_puts(out, ",\n");
    }
    if (def->list) {
        Buffer_puts(out, "    .list = ");
        put_list(out, def->list);
        Buffer_puts(out, ",\n");
    }
    Buffer_printf(out, "    .state_field = %d, .create_sql = SCHEMA_%s, .search_id = %uu,\n};\n",
                  def->state_field, upper, (unsigned)def->search_id);
}

static void put_all(const Catalog *catalog, bool children, const char *name, Buffer *out)
{
    int count = 0;
    Buffer_printf(out, "\nconst ResourceDef *const %s[] = {\n", name);
    for (int i = 0; i < catalog->count; i++) {
        if ((catalog->all[i]->parent != NULL) != children)
            continue;
        Buffer_printf(out, "    &RESOURCE_%s,\n",
                      Emit_upper(catalog->arena, catalog->all[i]->c_name));
        count++;
    }
    Buffer_printf(out, "};\nconst int %sRESOURCE_COUNT = %d;\n", children ? "CHILD_" : "", count);
}

void Emit_resources(const Catalog *catalog, const char *checksum, Buffer *out)
{
    Buffer_puts(out, "/* Generated from data/resources. */\n"
                     "#include \"model/generated/fields.h\"\n"
                     "#include \"model/generated/schema.h\"\n");
    for (int i = 0; i < catalog->count; i++)
        put_resource(catalog, catalog->all[i], out);
    put_all(catalog, false, "RESOURCES", out);
    put_all(catalog, true, "CHILD_RESOURCES", out);
    Buffer_printf(out, "const char *const RESOURCE_CHECKSUM = \"%s\";\n", checksum);
}
