/* screens_alone.c - the screens with a made-up engine (tests/unit/fake_client.c), for tests in a
 * real pseudo-terminal.  Arguments: a resource whose list opens; --crash crashes after the first
 * frame.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/world.h"
#include "screens/screens.h"

static void crash(int number)
{
    (void)number;
    raise(SIGSEGV);
}

int main(int argc, char **argv)
{
    Error error = ERROR_NONE;
    ScreensOptions options = {0};

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--crash") == 0) {
            signal(SIGALRM, crash);
            alarm(1);
        } else {
            options.start = argv[i];
        }
    }
    return World_init(&error) ? Screens_run(&options) : 1;
}
