/* reader.c - the pool of reading connections, opened when needed. */
#include <errno.h>
#include "store/store_private.h"

#define READERS_DEFAULT 4

static void put_back(Store *store, Connection *connection)
{
    pthread_mutex_lock(&store->pool_lock);
    if (connection) {
        connection->next = store->idle;
        store->idle = connection;
    } else {
        store->readers--;
    }
    pthread_cond_signal(&store->freed);
    pthread_mutex_unlock(&store->pool_lock);
}

/* An idle connection, or NULL with the right to open one. */
static Connection *claim(Store *store)
{
    int most = store->options.readers > 0 ? store->options.readers : READERS_DEFAULT;

    pthread_mutex_lock(&store->pool_lock);
    while (!store->idle && store->readers >= most)
        pthread_cond_wait(&store->freed, &store->pool_lock);
    Connection *connection = store->idle;
    if (connection)
        store->idle = connection->next;
    else
        store->readers++;
    pthread_mutex_unlock(&store->pool_lock);
    return connection;
}

Connection *Store_reader(Store *store, Error *error)
{
    Connection *connection = claim(store);

    if (!connection && !(connection = Connection_open(store, ROLE_READER, error))) {
        put_back(store, NULL);
        return NULL;
    }
    Connection_begin_unit(connection);
    if (!Connection_execute(connection, "BEGIN", error)) {
        Connection_close(connection);
        put_back(store, NULL);
        return NULL;
    }
    return connection;
}

void Store_release(Store *store, Connection *connection)
{
    if (!connection)
        return;
    Connection_end_unit(connection);
    if (!sqlite3_get_autocommit(connection->handle) &&
        !Connection_execute(connection, "COMMIT", NULL)) {
        Connection_close(connection);
        connection = NULL;
    }
    put_back(store, connection);
}

void ReaderPool_close(Store *store)
{
    Connection *connection;

    while ((connection = store->idle)) {
        store->idle = connection->next;
        Connection_close(connection);
        store->readers--;
    }
}
