/* commands.c - the table of verbs and options: the whole command line, in one place. */
#include "cli/commands.h"

#include <string.h>

#include "base/text.h"

#define NO_OPTION {.name = NULL}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OPTIONS(...) ((const OptionDef[]){__VA_ARGS__, NO_OPTION})

const OptionDef COMMON_OPTIONS[] = {
    {"home", 0, "DIR", "data folder; also BIZOSAAS_HOME"},
    {"tenant", 0, "SLUG", "organisation to work in"},
    {"as", 0, "LOGIN", "work as this login (owners and the OS user that owns the folder)"},
    {"secret-file", 0, "FILE", "password of --as LOGIN: first line of FILE, - = standard input"},
    {"json", 0, NULL, "print JSON, also on a terminal"},
    {"theme", 0, "NAME", "theme of the screens: dark, light or mono"},
    {"script", 0, "FILE", "screens: take keys from a file instead of the keyboard"},
    {"size", 0, "80x24", "screens: this many columns and rows instead of the terminal's"},
    {"ascii", 0, NULL, "print no characters beyond ASCII on the terminal"},
    {"help", 'h', NULL, "what the program or a verb does"},
    {"version", 'V', NULL, "the version"},
    NO_OPTION,
};

static const OptionDef list_options[] = {
    {"filter", 0, "EXPR", "only records that match, as: state = new and score >= 60"},
    {"sort", 0, "FIELDS", "order, as: -score,last_name (- = largest first)"},
    {"limit", 0, "N", "at most N records; 0 = all (terminal: 50; otherwise all)"},
    {"after", 0, "CURSOR", "continue behind an earlier page"},
    {"columns", 0, "FIELDS", "only these fields, as: number,label,score"},
    {"archived", 0, NULL, "archived records too"},
    {"deleted", 0, NULL, "the trash"},
    NO_OPTION,
};

static const OptionDef import_options[] = {
    {"map", 0, "FILE.yaml", "which column becomes which field"},
    {"preset", 0, "NAME", "hubspot, shopify, stripe or salesforce"},
    {"match", 0, "FIELD", "a row with the same value is the same record"},
    {"on-match", 0, "WHAT", "skip (default), update, update-blank or create"},
    {"on-missing", 0, "WHAT", "unknown references: create, blank or error"},
    {"extra", 0, "WHAT", "columns without a field: custom (default), ignore or refuse"},
    {"locale", 0, "LOCALE", "how numbers and dates are written, as: de-DE"},
    {"dry-run", 0, NULL, "say what would happen, write nothing"},
    {"errors", 0, "FILE.csv", "write the rows that failed, ready to be corrected"},
    NO_OPTION,
};

static const OptionDef user_options[] = {
    {"name", 0, "NAME", "invite: the person's name"},
    {"login", 0, "LOGIN", "invite: the login (default: the part before @)"},
    {"role", 0, "ROLE", "invite: role, as: sales_rep (default: viewer)"},
    {"os-user", 0, "NAME", "invite: OS account that is this person"},
    {"secret-file", 0, "FILE", "invite, passwd: the new password; - = standard input"},
    NO_OPTION,
};

const Command COMMANDS[] = {
    {"init", "[--demo[=small|medium|large]] [--answers FILE.yaml]",
     "make the data folder, the organisation and its owner",
     "Without a terminal and without --answers it uses defaults: tenant \"company\", the OS user as\n"
     "owner, no password.  An existing empty folder is fine; one that holds a company is refused.\n"
     "--demo fills it with a plausible company: small ~20,000, medium ~200,000, large ~2 million\n"
     "records, always the same.",
     NULL,
     OPTIONS({"demo", 0, "=SIZE", "with a demo company: small (default), medium or large"},
             {"answers", 0, "FILE.yaml", "organization {...} and owner {...}"},
             {"store", 0, "URL", "where the data lies (default: files in the data folder)"}),
     0, 0, 0, Command_init},
    {"service", "install|uninstall|status",
     "one company on this host for many logins (as root)",
     "install makes the system user and group bizosaas, /var/lib/bizosaas and the systemd unit.\n"
     "uninstall removes the unit and keeps the data.",
     WORDS("install", "uninstall", "status"),
     OPTIONS({"root", 0, "DIR", "write below DIR only, and touch no accounts (for packages, tests)"}),
     1, 1, 0, Command_service},
    {"user", "list | invite EMAIL | disable LOGIN | passwd LOGIN",
     "the people of the organisation", NULL, WORDS("list", "invite", "disable", "passwd"),
     user_options, 1, 2, COMMAND_OWN_SECRET, Command_user},
    {"whoami", "", "who the engine takes you for", NULL, NULL, NULL, 0, 0, 0, Command_whoami},
    {"status", "[--line]", "the engine and the organisation at a glance", NULL, NULL,
     OPTIONS({"line", 0, NULL, "one short line, for a prompt or status bar"}), 0, 0, 0,
     Command_status},
    {"engine", "[run|start|stop|status]", "the process that owns the data",
     "run stays in the foreground; start leaves an engine in the background.", WORDS("run", "start", "stop", "status"),
     OPTIONS({"socket", 0, "PATH", "run: listen here instead"}), 0, 1, 0, Command_engine},
    {"call", "OPERATION [name=value ...]", "perform any operation, print its result",
     "name=value gives text that the engine reads by the parameter's type; name:=JSON gives JSON.",
     NULL,
     OPTIONS({"input", 0, "FILE.json", "parameters as a JSON object; - = standard input"}), 1, -1, 0,
     Command_call},
    {"operations", "[OPERATION]", "what can be done, with parameters and rights", NULL, NULL, NULL, 0,
     1, 0, Command_operations},
    {"list", "RESOURCE", "records of a kind",
     "Prints a table on a terminal, else one JSON document a line.", NULL, list_options, 1, 1, 0,
     Command_list},
    {"get", "[RESOURCE] ID", "one record with everything in it", NULL, NULL,
     OPTIONS({"columns", 0, "FIELDS", "only these fields"}), 1, 2, 0, Command_get},
    {"create", "RESOURCE name=value ...", "a new record",
     "name=value gives text that the engine reads by the field's type; name:=JSON gives JSON.", NULL,
     OPTIONS({"input", 0, "FILE.json", "fields as a JSON object; - = standard input"}), 1, -1, 0,
     Command_create},
    {"update", "[RESOURCE] ID name=value ...", "change fields of a record",
     "An empty value (name=) empties the field.  With --version the change is refused when somebody\n"
     "else changed the record since.",
     NULL,
     OPTIONS({"input", 0, "FILE.json", "fields as a JSON object; - = standard input"},
             {"version", 0, "N", "the version that was seen"}),
     1, -1, 0, Command_update},
    {"delete", "[RESOURCE] ID ...", "put records in the trash", NULL, NULL, NULL, 1, -1, 0,
     Command_delete},
    {"import", "RESOURCE FILE|-", "records from CSV, JSON or vCard",
     "The kind, separator and encoding of the file are found out; columns that fit no field become\n"
     "custom fields.  One undo takes the whole import back.",
     NULL, import_options, 2, 2, 0, Command_import},
    {"export", "RESOURCE", "records to a file or a pipe", NULL, NULL,
     OPTIONS({"filter", 0, "EXPR", "only records that match"},
             {"format", 0, "FORMAT", "csv (default), json or jsonl"},
             {"columns", 0, "FIELDS", "only these fields"},
             {"bom", 0, NULL, "begin CSV with a byte order mark, for spreadsheets"},
             {"output", 'o', "FILE", "write here, whole or not at all"}),
     1, 1, COMMAND_NO_JSON, Command_export},
    {"undo", "[CHANGE]", "take back the last change, or this one",
     "An undo is a new change; it is refused, with the reason, when later changes stand on it.", NULL,
     OPTIONS({"preview", 0, NULL, "say what would be taken back, change nothing"}), 0, 1, 0,
     Command_undo},
    {"history", "[RECORD] [--last N]", "the change log", NULL, NULL,
     OPTIONS({"last", 0, "N", "the last N changes (default 20)"}), 0, 1, 0, Command_history},
    {"get-file", "ATTACHMENT [-o FILE]", "an attachment or document, to a file or a pipe", NULL, NULL,
     OPTIONS({"output", 'o', "FILE", "write here, whole or not at all"}), 1, 1, COMMAND_NO_JSON,
     Command_get_file},
    {"audit", "verify", "check the hash chain of the change log",
     "Ends with 1 and names the first broken entry when one was altered.", WORDS("verify"), NULL, 1, 1,
     0, Command_audit},
    {"check", "FILE ...", "check YAML and data files of ours", NULL, NULL, NULL, 1, -1, 0,
     Command_check},
    {"backup", "FILE", "the whole company in one sealed file, while it works",
     "The backup can be opened only with its password.", NULL,
     OPTIONS({"secret-file", 0, "FILE", "password of the backup; - = standard input"}), 1, 1,
     COMMAND_OWN_SECRET, Command_backup},
    {"restore", "FILE", "a company from a backup, into an empty data folder", NULL, NULL,
     OPTIONS({"secret-file", 0, "FILE", "password of the backup; - = standard input"}), 1, 1,
     COMMAND_OWN_SECRET, Command_restore},
    {"doctor", "", "look at environment, data, locks, disk, clock and terminal",
     "Ends with 1 when a check failed.", NULL, NULL, 0, 0, 0, Command_doctor},
    {"bench", "[NAME ...]", "our own benchmarks, each beside its bound", NULL, NULL,
     OPTIONS({"list", 0, NULL, "only their names"}), 0, -1, COMMAND_NO_JSON, Command_bench},
    {"completion", "bash|zsh|fish", "completion for a shell",
     "bash: source <(bizosaas completion bash)", WORDS("bash", "zsh", "fish"), NULL, 1, 1,
     COMMAND_NO_JSON, Command_completion},
    {"man", "", "the manual", NULL, NULL, NULL, 0, 0, COMMAND_NO_JSON, Command_man},
    {"help", "[VERB]", "what the program or a verb does", NULL, NULL, NULL, 0, 1, COMMAND_NO_JSON,
     Command_help},
};
const int COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS;

const Command *Command_find(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(COMMANDS[i].name, name) == 0)
            return &COMMANDS[i];
    return NULL;
}

const char *Command_nearest(const char *name)
{
    const char *names[sizeof COMMANDS / sizeof *COMMANDS];
    for (int i = 0; i < COMMAND_COUNT; i++)
        names[i] = COMMANDS[i].name;
    return Text_nearest(name, names, (size_t)COMMAND_COUNT);
}
