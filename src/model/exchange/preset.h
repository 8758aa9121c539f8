/* preset.h - the exports of known products: data/presets/NAME.yaml.
 *
 *   name: hubspot_contacts     product: hubspot     resources: [contact, lead]
 *   requires: [Record ID, Email]          headers that must all be there (in any case and order)
 *   match: email                          default of --match (only proposed, not forced)
 *   group: Handle                         header whose equal neighbours form one record
 *   columns: {First Name: first_name}     header -> target path (target.h)
 *   enums: {lifecycle: {marketingqualifiedlead: mql}}     target path -> found text -> our key
 *   constants: {provider: stripe}         target path -> text for every record
 *   footers: [Confidential Information]   beginnings of lines below the table
 */
#ifndef MODEL_EXCHANGE_PRESET_H
#define MODEL_EXCHANGE_PRESET_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/error.h"
#include "base/yaml_tree.h"
#include "model/resource.h"

typedef struct Preset {
    const char *name, *product, *label;
    const char *match, *group; /* NULL */
    const YamlNode *root;
} Preset;

/* Reads one preset file's text, checking every key and, for each resource it names, that the
 * targets exist.  NULL + error with line. */
Preset *Preset_parse(Arena *arena, const char *text, size_t length, Error *error);
/* The preset whose headers fit best.  product: --preset, NULL = any.  NULL without error: none fits
 * (and no product was asked for). */
Preset *Preset_find(Arena *arena, const char *product, const ResourceDef *resource,
                    const char *const *headers, size_t count, Error *error);
/* By its own name; NULL + error. */
Preset *Preset_load(Arena *arena, const char *name, Error *error);
bool Preset_is_for(const Preset *preset, const ResourceDef *resource);
/* Target path of a header; NULL if the preset does not name it. */
const char *Preset_target(const Preset *preset, const char *header);
/* Our key for a found text of the column; NULL. */
const char *Preset_enum(const Preset *preset, const char *path, const char *text);
bool Preset_is_footer(const Preset *preset, const char *text);

#endif
