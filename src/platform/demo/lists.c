#include <stdlib.h>
#include <string.h>
#include "base/number.h"
#include "base/paths.h"
#include "base/text.h"
#include "platform/demo/private.h"

static bool wrong(Demo *demo, const YamlNode *node, const char *what)
{
    demo->failed = true;
    Error_set(demo->error, ERROR_INVALID, "data/demo/trading.yaml: %s.", what);
    return Error_at(demo->error, node ? node->line : 1, node ? node->column : 1);
}

static DemoList list_of(Demo *demo, const YamlNode *node)
{
    DemoList list = {0};
    if (!node || node->kind != YAML_SEQUENCE || node->count == 0) {
        wrong(demo, node, "a list is missing");
        return list;
    }
    list.items = ARENA_ARRAY(demo->lasting, const char *, node->count);
    for (size_t i = 0; list.items && i < node->count; i++)
        if (node->items[i]->kind == YAML_SCALAR)
            list.items[list.count++] = node->items[i]->text;
    return list;
}

DemoList DemoLists_of(Demo *demo, const char *key)
{
    return list_of(demo, Yaml_get(demo->lists, key));
}

static bool read_country(Demo *demo, const YamlNode *node, DemoCountry *country)
{
    int64_t vat = 0, share = 0;
    country->code = Yaml_text(node, "code");
    country->tld = Yaml_text(node, "tld");
    country->phone = Yaml_text(node, "phone");
    const YamlNode *vat_node = Yaml_get(node, "vat"), *share_node = Yaml_get(node, "share");
    if (!country->code || !country->tld || !country->phone || !vat_node ||
        !Yaml_int(vat_node, &vat) || !share_node || !Yaml_int(share_node, &share))
        return wrong(demo, node, "a country needs code, tld, phone, vat and share");
    country->vat_ppm = vat * 10000;
    country->share = (int)share;
    country->first = list_of(demo, Yaml_get(node, "first"));
    country->last = list_of(demo, Yaml_get(node, "last"));
    country->streets = list_of(demo, Yaml_get(node, "streets"));
    country->cities = list_of(demo, Yaml_get(node, "cities"));
    country->suffixes = list_of(demo, Yaml_get(node, "suffixes"));
    return !demo->failed;
}

bool DemoLists_read(Demo *demo)
{
    char path[PATHS_MAX];
    if (!Paths_data("data/demo/trading.yaml", path, demo->error) ||
        !(demo->lists = Yaml_read_file(demo->lasting, path, demo->error))) {
        demo->failed = true;
        return false;
    }
    const YamlNode *countries = Yaml_get(demo->lists, "countries");
    if (!countries || countries->count == 0)
        return wrong(demo, countries, "countries are missing");
    demo->countries = ARENA_ARRAY(demo->lasting, DemoCountry, countries->count);
    for (size_t i = 0; demo->countries && i < countries->count; i++) {
        if (!read_country(demo, countries->items[i], &demo->countries[i]))
            return false;
        demo->country_count++;
    }
    demo->home = &demo->countries[0];
    for (int i = 0; i < demo->country_count; i++)
        if (strcmp(demo->countries[i].code, demo->base->tenant->country) == 0)
            demo->home = &demo->countries[i];
    return !demo->failed;
}

const DemoCountry *DemoLists_country(Demo *demo)
{
    int total = 0;
    if (Dice_chance(&demo->dice, 0.5))
        return demo->home;
    for (int i = 0; i < demo->country_count; i++)
        total += demo->countries[i].share;
    int64_t at = Dice_between(&demo->dice, 1, total);
    for (int i = 0; i < demo->country_count; i++)
        if ((at -= demo->countries[i].share) <= 0)
            return &demo->countries[i];
    return demo->home;
}

const DemoPerson *DemoLists_staff(Demo *demo, const char *role)
{
    int found = 0, which;
    for (int i = 0; i < demo->staff_count; i++)
        found += strcmp(demo->staff[i].role, role) == 0;
    which = found ? (int)Dice_between(&demo->dice, 1, found) : 0;
    for (int i = 0; i < demo->staff_count; i++)
        if (strcmp(demo->staff[i].role, role) == 0 && --which == 0)
            return &demo->staff[i];
    return NULL;
}

const char *DemoLists_address_part(Demo *demo, const char *name)
{
    char *folded = Text_folded(demo->context.arena, name);
    char *to = folded;
    for (const char *from = folded; from && *from; from++) {
        if ((*from >= 'a' && *from <= 'z') || (*from >= '0' && *from <= '9'))
            *to++ = *from;
        else if (*from == ' ' && to > folded && to[-1] != '.')
            *to++ = '.';
    }
    if (to)
        *to = '\0';
    return folded ? folded : "";
}
