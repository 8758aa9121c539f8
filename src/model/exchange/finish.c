#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "model/exchange/import_private.h"
#include "model/internal.h"

static int field_of(const Record *record, const char *name)
{
    return Resource_field(record->resource, name);
}

static bool has(const Record *record, const char *name)
{
    int field = field_of(record, name);

    return field >= 0 && Value_given(&record->values[field]);
}

static int64_t amount(const Record *record, const char *name)
{
    int field = field_of(record, name);

    return field >= 0 ? Record_int(record, field, 0) : 0;
}

static const char *text(const Record *record, const char *name)
{
    int field = field_of(record, name);

    return field >= 0 ? Record_text(record, field) : NULL;
}

static void put_text(Record *record, const char *name, const char *value)
{
    int field = field_of(record, name);

    if (field >= 0 && value && !Record_set(record, field))
        Record_set_text(record, field, value);
}

static void put_int(Record *record, const char *name, int64_t value)
{
    int field = field_of(record, name);

    if (field >= 0 && !Record_set(record, field))
        Record_set_int(record, field, value);
}

static const FactValue *fact(const Draft *draft, const char *name)
{
    for (int i = 0; i < draft->fact_count; i++)
        if (strcmp(draft->facts[i].name, name) == 0)
            return &draft->facts[i];
    return NULL;
}

static int64_t scalar(ModelContext *context, const char *sql_text, int64_t bound)
{
    Error ignored = ERROR_NONE;
    Sql sql;

    Sql_begin(&sql, context->arena);
    Sql_puts(&sql, sql_text);
    Sql_puts(&sql, " tenant_id = ");
    Sql_bind_int(&sql, context->tenant->id);
    if (bound) {
        Sql_puts(&sql, " AND parent_id = ");
        Sql_bind_int(&sql, bound);
        Sql_puts(&sql, " ORDER BY position, id LIMIT 1");
    } else {
        Sql_puts(&sql, " AND deleted_at IS NULL ORDER BY id LIMIT 1");
    }
    return Sql_scalar(&sql, context->connection, 0, &ignored);
}

/* ---- opportunities: pipeline and stage ------------------------------------------------------ */

static bool finish_opportunity(Import *import, ModelContext *context, Draft *draft)
{
    Record *record = draft->record;
    int pipeline = field_of(record, "pipeline_id"), stage = field_of(record, "stage_id");

    if (!Record_set(record, pipeline) && Record_set(record, stage)) {
        Error ignored = ERROR_NONE;
        Record *row =
            Row_read(context, Resource_find("stage"), Record_int(record, stage, 0), &ignored);

        if (row)
            record->values[pipeline] = row->values[CHILD_PARENT];
    }
    if (!Record_set(record, pipeline)) {
        int64_t id = scalar(context,
                            "SELECT id FROM pipeline WHERE is_default = 1 AND"
                            " (entity IS NULL OR entity = 'opportunity') AND",
                            0);

        if (!id)
            id = scalar(context,
                        "SELECT id FROM pipeline WHERE"
                        " (entity IS NULL OR entity = 'opportunity') AND",
                        0);
        if (id)
            Record_set_int(record, pipeline, id);
    }
    if (!Record_set(record, stage) && Record_set(record, pipeline)) {
        int64_t id = scalar(context, "SELECT id FROM stage WHERE", Record_int(record, pipeline, 0));

        if (id)
            Record_set_int(record, stage, id);
    }
    return true;
}

/* ---- products: options from their variants -------------------------------------------------- */

static void add_option(Json *options, const Draft *draft, const char *name, const char *field)
{
    Json *option, *values;

    if (strcmp(name, "Title") == 0)
        return; /* the one option of a product without options */
    option = json_object_new_object();
    values = json_object_new_array();
    for (int i = 0; i < draft->record->child_count; i++) {
        const char *value = strcmp(draft->record->children[i]->resource->name, "variant") == 0
                                ? text(draft->record->children[i], field)
                                : NULL;
        bool known = false;

        for (size_t j = 0; value && j < json_object_array_length(values); j++)
            known |=
                strcmp(json_object_get_string(json_object_array_get_idx(values, j)), value) == 0;
        if (value && !known)
            json_object_array_add(values, json_object_new_string(value));
    }
    Json_set_text(option, "name", name);
    Json_set(option, "values", values);
    json_object_array_add(options, option);
}

static bool is_default_title(const char *value)
{
    return value && strcasecmp(value, "Default Title") == 0;
}

static bool finish_product(Import *import, ModelContext *context, Draft *draft)
{
    static const char *const FIELDS[] = {"option1", "option2", "option3"};
    Record *record = draft->record;
    Json *options = json_object_new_array();

    for (int i = 0; i < record->child_count; i++) {
        Record *variant = record->children[i];
        int option1 = field_of(variant, "option1");

        if (strcmp(variant->resource->name, "variant") != 0)
            continue;
        if (is_default_title(Record_text(variant, option1)))
            variant->values[option1] = Value_null();
        else if (Record_text(variant, option1))
            put_text(variant, "title",
                     Arena_printf(context->arena, "%s%s%s%s%s", text(variant, "option1"),
                                  text(variant, "option2") ? " / " : "",
                                  text(variant, "option2") ? text(variant, "option2") : "",
                                  text(variant, "option3") ? " / " : "",
                                  text(variant, "option3") ? text(variant, "option3") : ""));
        put_text(variant, "title", text(record, "title"));
    }
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
        const FactValue *name = fact(draft, FIELDS[i]);

        if (name)
            add_option(options, draft, name->text, FIELDS[i]);
    }
    if (json_object_array_length(options) > 0)
        put_text(record, "options", Arena_strdup(context->arena, Json_serialise(options, NULL)));
    json_object_put(options);
    return true;
}

/* ---- documents ------------------------------------------------------------------------------ */

/* Quantity times price; a document line whose own total is missing gets it. */
static int64_t line_total(Record *line, bool includes_tax)
{
    int64_t quantity = has(line, "quantity") ? amount(line, "quantity") : 1;
    int64_t price = amount(line, "unit_list_minor"), total = 0;

    if (!has(line, "unit_list_minor"))
        price = amount(line, includes_tax ? "unit_gross_minor" : "unit_net_minor");
    if (!Money_muldiv(quantity, price, 1, &total))
        return 0;
    total -= amount(line, "discount_minor");
    put_int(line, includes_tax ? "unit_gross_minor" : "unit_net_minor", price);
    put_int(line, includes_tax ? "total_gross_minor" : "total_net_minor", total);
    return total;
}

/* Taxes are inside the prices when the total holds without adding them. */
static bool infer_tax(const Record *record)
{
    int64_t subtotal = amount(record, "subtotal_minor"),
            shipping = amount(record, "shipping_minor");
    int64_t tax = amount(record, "tax_minor"), total = amount(record, "total_minor");

    return tax > 0 && total > 0 && subtotal + shipping == total;
}

static void check_lines(Import *import, Draft *draft, const char *kind)
{
    Record *record = draft->record;
    bool includes = amount(record, "price_includes_tax") != 0;
    int64_t sum = 0, subtotal = amount(record, "subtotal_minor");
    const char *name = text(record, "number") ? text(record, "number") : "";
    int lines = 0;

    for (int i = 0; i < record->child_count; i++)
        if (strcmp(record->children[i]->resource->name, kind) == 0) {
            sum += line_total(record->children[i], includes);
            lines++;
        }
    if (lines == 0 && !draft->children)
        Import_tally(import, "", "has no lines; imported as it is", name, draft->number);
    else if (lines > 0 && has(record, "subtotal_minor") && sum != subtotal &&
             sum - amount(record, "discount_minor") != subtotal)
        Import_tally(import, "", "has lines that do not add up to its subtotal; imported as it is",
                     name, draft->number);
}

static void find_variants(ModelContext *context, Record *record)
{
    const ResourceDef *variant = Resource_find("variant");

    for (int i = 0; variant && i < record->child_count; i++) {
        Record *line = record->children[i];
        int field = field_of(line, "variant_id");
        Error ignored = ERROR_NONE;
        int64_t id;

        if (field < 0 || Record_set(line, field) || !text(line, "sku"))
            continue;
        id = Model_resolve(context, variant, text(line, "sku"), &ignored);
        if (id)
            Record_set_int(line, field, id);
    }
}

static void find_contact(ModelContext *context, Record *record)
{
    const ResourceDef *contact = Resource_find("contact");
    int field = field_of(record, "contact_id");
    int64_t id;

    if (!contact || field < 0 || Record_set(record, field) || !text(record, "email"))
        return;
    id = References_by_email(context, contact, text(record, "email"));
    if (id)
        Record_set_int(record, field, id);
}

static bool is_one_of(const char *word, const char *list)
{
    size_t length = word ? strlen(word) : 0;
    const char *found = length ? strstr(list, word) : NULL;

    return found && (found[length] == ' ' || found[length] == '\0');
}

static bool finish_order(Import *import, ModelContext *context, Draft *draft)
{
    Record *record = draft->record;
    const char *paid = text(record, "payment_state");

    if (!has(record, "store_id")) {
        int64_t store = scalar(context, "SELECT id FROM store WHERE", 0);

        if (store)
            put_int(record, "store_id", store);
    }
    put_text(record, "origin", "import");
    put_int(record, "price_includes_tax", infer_tax(record));
    if (has(record, "cancelled_at"))
        put_text(record, "state", "cancelled");
    else if (is_one_of(text(record, "fulfilment_state"), "fulfilled delivered") &&
             is_one_of(paid, "paid part_refunded refunded"))
        put_text(record, "state", "completed");
    else if (paid || has(record, "placed_at"))
        put_text(record, "state", "confirmed");
    if (is_one_of(paid, "paid part_refunded refunded"))
        put_int(record, "paid_minor", amount(record, "total_minor"));
    find_contact(context, record);
    find_variants(context, record);
    check_lines(import, draft, "order_line");
    return true;
}

static bool finish_invoice(Import *import, ModelContext *context, Draft *draft)
{
    Record *record = draft->record;
    bool lines = draft->children != NULL;

    put_int(record, "price_includes_tax", infer_tax(record));
    if (is_one_of(text(record, "state"), "paid")) {
        put_text(record, "payment_state", "paid");
        put_int(record, "paid_minor", amount(record, "total_minor"));
        put_int(record, "due_minor", 0);
    }
    for (int i = 0; i < record->child_count; i++)
        lines |= strcmp(record->children[i]->resource->name, "invoice_line") == 0;
    if (!lines)
        Import_tally(import, "", "has no lines; imported as it is",
                     text(record, "number") ? text(record, "number") : "", draft->number);
    return true;
}

/* ---- payments ------------------------------------------------------------------------------- */

static const char *import_key(ModelContext *context, const char *provider, const char *id)
{
    return Arena_printf(context->arena, "import:%s:%s", provider && *provider ? provider : "manual",
                        id);
}

static bool finish_payment(Import *import, ModelContext *context, Draft *draft)
{
    Record *record = draft->record;
    const char *id = text(record, "provider_id");
    char batch[UID_TEXT_SIZE], number[UID_TEXT_SIZE + 24];
    const char *state = text(record, "state");

    if (!id)
        id = text(record, "external_ref");
    if (!id)
        id = text(record, "number");
    if (!id) {
        snprintf(number, sizeof number, "%s.%lld", Uid_format(&context->batch, "batch", batch),
                 (long long)draft->number);
        id = Arena_strdup(context->arena, number);
    }
    put_text(record, "idempotency_key", import_key(context, text(record, "provider"), id));
    if (is_one_of(state, "captured part_refunded refunded disputed charged_back"))
        put_int(record, "captured_minor", amount(record, "amount_minor"));
    if (is_one_of(state, "captured") && amount(record, "refunded_minor") > 0) {
        bool all = amount(record, "refunded_minor") >= amount(record, "amount_minor");

        Record_set_text(record, field_of(record, "state"), all ? "refunded" : "part_refunded");
    }
    return true;
}

static int64_t fact_money(const Draft *draft, const char *name, const char *currency)
{
    const FactValue *value = fact(draft, name);
    int exponent = Money_exponent(currency ? currency : "");
    char shown[4];
    bool percent;
    int64_t scaled = 0;

    if (value)
        Number_parse(value->text, value->column->numbers, exponent < 0 ? 2 : exponent, &scaled,
                     shown, &percent);
    return scaled;
}

static const char *provider_of(const Draft *draft)
{
    static const char *const KNOWN[][2] = {{"stripe", "stripe"}, {"paypal", "paypal"},
                                           {"adyen", "adyen"},   {"bank", "bank_transfer"},
                                           {"cash", "cash"},     {"debit", "direct_debit"}};
    const FactValue *method = fact(draft, "payment_method");

    for (size_t i = 0; method && i < sizeof KNOWN / sizeof KNOWN[0]; i++)
        if (strcasestr(method->text, KNOWN[i][0]))
            return KNOWN[i][1];
    return "manual";
}

static int64_t fact_time(const Draft *draft, const char *name, const char *zone, int64_t fallback)
{
    const FactValue *value = fact(draft, name);
    bool has_time;
    int64_t time;

    return value && Number_parse_date(value->text, value->column->order, zone, &time, &has_time)
               ? time
               : fallback;
}

static bool pay_document(ModelContext *context, const Draft *draft, const Record *document,
                         Error *error)
{
    const ResourceDef *resource = Resource_find("payment");
    bool order = strcmp(document->resource->name, "order") == 0;
    const char *currency = text(document, "currency"), *provider = provider_of(draft);
    const FactValue *reference = fact(draft, "payment_reference");
    int64_t total = amount(document, "total_minor");
    int64_t refunded = fact_money(draft, "refunded", currency);
    char uid_text[UID_TEXT_SIZE];
    Uid uid = Record_uid(document);
    Record *payment = resource ? Record_new(context->arena, resource) : NULL;

    if (!payment || total <= 0)
        return true;
    put_int(payment, order ? "order_id" : "", Record_id(document));
    if (has(document, "contact_id"))
        put_int(payment, "contact_id", amount(document, "contact_id"));
    if (has(document, "company_id"))
        put_int(payment, "company_id", amount(document, "company_id"));
    put_text(payment, "provider", provider);
    put_text(payment, "state",
             refunded >= total ? "refunded"
             : refunded        ? "part_refunded"
                               : "captured");
    put_int(payment, "amount_minor", total);
    put_int(payment, "captured_minor", total);
    put_int(payment, "refunded_minor", refunded);
    put_text(payment, "currency", currency);
    put_int(payment, "captured_at",
            fact_time(draft, "paid_at", context->tenant->zone,
                      has(document, "placed_at") ? amount(document, "placed_at") : context->now));
    put_text(payment, "reference", reference ? reference->text : NULL);
    put_text(payment, "idempotency_key",
             import_key(context, provider, Uid_format(&uid, document->resource->prefix, uid_text)));
    if (!order) {
        const ResourceDef *kind = Resource_find_child(resource, "payment_allocation");
        Record *allocation = kind ? Record_new(context->arena, kind) : NULL;

        if (allocation) {
            put_int(allocation, "invoice_id", Record_id(document));
            put_int(allocation, "amount_minor", total);
            put_int(allocation, "at", context->now);
            Record_add_child(context->arena, payment, allocation);
        }
    }
    return Model_create(context, payment, NULL, error);
}

/* ---- by resource ---------------------------------------------------------------------------- */

static const struct Finisher {
    const char *resource;
    bool (*finish)(Import *import, ModelContext *context, Draft *draft);
} FINISHERS[] = {
    {"opportunity", finish_opportunity}, {"product", finish_product}, {"order", finish_order},
    {"invoice", finish_invoice},         {"payment", finish_payment},
};

bool Finish_new(Import *import, ModelContext *context, Draft *draft, Error *error)
{
    for (size_t i = 0; i < sizeof FINISHERS / sizeof FINISHERS[0]; i++)
        if (strcmp(FINISHERS[i].resource, draft->record->resource->name) == 0)
            return FINISHERS[i].finish(import, context, draft);
    return true;
}

bool Finish_created(Import *import, ModelContext *context, Draft *draft, Record *created,
                    Error *error)
{
    const char *name = created->resource->name;

    if (strcmp(name, "order") == 0 &&
        is_one_of(text(created, "payment_state"), "paid part_refunded refunded"))
        return pay_document(context, draft, created, error);
    if (strcmp(name, "invoice") == 0 && is_one_of(text(created, "state"), "paid"))
        return pay_document(context, draft, created, error);
    return true;
}
