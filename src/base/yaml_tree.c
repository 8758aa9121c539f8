/* libyaml events -> tree.  The only file of base that needs libyaml. */
#include "base/yaml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/paths.h"

typedef struct Member Member;
struct Member {
    Member *next;
    YamlNode *node;
};

/* A sequence or mapping that is being read. */
typedef struct Level {
    YamlNode *node;
    Member *first, *last;
    const char *key; /* a key waiting for its value */
    int key_line, key_column;
} Level;

typedef struct Builder {
    Arena *arena;
    Error *error;
    Level levels[YAML_DEPTH_MAX];
    int depth;
    YamlNode *root;
    bool done;                 /* the document has ended */
    const char *at, *text_end; /* the text behind the last event */
    size_t at_index;           /* of at, in characters as libyaml counts */
} Builder;

static bool fail(Builder *builder, const char *code, yaml_mark_t mark, const char *message)
{
    int line = (int)mark.line + 1, column = (int)mark.column + 1;
    Error_set(builder->error, code, "Line %d, column %d: %s.", line, column, message);
    return Error_at(builder->error, line, column);
}

/* Bytes that may open a flow collection, counted without understanding the text: libyaml's time
 * grows with the square of that depth. */
static bool check_nesting(const char *text, size_t length, Error *error)
{
    int depth = 0, line = 1, column = 0;
    char before = '\n';
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        column++;
        if ((byte == '[' || byte == '{') && (depth > 0 || strchr(" \t\r\n-:[{,?", before)))
            depth++;
        else if ((byte == ']' || byte == '}') && depth > 0)
            depth--;
        else if (byte == '\n') {
            line++;
            column = 0;
        }
        before = byte ? byte : ' ';
        if (depth > YAML_DEPTH_MAX) {
            Error_set(error, ERROR_LIMIT, "Line %d: nested more than %d deep.", line,
                      YAML_DEPTH_MAX);
            return Error_at(error, line, column);
        }
    }
    return true;
}

static YamlNode *new_node(Builder *builder, YamlKind kind, yaml_mark_t mark)
{
    YamlNode *node = ARENA_NEW(builder->arena, YamlNode);
    if (!node) {
        fail(builder, ERROR_LIMIT, mark, "the file needs too much memory");
        return NULL;
    }
    node->kind = kind;
    node->line = (int)mark.line + 1;
    node->column = (int)mark.column + 1;
    return node;
}

/* Hangs a node under the collection that is open. */
static bool attach(Builder *builder, YamlNode *node, yaml_mark_t mark)
{
    if (builder->depth == 0) {
        builder->root = node;
        return true;
    }
    Level *level = &builder->levels[builder->depth - 1];
    if (level->node->kind == YAML_MAPPING) {
        if (!level->key)
            return fail(builder, ERROR_SYNTAX, mark, "a key must be plain text");
        node->key = level->key;
        node->key_line = level->key_line;
        node->key_column = level->key_column;
        level->key = NULL;
    }
    Member *member = ARENA_NEW(builder->arena, Member);
    if (!member)
        return fail(builder, ERROR_LIMIT, mark, "the file needs too much memory");
    member->node = node;
    if (level->last)
        level->last->next = member;
    else
        level->first = member;
    level->last = member;
    level->node->count++;
    return true;
}

static bool open_collection(Builder *builder, YamlKind kind, yaml_mark_t mark)
{
    if (builder->depth == YAML_DEPTH_MAX)
        return fail(builder, ERROR_LIMIT, mark, "nested too deeply");
    YamlNode *node = new_node(builder, kind, mark);
    if (!node || !attach(builder, node, mark))
        return false;
    builder->levels[builder->depth++] = (Level){.node = node};
    return true;
}

static int compare_keys(const void *left, const void *right)
{
    const YamlNode *a = *(YamlNode *const *)left, *b = *(YamlNode *const *)right;
    int order = strcmp(a->key, b->key);
    if (order == 0)
        order = (a->key_line > b->key_line) - (a->key_line < b->key_line);
    return order ? order : (a->key_column > b->key_column) - (a->key_column < b->key_column);
}

static bool refuse_duplicates(Builder *builder, const YamlNode *node, yaml_mark_t mark)
{
    YamlNode **sorted = ARENA_ARRAY(builder->arena, YamlNode *, node->count);
    if (!sorted)
        return fail(builder, ERROR_LIMIT, mark, "the file needs too much memory");
    if (node->count < 2)
        return true;
    memcpy(sorted, node->items, node->count * sizeof(*sorted));
    qsort(sorted, node->count, sizeof(*sorted), compare_keys);
    for (size_t i = 1; i < node->count; i++) {
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) != 0)
            continue;
        Error_set(builder->error, ERROR_SYNTAX,
                  "Line %d: the key %.60s was already given in line %d.", sorted[i]->key_line,
                  sorted[i]->key, sorted[i - 1]->key_line);
        return Error_at(builder->error, sorted[i]->key_line, sorted[i]->key_column);
    }
    return true;
}

static bool close_collection(Builder *builder, yaml_mark_t mark)
{
    Level *level = &builder->levels[--builder->depth];
    YamlNode *node = level->node;
    node->items = ARENA_ARRAY(builder->arena, YamlNode *, node->count);
    if (!node->items)
        return fail(builder, ERROR_LIMIT, mark, "the file needs too much memory");
    size_t count = 0;
    for (const Member *member = level->first; member; member = member->next)
        node->items[count++] = member->node;
    return node->kind != YAML_MAPPING || refuse_duplicates(builder, node, mark);
}

static bool add_scalar(Builder *builder, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    yaml_mark_t mark = event->start_mark;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (memchr(value, '\0', length))
        return fail(builder, ERROR_SYNTAX, mark, "a NUL character is not allowed");
    if (plain && strcmp(value, "-") == 0)
        return fail(builder, ERROR_SYNTAX, mark, "a lone - belongs in quotes");
    char *text = Arena_strndup(builder->arena, value, length);
    if (!text)
        return fail(builder, ERROR_LIMIT, mark, "the file needs too much memory");
    Level *level = builder->depth ? &builder->levels[builder->depth - 1] : NULL;
    if (level && level->node->kind == YAML_MAPPING && !level->key) {
        level->key = text;
        level->key_line = (int)mark.line + 1;
        level->key_column = (int)mark.column + 1;
        return true;
    }
    YamlNode *node = new_node(builder, YAML_SCALAR, mark);
    if (!node)
        return false;
    node->text = text;
    node->quoted = !plain;
    return attach(builder, node, mark);
}

static bool refuse_extras(Builder *builder, const yaml_event_t *event, const yaml_char_t *anchor,
                          const yaml_char_t *tag)
{
    if (anchor)
        return fail(builder, ERROR_SYNTAX, event->start_mark, "anchors (&name) are not allowed");
    if (tag)
        return fail(builder, ERROR_SYNTAX, event->start_mark, "tags (!name) are not allowed");
    return true;
}

/* libyaml lets a comment stick to what stands before it; YAML does not. */
static bool check_comment(Builder *builder, yaml_mark_t end)
{
    while (builder->at_index < end.index && builder->at < builder->text_end) {
        builder->at++;
        while (builder->at < builder->text_end && (*builder->at & 0xC0) == 0x80)
            builder->at++;
        builder->at_index++;
    }
    const char *at = builder->at;
    if (at < builder->text_end && *at == ',')
        at++;
    if (at < builder->text_end && *at == '#')
        return fail(builder, ERROR_SYNTAX, end, "a comment needs a space before it");
    return true;
}

static bool start_document(Builder *builder, const yaml_event_t *event)
{
    if (builder->done)
        return fail(builder, ERROR_SYNTAX, event->start_mark, "a second document is not allowed");
    if (event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        return fail(builder, ERROR_SYNTAX, event->start_mark, "directives (%) are not allowed");
    return true;
}

static bool take_event(Builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return start_document(builder, event);
    case YAML_DOCUMENT_END_EVENT:
        builder->done = true;
        return true;
    case YAML_ALIAS_EVENT:
        return fail(builder, ERROR_SYNTAX, event->start_mark, "aliases (*name) are not allowed");
    case YAML_SCALAR_EVENT:
        return refuse_extras(builder, event, event->data.scalar.anchor, event->data.scalar.tag) &&
               add_scalar(builder, event) && check_comment(builder, event->end_mark);
    case YAML_SEQUENCE_START_EVENT:
        return refuse_extras(builder, event, event->data.sequence_start.anchor,
                             event->data.sequence_start.tag) &&
               open_collection(builder, YAML_SEQUENCE, event->start_mark);
    case YAML_MAPPING_START_EVENT:
        return refuse_extras(builder, event, event->data.mapping_start.anchor,
                             event->data.mapping_start.tag) &&
               open_collection(builder, YAML_MAPPING, event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_collection(builder, event->start_mark) &&
               check_comment(builder, event->end_mark);
    default:
        return true;
    }
}

static bool parser_error(Builder *builder, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    yaml_mark_t mark = parser->problem_mark;
    if (parser->error == YAML_READER_ERROR)
        mark = parser->mark;
    return fail(builder, parser->error == YAML_MEMORY_ERROR ? ERROR_LIMIT : ERROR_SYNTAX, mark,
                problem);
}

static bool read_events(Builder *builder, yaml_parser_t *parser)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return parser_error(builder, parser);
        more = event.type != YAML_STREAM_END_EVENT;
        bool taken = take_event(builder, &event);
        yaml_event_delete(&event);
        if (!taken)
            return false;
    }
    if (!builder->root)
        return Error_set(builder->error, ERROR_SYNTAX, "The file is empty.");
    return true;
}

YamlNode *Yaml_parse(Arena *arena, const char *text, size_t length, Error *error)
{
    if (length > YAML_BYTES_MAX) {
        Error_set(error, ERROR_LIMIT, "The text is larger than 1 MiB.");
        return NULL;
    }
    if (!check_nesting(text, length, error))
        return NULL;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        Error_set(error, ERROR_LIMIT, "Out of memory.");
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    Builder builder = {.arena = arena, .error = error, .at = text, .text_end = text + length};
    bool done = read_events(&builder, &parser);
    yaml_parser_delete(&parser);
    return done ? builder.root : NULL;
}

YamlNode *Yaml_read_file(Arena *arena, const char *path, Error *error)
{
    size_t length;
    char *text = Paths_read_file(path, YAML_BYTES_MAX, &length, error);
    if (!text)
        return NULL;
    YamlNode *node = Yaml_parse(arena, text, length, error);
    free(text);
    return node;
}
