#include "cli/commands.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/paths.h"
#include "cli/output.h"

#define MANUAL_BYTES_MAX (1024 * 1024)

int Command_man(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char path[PATHS_MAX];
    size_t length = 0;
    if (!Paths_data("man/bizosaas.1", path, &error))
        return Invocation_fail(invocation, &error);
    if (Output_is_terminal())
        execlp("man", "man", "-l", path, (char *)NULL);
    /* Without the man program, or for a pipe: the page itself. */
    char *text = Paths_read_file(path, MANUAL_BYTES_MAX, &length, &error);
    if (!text)
        return Invocation_fail(invocation, &error);
    Output_bytes(text, length);
    free(text);
    return EXIT_DONE;
}
