/* fake_client.c - client.h without an engine: one company with a million leads made on the fly, so
 * that screens can be tested alone.  Answers come as the protocol describes them.
 */
#include "client/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/datetime.h"
#include "base/world.h"

enum { LEADS = 1000000, QUEUE_MAX = 256 };

struct Client {
    Json *hello;
    int pipe[2]; /* readable while answers wait */
    int last_id;
    struct {
        int id;
        Json *body;
        Error error;
        bool failed, event;
    } queue[QUEUE_MAX];
    int count;
    char email[64], first_name[64];
    int version; /* of lead 0, which can be edited */
    bool deleted;
    bool conflict; /* the next update meets somebody else's */
};

static Json *parse(const char *text)
{
    Error error = ERROR_NONE;
    Json *json = Json_parse(text, strlen(text), JSON_BYTES_MAX, &error);

    if (!json)
        fprintf(stderr, "fake client: %s: %s\n", error.message, text);
    return json;
}

static const char *RESOURCES =
    "[{\"name\":\"lead\",\"plural\":\"leads\",\"label\":\"Lead\",\"label_plural\":\"Leads\","
    "\"domain\":\"crm\"},"
    "{\"name\":\"company\",\"plural\":\"companies\",\"label\":\"Company\",\"label_plural\":"
    "\"Companies\","
    "\"domain\":\"crm\"},"
    "{\"name\":\"order\",\"plural\":\"orders\",\"label\":\"Order\",\"label_plural\":\"Orders\","
    "\"domain\":\"commerce\"},"
    "{\"name\":\"user\",\"plural\":\"users\",\"label\":\"User\",\"label_plural\":\"Users\","
    "\"domain\":\"platform\"}]";

static const char *LEAD =
    "{\"name\":\"lead\",\"plural\":\"leads\",\"label\":\"Lead\",\"label_plural\":\"Leads\","
    "\"domain\":\"crm\","
    "\"version\":1,\"sort\":\"-score\",\"state_field\":\"state\","
    "\"list\":[\"number\",\"label\",\"company_name\",\"score\",\"state\",\"owner_id\",\"updated_"
    "at\"],"
    "\"fields\":["
    "{\"name\":\"number\",\"label\":\"Number\",\"type\":\"text\",\"read_only\":true,\"section\":"
    "\"Who\"},"
    "{\"name\":\"label\",\"label\":\"Name\",\"type\":\"text\",\"derived\":true,\"section\":\"Who\"}"
    ","
    "{\"name\":\"first_name\",\"label\":\"First "
    "name\",\"type\":\"text\",\"section\":\"Who\",\"max_length\":60},"
    "{\"name\":\"last_name\",\"label\":\"Last "
    "name\",\"type\":\"text\",\"section\":\"Who\",\"required\":true},"
    "{\"name\":\"company_name\",\"label\":\"Company\",\"type\":\"text\",\"section\":\"Who\"},"
    "{\"name\":\"email\",\"label\":\"E-mail\",\"type\":\"email\",\"section\":\"How to reach\"},"
    "{\"name\":\"phone\",\"label\":\"Phone\",\"type\":\"phone\",\"section\":\"How to reach\"},"
    "{\"name\":\"country\",\"label\":\"Country\",\"type\":\"country\",\"section\":\"How to "
    "reach\"},"
    "{\"name\":\"state\",\"label\":\"State\",\"type\":\"enum\",\"section\":\"Where it "
    "stands\",\"choices\":["
    "{\"key\":\"new\",\"label\":\"new\"},{\"key\":\"assigned\",\"label\":\"assigned\"},"
    "{\"key\":\"working\",\"label\":\"working\"},{\"key\":\"nurturing\",\"label\":\"nurturing\"},"
    "{\"key\":\"qualified\",\"label\":\"qualified\"}]},"
    "{\"name\":\"score\",\"label\":\"Score\",\"type\":\"int\",\"derived\":true,\"section\":\"Where "
    "it stands\"},"
    "{\"name\":\"source\",\"label\":\"Source\",\"type\":\"enum\",\"section\":\"Where it "
    "stands\",\"choices\":["
    "{\"key\":\"web_form\",\"label\":\"Web form\"},{\"key\":\"ads\",\"label\":\"Ads\"},"
    "{\"key\":\"referral\",\"label\":\"Referral\"}]},"
    "{\"name\":\"budget_minor\",\"label\":\"Budget\",\"type\":\"money\",\"section\":\"Where it "
    "stands\"},"
    "{\"name\":\"owner_id\",\"label\":\"Owner\",\"type\":\"reference\",\"reference\":\"user\","
    "\"section\":\"Where it stands\"},"
    "{\"name\":\"next_follow_up_at\",\"label\":\"Next follow-up\",\"type\":\"time\","
    "\"section\":\"Where it stands\"},"
    "{\"name\":\"description\",\"label\":\"Notes\",\"type\":\"long_text\",\"section\":\"Notes\"},"
    "{\"name\":\"updated_at\",\"label\":\"Last\",\"type\":\"time\",\"derived\":true,\"section\":"
    "\"Notes\"}],"
    "\"transitions\":[{\"name\":\"qualify\",\"label\":\"Qualify\",\"from\":\"working\",\"to\":"
    "\"qualified\"},"
    "{\"name\":\"assign\",\"label\":\"Assign\",\"from\":\"new\",\"to\":\"assigned\"},"
    "{\"name\":\"work\",\"label\":\"Start work\",\"from\":\"assigned\",\"to\":\"working\"}],"
    "\"actions\":{\"create\":true,\"update\":true,\"delete\":true}}";

static const char *HOME =
    "{\"figures\":[{\"label\":\"Invoiced this "
    "month\",\"value\":{\"minor\":4821000,\"currency\":\"EUR\"},"
    "\"previous\":{\"minor\":4304000,\"currency\":\"EUR\"},\"good\":\"up\",\"resource\":\"order\"},"
    "{\"label\":\"New leads "
    "today\",\"value\":37,\"change\":5,\"good\":\"up\",\"resource\":\"lead\","
    "\"filter\":\"state = new\"},"
    "{\"label\":\"Hot, "
    "unanswered\",\"value\":4,\"good\":\"down\",\"resource\":\"lead\",\"filter\":\"score >= 70\"},"
    "{\"label\":\"Orders to "
    "ship\",\"value\":12,\"change\":3,\"good\":\"down\",\"resource\":\"order\"},"
    "{\"label\":\"Open tickets\",\"value\":2,\"resource\":\"lead\"},"
    "{\"label\":\"Invoices overdue\",\"value\":5,\"resource\":\"order\"}],"
    "\"pipeline\":[{\"label\":\"prospecting\",\"amount\":{\"minor\":21000000,\"currency\":\"EUR\"},"
    "\"count\":42},"
    "{\"label\":\"qualified\",\"amount\":{\"minor\":13100000,\"currency\":\"EUR\"},\"count\":19},"
    "{\"label\":\"proposal\",\"amount\":{\"minor\":8400000,\"currency\":\"EUR\"},\"count\":11},"
    "{\"label\":\"negotiation\",\"amount\":{\"minor\":3900000,\"currency\":\"EUR\"},\"count\":4},"
    "{\"label\":\"won\",\"amount\":{\"minor\":6600000,\"currency\":\"EUR\"},\"count\":9}],"
    "\"series\":{\"label\":\"Invoiced, last 12 months\",\"points\":["
    "{\"label\":\"2025-12\",\"value\":21},{\"label\":\"2026-01\",\"value\":24},{\"label\":\"2026-"
    "02\",\"value\":23},"
    "{\"label\":\"2026-03\",\"value\":30},{\"label\":\"2026-04\",\"value\":36},{\"label\":\"2026-"
    "05\",\"value\":41},"
    "{\"label\":\"2026-06\",\"value\":38},{\"label\":\"2026-07\",\"value\":33},{\"label\":\"2026-"
    "08\",\"value\":31},"
    "{\"label\":\"2026-09\",\"value\":42},{\"label\":\"2026-10\",\"value\":47},{\"label\":\"2026-"
    "11\",\"value\":55}]},"
    "\"tasks\":[{\"id\":\"task_1\",\"subject\":\"Call John Smith (Acme): proposal sent 6 days "
    "ago\","
    "\"kind\":\"call\",\"due_at\":\"2026-11-22T08:30:00Z\"},"
    "{\"id\":\"task_2\",\"subject\":\"Send the new price list to Harbor Foods\",\"kind\":\"mail\","
    "\"due_at\":\"2026-11-22T15:00:00Z\"}],\"as_of\":\"2026-11-22T09:42:00Z\"}";

static const char *const FIRST[] = {"Maya", "Chen", "José", "Anna", "Björn", "Fatima", "Olu", "李"};
static const char *const LAST[] = {"Lindqvist", "Wei",    "Okafor", "García",
                                   "Müller",    "Haddad", "小明"};
static const char *const COMPANIES[] = {"Northwind AB",        "Harbor Foods", "Delta Clinics",
                                        "Müller & Söhne GmbH", "Acme",         "Contoso Logistics"};
static const char *const STATES[] = {"assigned", "working", "nurturing", "new"};

static Json *reference(const char *id, const char *label)
{
    Json *json = json_object_new_object();

    Json_set_text(json, "id", id);
    Json_set_text(json, "label", label);
    return json;
}

static Json *lead(const Client *client, long i, bool whole)
{
    Json *json = json_object_new_object();
    char text[128], out[48];
    const char *first = i == 0 ? client->first_name : FIRST[i % 8], *last = LAST[i % 7];

    snprintf(text, sizeof text, "lead_%026ld", i);
    Json_set_text(json, "id", text);
    Json_set_int(json, "version", i == 0 ? client->version : 1);
    snprintf(text, sizeof text, "L-%04ld", 2041 + i);
    Json_set_text(json, "number", text);
    snprintf(text, sizeof text, "%s %s", first, last);
    Json_set_text(json, "label", text);
    Json_set_text(json, "company_name", COMPANIES[i % 6]);
    Json_set_int(json, "score", 91 - i * 90 / LEADS);
    Json_set_text(json, "state", STATES[i % 4]);
    Json_set(json, "owner_id", reference("user_1", i % 3 ? "Ana Ruiz" : "Ben Frei"));
    Json_set_text(json, "updated_at",
                  DateTime_format(World_now() - (int64_t)(i + 12) * 60000000, out));
    if (!whole)
        return json;
    Json_set_text(json, "first_name", first);
    Json_set_text(json, "last_name", last);
    Json_set_text(json, "email", i == 0 ? client->email : "someone@example.com");
    Json_set_text(json, "phone", "+46 8 123 456");
    Json_set_text(json, "country", "SE");
    Json_set_text(json, "source", "web_form");
    Json_set(json, "budget_minor", parse("{\"minor\":1250000,\"currency\":\"EUR\"}"));
    Json_set_int(json, "score_fit", 24);
    Json_set_int(json, "score_behaviour", 31);
    Json_set_int(json, "score_engagement", 22);
    Json_set(json, "score_reason",
             parse("[{\"label\":\"pricing page\",\"points\":12},"
                   "{\"label\":\"job title\",\"points\":8}]"));
    Json_set_text(json, "response_due_at", "2026-11-22T10:20:00Z");
    Json_set_text(json, "next_follow_up_at", "2026-11-25T09:00:00Z");
    Json_set_text(json, "description",
                  "Wants a quote for 40 seats.\nAsked about delivery to Norway.");
    return json;
}

static bool refuse(Error *error, const char *code, const char *message, int column)
{
    Error_set(error, code, "%s", message);
    if (column)
        Error_at(error, 1, column);
    return false;
}

static bool list_leads(Client *client, const Json *params, Json **result, Error *error)
{
    const char *after = Json_text(params, "after"), *before = Json_text(params, "before");
    const char *sort = Json_text(params, "sort"), *filter = Json_text(params, "filter");
    bool up = sort && strcmp(sort, "score") == 0;
    long limit = (long)Json_int(params, "limit", 50), total = filter ? 37 : LEADS;
    long from = after ? atol(after) + 1 : before ? atol(before) - limit : client->deleted && !up;
    Json *records = json_object_new_array();
    char cursor[32];

    if (filter && strstr(filter, "scor ")) {
        refuse(error, ERROR_SYNTAX, "There is no field \"scor\".", 1);
        Error_hint(error, "Did you mean \"score\"?");
        json_object_put(records);
        return false;
    }
    from = from < 0 ? 0 : from;
    long to = from + limit > total ? total : from + limit;
    *result = json_object_new_object();
    for (long i = from; i < to; i++)
        json_object_array_add(records, lead(client, up ? total - 1 - i : i, false));
    Json_set(*result, "records", records);
    snprintf(cursor, sizeof cursor, "%ld", to - 1);
    Json_set_text(*result, "next", to < total ? cursor : NULL);
    snprintf(cursor, sizeof cursor, "%ld", from);
    Json_set_text(*result, "previous", from > 0 ? cursor : NULL);
    return true;
}

static bool lead_call(Client *client, const char *verb, const Json *params, Json **result,
                      Error *error)
{
    const char *id = Json_text(params, "id");
    long index = id && strlen(id) > 5 ? atol(id + 5) : 0;

    if (strcmp(verb, "list") == 0)
        return list_leads(client, params, result, error);
    if (strcmp(verb, "count") == 0)
        *result = parse(Json_text(params, "filter") ? "{\"count\":37,\"more\":false}"
                                                    : "{\"count\":100000,\"more\":true}");
    else if (strcmp(verb, "timeline") == 0)
        *result = parse(
            "{\"entries\":[{\"at\":\"2026-11-22T09:31:00Z\",\"kind\":\"page\",\"title\":"
            "\"pricing, 3rd visit in 2 days\",\"detail\":\"+6 score\"},"
            "{\"at\":\"2026-11-21T15:02:00Z\",\"kind\":\"call\",\"title\":\"called, no answer\","
            "\"actor\":\"Ana Ruiz\"}]}");
    else if (strcmp(verb, "related") == 0)
        *result =
            parse("{\"groups\":[{\"resource\":\"company\",\"label\":\"Companies\",\"count\":1,"
                  "\"records\":[{\"id\":\"company_1\",\"label\":\"Northwind AB\"}]}]}");
    else if (strcmp(verb, "update") == 0 && client->conflict) {
        client->conflict = false;
        client->version++;
        snprintf(client->email, sizeof client->email, "maya@northwind.example");
        if (strcmp(getenv("FAKE_CONFLICT"), "both") == 0)
            snprintf(client->first_name, sizeof client->first_name, "Maja");
        return refuse(error, ERROR_CONFLICT, "Ben Frei changed this record meanwhile.", 0);
    } else if (strcmp(verb, "update") == 0) {
        if (Json_text(params, "email"))
            snprintf(client->email, sizeof client->email, "%s", Json_text(params, "email"));
        if (Json_text(params, "first_name"))
            snprintf(client->first_name, sizeof client->first_name, "%s",
                     Json_text(params, "first_name"));
        client->version++;
        *result = lead(client, index, true);
    } else if (strcmp(verb, "delete") == 0) {
        client->deleted = true;
        *result = json_object_new_object();
    } else {
        *result = lead(client, index, true);
    }
    return true;
}

static bool answer(Client *client, const char *operation, const Json *params, Json **result,
                   Error *error)
{
    const char *resource = params ? Json_text(params, "resource") : NULL;

    if (strcmp(operation, "resource.list") == 0)
        *result = parse(RESOURCES);
    else if (strcmp(operation, "resource.describe") == 0) {
        *result = parse(LEAD);
        if (resource && strcmp(resource, "lead") != 0) {
            Json_set_text(*result, "name", resource);
            Json_set_text(*result, "label", resource);
            Json_set_text(*result, "label_plural", resource);
        }
    } else if (strcmp(operation, "dashboard.home") == 0)
        *result = parse(HOME);
    else if (strcmp(operation, "history.list") == 0)
        *result = parse(
            "{\"changes\":[{\"id\":\"change_9\",\"at\":\"2026-11-22T09:00:00Z\",\"actor\":"
            "{\"label\":\"Ana Ruiz\"},\"operation\":\"lead.update\",\"before\":{\"score\":85},"
            "\"after\":{\"score\":91}}]}");
    else if (strcmp(operation, "undo.preview") == 0)
        *result = parse(
            "{\"change\":\"change_9\",\"message\":\"Score of Maya Lindqvist: 91 back to 85.\"}");
    else if (strcmp(operation, "undo") == 0)
        *result = parse("{\"undone\":[\"change_9\"],\"message\":\"Taken back: 1 change.\"}");
    else if (strcmp(operation, "search.all") == 0)
        *result =
            parse("{\"records\":[{\"resource\":\"lead\",\"id\":\"lead_00000000000000000000000000\","
                  "\"label\":\"Maya Lindqvist\"},{\"resource\":\"company\",\"id\":\"company_1\","
                  "\"label\":\"Northwind AB\"}]}");
    else if (strcmp(operation, "attachment.list") == 0)
        *result = parse("{\"records\":[]}");
    else if (strcmp(operation, "test.conflict") == 0)
        client->conflict = true;
    else if (strncmp(operation, "lead.", 5) == 0)
        return lead_call(client, operation + 5, params, result, error);
    else if (strstr(operation, ".list") || strstr(operation, ".search"))
        *result = parse("{\"records\":[{\"id\":\"user_1\",\"label\":\"Ana Ruiz\",\"version\":1},"
                        "{\"id\":\"user_2\",\"label\":\"Ben Frei\",\"version\":1}],\"next\":null}");
    else if (strstr(operation, ".count"))
        *result = parse("{\"count\":2,\"more\":false}");
    else if (strcmp(operation, "events.subscribe") == 0)
        *result = json_object_new_object();
    else
        return refuse(error, ERROR_USAGE, "There is no such operation here.", 0);
    return true;
}

Client *Client_open(const ClientOptions *options, Error *error)
{
    Client *client = calloc(1, sizeof *client);
    const char *language = getenv("FAKE_LANGUAGE");

    (void)options;
    (void)error;
    if (!client || pipe(client->pipe) != 0) {
        free(client);
        return NULL;
    }
    client->version = 7;
    snprintf(client->first_name, sizeof client->first_name, "Maya");
    snprintf(client->email, sizeof client->email, "maya@example.com");
    client->hello = parse(
        "{\"protocol\":1,\"user\":{\"id\":\"user_1\",\"name\":\"Ana Ruiz\",\"role\":\"staff\"},"
        "\"tenant\":{\"name\":\"Lumen Trading\",\"currency\":\"EUR\",\"zone\":"
        "\"Europe/Madrid\"},\"login_required\":false}");
    Json_set_text(Json_get(client->hello, "user"), "language", language ? language : "en");
    if (getenv("FAKE_CONFLICT"))
        client->conflict = true;
    return client;
}

void Client_close(Client *client)
{
    for (int i = 0; i < client->count; i++)
        json_object_put(client->queue[i].body);
    json_object_put(client->hello);
    close(client->pipe[0]);
    close(client->pipe[1]);
    free(client);
}

bool Client_logged_in(const Client *client)
{
    return client != NULL;
}

const Json *Client_hello(const Client *client)
{
    return client->hello;
}

bool Client_call(Client *client, const char *operation, Json *params, Json **result, Error *error)
{
    Json *body = NULL;
    bool done = answer(client, operation, params, &body, error);

    if (result)
        *result = body;
    else
        json_object_put(body);
    return done;
}

int Client_descriptor(const Client *client)
{
    return client->pipe[0];
}

bool Client_send(Client *client, const char *operation, Json *params, int *request_id, Error *error)
{
    if (client->count == QUEUE_MAX)
        return refuse(error, ERROR_LIMIT, "Too many questions at once.", 0);
    int at = client->count++;
    memset(&client->queue[at], 0, sizeof client->queue[at]);
    client->queue[at].id = ++client->last_id;
    client->queue[at].failed =
        !answer(client, operation, params, &client->queue[at].body, &client->queue[at].error);
    *request_id = client->last_id;
    return write(client->pipe[1], "x", 1) == 1;
}

ClientMessage Client_receive(Client *client, int *id, Json **body, Error *error)
{
    char byte;

    if (client->count == 0 || read(client->pipe[0], &byte, 1) != 1)
        return CLIENT_NOTHING;
    bool failed = client->queue[0].failed;
    *id = client->queue[0].id;
    *body = client->queue[0].body;
    *error = client->queue[0].error;
    client->count--;
    memmove(client->queue, client->queue + 1, (size_t)client->count * sizeof client->queue[0]);
    return failed ? CLIENT_FAILURE : CLIENT_REPLY;
}

bool Client_reconnect(Client *client, Error *error)
{
    (void)error;
    return client != NULL;
}
