#include "engine/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

typedef struct Item {
    struct Item *next;
    PoolWork work;
    void *argument;
} Item;

struct Pool {
    pthread_mutex_t mutex;
    pthread_cond_t some;
    Item *first, *last;
    int queued, thread_count;
    bool closing;
    pthread_t threads[];
};

static Item *take(Pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    while (!pool->first && !pool->closing)
        pthread_cond_wait(&pool->some, &pool->mutex);
    Item *item = pool->first;
    if (item) {
        pool->first = item->next;
        if (!pool->first)
            pool->last = NULL;
        pool->queued--;
    }
    pthread_mutex_unlock(&pool->mutex);
    return item;
}

static void *run(void *argument)
{
    Pool *pool = argument;
    Item *item;

    while ((item = take(pool))) {
        item->work(item->argument);
        free(item);
    }
    return NULL;
}

/* Signals belong to the loop's thread. */
static bool start_thread(Pool *pool, pthread_t *thread)
{
    sigset_t all, old;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(thread, NULL, run, pool);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return !failed;
}

Pool *Pool_new(int threads, Error *error)
{
    Pool *pool = calloc(1, sizeof *pool + (size_t)threads * sizeof pool->threads[0]);

    if (!pool) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory for worker threads.");
        return NULL;
    }
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->some, NULL);
    while (pool->thread_count < threads &&
           start_thread(pool, &pool->threads[pool->thread_count]))
        pool->thread_count++;
    if (pool->thread_count > 0)
        return pool;
    Error_set(error, ERROR_LIMIT, "No worker thread could be started.");
    Pool_close(pool);
    return NULL;
}

bool Pool_add(Pool *pool, PoolWork work, void *argument)
{
    Item *item = malloc(sizeof *item);

    if (!item)
        return false;
    *item = (Item){.work = work, .argument = argument};
    pthread_mutex_lock(&pool->mutex);
    bool open = !pool->closing;
    if (open) {
        if (pool->last)
            pool->last->next = item;
        else
            pool->first = item;
        pool->last = item;
        pool->queued++;
        pthread_cond_signal(&pool->some);
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!open)
        free(item);
    return open;
}

int Pool_queued(Pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    int queued = pool->queued;
    pthread_mutex_unlock(&pool->mutex);
    return queued;
}

void Pool_close(Pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    pthread_cond_broadcast(&pool->some);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->some);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}
