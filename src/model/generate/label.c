#include <ctype.h>
#include <string.h>
#include "base/buffer.h"
#include "model/generate/describe.h"

typedef struct Word {
    const char *word, *label;
} Word;

/* Words of names that people write differently. */
static const Word WORDS[] = {
    {"3pl", "logistics partner"},
    {"ab", "A/B"},
    {"addr", "address"},
    {"adyen", "Adyen"},
    {"api", "API"},
    {"b2b", "B2B"},
    {"ccpa", "CCPA"},
    {"cdn", "CDN"},
    {"cron", "schedule"},
    {"csat", "satisfaction"},
    {"csv", "CSV"},
    {"def", "definition"},
    {"django", "Django"},
    {"doc", "document"},
    {"email", "e-mail"},
    {"emails", "e-mails"},
    {"eta", "expected arrival"},
    {"exp", "expiry"},
    {"fx", "exchange rate"},
    {"ga", "Google Analytics"},
    {"gdpr", "GDPR"},
    {"geo", "geographic"},
    {"google", "Google"},
    {"graphql", "GraphQL"},
    {"hmac", "HMAC"},
    {"hs", "HS"},
    {"html", "HTML"},
    {"http", "HTTP"},
    {"hubspot", "HubSpot"},
    {"iban", "IBAN"},
    {"ical", "calendar"},
    {"id", "ID"},
    {"idp", "identity provider"},
    {"imap", "IMAP"},
    {"ip", "IP address"},
    {"ips", "IP addresses"},
    {"json", "JSON"},
    {"jsonl", "JSON Lines"},
    {"kb", "help"},
    {"lang", "language"},
    {"langs", "languages"},
    {"lgpd", "LGPD"},
    {"linkedin", "LinkedIn"},
    {"lon", "longitude"},
    {"lat", "latitude"},
    {"max", "maximum"},
    {"mfa", "second factor"},
    {"min", "minimum"},
    {"mime", "media type"},
    {"mrr", "MRR"},
    {"ms", "duration (ms)"},
    {"msg", "message"},
    {"n", "sample size"},
    {"oauth2", "OAuth 2"},
    {"og", "social"},
    {"org", "organisation"},
    {"params", "parameters"},
    {"paypal", "PayPal"},
    {"pct", "percent"},
    {"pdf", "PDF"},
    {"pii", "personal data"},
    {"po", "purchase order"},
    {"pos", "point of sale"},
    {"postgres", "PostgreSQL"},
    {"ppm", "rate"},
    {"qty", "quantity"},
    {"ref", "reference"},
    {"rest", "REST"},
    {"rpm", "requests per minute"},
    {"s3", "S3"},
    {"saleor", "Saleor"},
    {"sepa", "SEPA"},
    {"seo", "SEO"},
    {"sev1", "severity 1"},
    {"sev2", "severity 2"},
    {"sev3", "severity 3"},
    {"sev4", "severity 4"},
    {"sha256", "SHA-256"},
    {"shopify", "Shopify"},
    {"sku", "SKU"},
    {"sla", "SLA"},
    {"slack", "Slack"},
    {"sms", "SMS"},
    {"smtp", "SMTP"},
    {"sql", "SQL"},
    {"sqlite", "SQLite"},
    {"ssh", "SSH"},
    {"ssl", "SSL"},
    {"stripe", "Stripe"},
    {"superset", "Superset"},
    {"tty", "terminal device"},
    {"tui", "terminal"},
    {"twilio", "Twilio"},
    {"txn", "transaction"},
    {"tz", "time zone"},
    {"uid", "ID"},
    {"url", "URL"},
    {"utm", "UTM"},
    {"v1", "v1"},
    {"vat", "VAT"},
    {"vi", "vi"},
    {"wagtail", "Wagtail"},
    {"wf", "workflow"},
    {"wip", "work in progress"},
    {"wordpress", "WordPress"},
    {"xlsx", "XLSX"},
    {"zpl", "ZPL"},
    {"escpos", "ESC/POS"},
    {"crm", "CRM"},
    {"cc", "copies to"},
    {"emacs", "Emacs"},
    {"ftp", "FTP"},
    {"webhook", "webhook"},
    {"1st", "first"},
    {"ltv", "lifetime value"},
};

/* Endings of names that say how a value is stored, not what it is. */
static const Word ENDINGS[] = {
    {"_minor", ""},         {"_e2", ""},    {"_e4", ""},      {"_e6", ""},
    {"_ppm", ""},           {"_ids", ""},   {"_id", ""},      {"_at", ""},
    {"_s", " (s)"},         {"_g", " (g)"}, {"_mm", " (mm)"}, {"_ms", " (ms)"},
    {"_min", " (minutes)"},
};

static const char *word_label(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strlen(WORDS[i].word) == length && strncmp(WORDS[i].word, word, length) == 0)
            return WORDS[i].label;
    return NULL;
}

static const char *words_with(Arena *arena, const char *name, size_t length, const char *ending)
{
    Buffer out = BUFFER_EMPTY;
    for (size_t at = 0; at < length;) {
        size_t bytes = 0;
        while (at + bytes < length && name[at + bytes] != '_' && name[at + bytes] != '.')
            bytes++;
        const char *label = word_label(name + at, bytes);
        if (out.length)
            Buffer_putc(&out, ' ');
        if (label)
            Buffer_puts(&out, label);
        else
            Buffer_append(&out, name + at, bytes);
        at += bytes + 1;
    }
    Buffer_puts(&out, ending);
    if (out.length)
        out.data[0] = (char)toupper((unsigned char)out.data[0]);
    char *label = Arena_strdup(arena, Buffer_text(&out));
    Buffer_free(&out);
    return label;
}

const char *Label_of_words(Arena *arena, const char *name)
{
    return words_with(arena, name, strlen(name), "");
}

const char *Label_of_field(Arena *arena, const char *name)
{
    size_t length = strlen(name);
    if (strcmp(name, "at") == 0)
        return "Time";
    if (strncmp(name, "is_", 3) == 0) {
        name += 3;
        length -= 3;
    }
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        size_t bytes = strlen(ENDINGS[i].word);
        if (length > bytes && strcmp(name + length - bytes, ENDINGS[i].word) == 0)
            return words_with(arena, name, length - bytes, ENDINGS[i].label);
    }
    return Label_of_words(arena, name);
}

/* Keys of choices whose words do not make a label; ranges and numbers ("1-10", "301") stay. */
static const Word CHOICES[] = {
    {"todo", "To do"},
    {"ok", "OK"},
    {"env", "Environment"},
    {"init", "Begun"},
    {"auth", "Authorisation"},
    {"authorized", "Authorised"},
    {"info", "Information"},
    {"ops", "Operations"},
    {"bool", "Yes or no"},
    {"int", "Whole number"},
    {"datetime", "Date and time"},
    {"multi_select", "Several choices"},
    {"select", "Choice"},
    {"multi", "Several channels"},
    {"ads", "Advertisements"},
    {"social", "Social media"},
    {"mono", "Monochrome"},
    {"one_off", "One-off"},
    {"trialing", "On trial"},
    {"buy_x_get_y", "Buy X, get Y"},
    {"up_good", "More is better"},
    {"down_good", "Less is better"},
    {"ceil", "Round up"},
    {"floor", "Round down"},
    {"admin", "Administrator"},
    {"follow_up", "Follow-up"},
    {"no_show", "No-show"},
    {"upsell", "Upselling"},
    {"3pl", "Logistics partner"},
    {"ref", "Reference"},
    {"generic_rest", "Other (REST)"},
    {"generic_graphql", "Other (GraphQL)"},
    {"post", "Letter"},
    {"continue", "Sell on"},
    {"deny", "Refuse"},
    {"in", "Incoming"},
    {"out", "Outgoing"},
    {"half_year", "Half-year"},
    {"leave_past_due", "Leave past due"},
    {"commitment_true_up", "Commitment balance"},
    {"textarea", "Long text"},
    {"supplier_dropship", "Drop shipping"},
    {"label_zpl", "Labels (ZPL)"},
    {"receipt_escpos", "Receipts (ESC/POS)"},
    {"pending_double_opt_in", "Waiting for confirmation"},
    {"public_token", "Public link"},
    {"dead", "Given up"},
    {"enum", "Choice"},
};

const char *Label_of_choice(Arena *arena, const char *key)
{
    for (size_t i = 0; i < sizeof CHOICES / sizeof *CHOICES; i++)
        if (strcmp(CHOICES[i].word, key) == 0)
            return CHOICES[i].label;
    return Label_of_words(arena, key);
}

bool Name_is_valid(const char *name)
{
    if (!name || !islower((unsigned char)name[0]) || strlen(name) > 48)
        return false;
    for (const char *at = name; *at; at++)
        if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_')
            return false;
    return true;
}

/* Reserved in SQLite, PostgreSQL or both. */
static const char *const RESERVED[] = {
    "all",     "analyze",   "and",        "any",     "as",         "asc",         "by",
    "case",    "check",     "collate",    "column",  "constraint", "create",      "cross",
    "current", "default",   "deferrable", "delete",  "desc",       "distinct",    "do",
    "drop",    "else",      "end",        "except",  "exists",     "fetch",       "filter",
    "for",     "foreign",   "from",       "full",    "grant",      "group",       "having",
    "in",      "index",     "inner",      "insert",  "intersect",  "into",        "is",
    "join",    "key",       "leading",    "left",    "like",       "limit",       "natural",
    "not",     "null",      "of",         "offset",  "on",         "only",        "or",
    "order",   "outer",     "over",       "placing", "primary",    "range",       "references",
    "return",  "returning", "right",      "row",     "rows",       "select",      "set",
    "some",    "table",     "then",       "to",      "trailing",   "transaction", "trigger",
    "union",   "unique",    "update",     "user",    "using",      "values",      "view",
    "when",    "where",     "window",     "with",
};

const char *Name_in_sql(Arena *arena, const char *name)
{
    char *sql = Arena_strdup(arena, name);
    for (char *at = sql; at && *at; at++)
        if (*at == '.')
            *at = '_';
    for (size_t i = 0; sql && i < sizeof RESERVED / sizeof *RESERVED; i++)
        if (strcmp(RESERVED[i], sql) == 0)
            return Arena_printf(arena, "%s_", sql);
    return sql;
}
