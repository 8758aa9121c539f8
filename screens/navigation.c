#include "screens/navigation.h"

#include <stddef.h>
#include <string.h>

const NavigationTab NAVIGATION[NAVIGATION_COUNT] = {
    {"Today", NULL},
    {"Sales", "crm"},
    {"Orders", "commerce"},
    {"Content", "content"},
    {"Billing", "billing"},
    {"Analytics", "analytics"},
    {"Agents", "automation agents"},
    {"Admin", "platform integration"},
};

const NavigationGo NAVIGATION_GO[NAVIGATION_GO_COUNT] = {
    {'d', "dashboard", NULL},     {'l', "leads", "lead"},
    {'o', "orders", "order"},     {'p', "deals", "opportunity"},
    {'k', "contacts", "contact"}, {'f', "companies", "company"},
    {'v', "invoices", "invoice"}, {'t', "tasks", "task"},
    {'s', "tickets", "ticket"},   {'/', "search everything", NULL},
    {'g', "first row", NULL},     {'a', "agents", NULL},
    {'i', "inbox", NULL},         {'c', "chat", NULL},
};

static int has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    while (words && *words) {
        size_t size = strcspn(words, " ");
        if (size == length && strncmp(words, word, size) == 0)
            return 1;
        words += size + (words[size] == ' ' ? 1 : 0);
    }
    return 0;
}

int Navigation_tab(const char *domain)
{
    for (int i = 0; domain && i < NAVIGATION_COUNT; i++) {
        if (has_word(NAVIGATION[i].domains, domain))
            return i;
    }
    return 0;
}
