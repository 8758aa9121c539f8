/* events.h - what was changed, on its way from the writers to the sessions. */
#ifndef ENGINE_EVENTS_H
#define ENGINE_EVENTS_H

#include "engine/door.h"

typedef struct EventQueue EventQueue;
/* Events of one transaction; they leave only when it is durable. */
typedef struct EventList EventList;

EventQueue *EventQueue_new(void);
void EventQueue_free(EventQueue *queue);
EventList *EventList_new(void);
void EventList_free(EventList *list);
/* Bursts of one resource become one event with a count. */
void EventList_add(EventList *list, const ResourceDef *resource, const Uid *uid);
bool EventList_touches(const EventList *list, const char *resource);
bool EventList_empty(const EventList *list);
/* The transaction is durable: caches that it touched are read again, sessions and jobs learn of it.
 * Takes the list. */
void Events_committed(TenantHandle *tenant, EventList *list, const char *actor,
                      const char *operation);
/* A job was queued in this transaction, to start at `at`. */
void EventList_add_job(EventList *list, int64_t at);
/* ModelContext.on_event with an EventList as data. */
void Events_collect(ModelContext *context, const char *topic, const ResourceDef *resource,
                    const Uid *uid);

#endif
