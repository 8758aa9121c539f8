#include "cli/progress.h"

#include <stdio.h>

#include "base/world.h"
#include "cli/output.h"

#define BAR_CELLS 20

Progress Progress_begin(const char *name)
{
    return (Progress){.name = name, .started = World_monotonic()};
}

static void print_bar(int64_t done, int64_t total)
{
    int filled = total > 0 ? (int)(done * BAR_CELLS / total) : 0;
    for (int i = 0; i < BAR_CELLS; i++) {
        if (Output_utf8())
            fputs(i < filled ? "\u2588" : "\u2591", stderr);
        else
            fputc(i < filled ? '#' : '.', stderr);
    }
}

void Progress_show(Progress *progress, int64_t done, int64_t total)
{
    if (!Output_messages_on_terminal())
        return;
    int64_t elapsed = World_monotonic() - progress->started;
    int64_t rate = elapsed > 0 ? done * 1000000 / elapsed : 0;
    if (total > 0 && done > total)
        done = total;
    fprintf(stderr, "\r%s  ", progress->name);
    if (total > 0) {
        print_bar(done, total);
        fprintf(stderr, "  %3d %%  %lld of %lld", (int)(done * 100 / total), (long long)done,
                (long long)total);
    } else {
        fprintf(stderr, "%lld", (long long)done);
    }
    if (rate > 0)
        fprintf(stderr, "  %lld/s", (long long)rate);
    if (rate > 0 && total > done) {
        long long left = (long long)((total - done) / rate);
        fprintf(stderr, "  %lld:%02lld left", left / 60, left % 60);
    }
    fputs("\x1b[K", stderr);
    fflush(stderr);
    progress->shown = true;
}

void Progress_end(Progress *progress)
{
    if (progress->shown)
        fputs("\r\x1b[K", stderr);
    progress->shown = false;
}
