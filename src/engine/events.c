#include "engine/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/internal.h"
#include "engine/job_runner.h"

#define BURST 8           /* records of one resource in one transaction that are named one by one */
#define QUEUE_MAX 4096    /* events that wait for the door; later ones only count */

typedef struct Event {
    struct Event *next;
    const ResourceDef *resource;
    Uid uid;
    int64_t count; /* over 1: a burst, uid means nothing */
    char actor[64], operation[64], tenant[64];
    TenantSnapshot *snapshot;
} Event;

struct EventList {
    Event *first, *last;
    bool has_job;
    int64_t job_at; /* the earliest */
};

struct EventQueue {
    pthread_mutex_t mutex;
    Event *first, *last;
    int count;
};

struct EngineEvents {
    Event *first;
};

EventQueue *EventQueue_new(void)
{
    EventQueue *queue = calloc(1, sizeof *queue);

    if (queue)
        pthread_mutex_init(&queue->mutex, NULL);
    return queue;
}

static void free_events(Event *event)
{
    while (event) {
        Event *next = event->next;
        TenantSnapshot_release(event->snapshot);
        free(event);
        event = next;
    }
}

void EventQueue_free(EventQueue *queue)
{
    if (!queue)
        return;
    free_events(queue->first);
    pthread_mutex_destroy(&queue->mutex);
    free(queue);
}

EventList *EventList_new(void)
{
    return calloc(1, sizeof(EventList));
}

void EventList_free(EventList *list)
{
    if (!list)
        return;
    free_events(list->first);
    free(list);
}

/* Joins the records of one resource to one event when there are many. */
static bool join_burst(EventList *list, const ResourceDef *resource, const Uid *uid)
{
    int same = 0;
    Event *first = NULL;

    for (Event *event = list->first; event; event = event->next) {
        if (event->resource != resource)
            continue;
        if (event->count == 1 && memcmp(&event->uid, uid, sizeof *uid) == 0)
            return true;
        if (!first)
            first = event;
        if (event->count > 1) {
            event->count++;
            return true;
        }
        same++;
    }
    if (!first || same < BURST)
        return false;
    /* The first stands for all of them; the others are unlinked. */
    first->count = same + 1;
    list->last = first;
    for (Event **link = &list->first; *link;) {
        Event *event = *link;
        if (event->resource == resource && event != first) {
            *link = event->next;
            free(event);
        } else {
            list->last = event;
            link = &event->next;
        }
    }
    return true;
}

void EventList_add(EventList *list, const ResourceDef *resource, const Uid *uid)
{
    if (join_burst(list, resource, uid))
        return;
    Event *event = calloc(1, sizeof *event);
    if (!event)
        return;
    event->resource = resource;
    event->uid = *uid;
    event->count = 1;
    if (list->last)
        list->last->next = event;
    else
        list->first = event;
    list->last = event;
}

bool EventList_touches(const EventList *list, const char *resource)
{
    for (const Event *event = list->first; event; event = event->next) {
        if (strcmp(event->resource->name, resource) == 0)
            return true;
    }
    return false;
}

bool EventList_empty(const EventList *list)
{
    return !list->first;
}

void Events_collect(ModelContext *context, const char *topic, const ResourceDef *resource,
                    const Uid *uid)
{
    if (context->on_event_data && resource && uid)
        EventList_add(context->on_event_data, resource, uid);
}

static void address_event(Event *event, TenantHandle *tenant, const char *actor,
                          const char *operation)
{
    pthread_mutex_lock(&tenant->mutex);
    event->snapshot = tenant->snapshot;
    if (event->snapshot)
        atomic_fetch_add(&event->snapshot->references, 1);
    pthread_mutex_unlock(&tenant->mutex);
    snprintf(event->actor, sizeof event->actor, "%s", actor ? actor : "");
    snprintf(event->operation, sizeof event->operation, "%s", operation ? operation : "");
    memcpy(event->tenant, tenant->slug, sizeof event->tenant);
}

static void refresh_caches(TenantHandle *tenant, const EventList *list)
{
    static const char *const CACHED[] = {"custom_field", "role", "membership", "team", "user",
                                         "tenant"};

    for (size_t i = 0; i < sizeof CACHED / sizeof *CACHED; i++) {
        if (EventList_touches(list, CACHED[i]))
            TenantHandle_refresh(tenant);
    }
}

void EventList_add_job(EventList *list, int64_t at)
{
    if (!list->has_job || at < list->job_at)
        list->job_at = at;
    list->has_job = true;
}

static void publish(Engine *engine, TenantHandle *tenant, EventList *list, const char *actor,
                    const char *operation)
{
    EventQueue *queue = engine->events;
    int added = 0;

    for (Event *event = list->first; event; event = event->next, added++)
        address_event(event, tenant, actor, operation);
    pthread_mutex_lock(&queue->mutex);
    if (added && queue->count < QUEUE_MAX) {
        if (queue->last)
            queue->last->next = list->first;
        else
            queue->first = list->first;
        queue->last = list->last;
        queue->count += added;
        list->first = list->last = NULL;
    }
    pthread_mutex_unlock(&queue->mutex);
    if (added && engine->door.wake)
        engine->door.wake(engine->door.argument);
}

void Events_committed(TenantHandle *tenant, EventList *list, const char *actor,
                      const char *operation)
{
    Engine *engine = tenant->engine;

    refresh_caches(tenant, list);
    if (list->has_job && engine->jobs)
        JobRunner_wake(engine->jobs, tenant->slug, list->job_at);
    publish(engine, tenant, list, actor, operation);
    EventList_free(list);
}

void Engine_announce(TenantHandle *tenant, const ResourceDef *resource, int64_t count,
                     const char *actor, const char *operation)
{
    EventList *list = EventList_new();
    static const Uid NONE = {{0}};

    if (!list)
        return;
    EventList_add(list, resource, &NONE);
    if (list->first)
        list->first->count = count > 1 ? count : 2; /* no single record is meant */
    Events_committed(tenant, list, actor, operation);
}

EngineEvents *Engine_take_events(Engine *engine)
{
    EventQueue *queue = engine->events;
    EngineEvents *events = NULL;

    pthread_mutex_lock(&queue->mutex);
    if (queue->first && (events = calloc(1, sizeof *events))) {
        events->first = queue->first;
        queue->first = queue->last = NULL;
        queue->count = 0;
    }
    pthread_mutex_unlock(&queue->mutex);
    return events;
}

void Engine_free_events(EngineEvents *events)
{
    if (!events)
        return;
    free_events(events->first);
    free(events);
}

/* Whoever sees only some of the records learns that something changed, not which. */
static void append_event(Buffer *out, const Event *event, bool sees_all)
{
    char id[UID_TEXT_SIZE];

    Buffer_puts(out, "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"topic\":\"changed\","
                     "\"resource\":");
    Json_append_string(out, event->resource->name, strlen(event->resource->name));
    Buffer_puts(out, ",\"id\":");
    if (sees_all && event->count == 1)
        Buffer_printf(out, "\"%s\"", Uid_format(&event->uid, event->resource->prefix, id));
    else
        Buffer_puts(out, "null");
    Buffer_printf(out, ",\"count\":%lld,\"operation\":", (long long)event->count);
    Json_append_string(out, event->operation, strlen(event->operation));
    Buffer_puts(out, ",\"actor\":{\"name\":");
    Json_append_string(out, event->actor, strlen(event->actor));
    Buffer_puts(out, "}}}\n");
}

char *Engine_events_for(const EngineEvents *events, const Session *session, size_t *length)
{
    const Identity *identity = Session_identity(session);
    Buffer out = BUFFER_EMPTY;

    if (!identity || !atomic_load(&session->subscribed))
        return NULL;
    for (const Event *event = events->first; event; event = event->next) {
        if (!event->snapshot || strcmp(event->tenant, identity->tenant->slug) != 0 ||
            !Rights_may(event->snapshot->rights, identity->user_id, event->resource, ACTION_READ,
                        NULL))
            continue;
        append_event(&out, event,
                     Rights_sees_all(event->snapshot->rights, identity->user_id, event->resource));
    }
    *length = out.length;
    if (out.length && !out.failed)
        return Buffer_take(&out);
    Buffer_free(&out);
    return NULL;
}
