/* The change log, its chain, undo, merge and unmerge. */
#include "test_model.h"

static Change *history_of(const Record *record, size_t *found)
{
    Change *all;
    expect_ok(Model_history(&bed.context, record ? uid_of(record) : NULL, 100, 0, &all, found,
                            &bed.error));
    return all;
}

static void test_every_write_is_a_change(void **state)
{
    size_t found;
    Record *lead = create("lead", "{\"company_name\":\"Acme\",\"score\":5}");
    update("lead", Record_id(lead), "{\"score\":6}");
    expect_ok(Model_delete(&bed.context, resource("lead"), Record_id(lead), 0, &bed.error));
    expect_ok(Model_restore(&bed.context, resource("lead"), Record_id(lead), &bed.error));
    Change *all = history_of(lead, &found);
    static const char *const kinds[] = {"restore", "delete", "update", "create"};
    assert_int_equal(found, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(all[i].kind, kinds[i]);
        assert_string_equal(all[i].actor_name, "anna");
        assert_string_equal(all[i].record_uid, uid_of(lead));
        assert_string_equal(all[i].record_label, "Acme");
    }
    assert_string_equal(all[2].before, "{\"score\":5}");
    assert_string_equal(all[2].after, "{\"score\":6}");
    assert_null(all[3].before);
    assert_non_null(strstr(all[3].after, "\"company_name\":\"Acme\""));
    Json *json = Model_change_json(&bed.context, "lead", all[2].before);
    assert_int_equal(Json_int(json, "score", 0), 5);
    json_object_put(json);
    expect_ok(Model_history(&bed.context, uid_of(lead), 2, all[1].id, &all, &found, &bed.error));
    assert_int_equal(found, 2);
    assert_string_equal(all[0].kind, "update");
    assert_true(changes() >= 5);
}

static void test_undo_of_each_kind(void **state)
{
    Record *lead = create("lead", "{\"company_name\":\"Acme\",\"score\":5}");
    int64_t id = Record_id(lead);
    update("lead", id, "{\"score\":6,\"company_name\":null,\"title\":\"Big deal\"}");
    expect_ok(undo(0));
    lead = get("lead", id);
    assert_int_equal(int_of(lead, "score"), 5);
    assert_string_equal(text_of(lead, "company_name"), "Acme");
    assert_null(text_of(lead, "title"));
    assert_string_equal(text_of(lead, "label"), "Acme");
    assert_int_equal(int_of(lead, "version"), 3);
    expect_ok(Model_delete(&bed.context, resource("lead"), id, 0, &bed.error));
    expect_ok(undo(0));
    assert_int_equal(count("lead", ""), 1);
    expect_ok(Model_archive(&bed.context, resource("lead"), id, true, &bed.error));
    assert_int_equal(count("lead", ""), 0);
    expect_ok(undo(0));
    assert_int_equal(count("lead", ""), 1);
    /* what is left is the creation */
    expect_ok(undo(0));
    assert_int_equal(count("lead", ""), 0);
    /* and then the user before it, who made herself: nothing of hers is left */
    expect_error(undo(0), ERROR_NOT_FOUND, NULL);
    changes();
}

static void test_undo_of_an_undo_is_redo(void **state)
{
    size_t found;
    Record *lead = create("lead", "{\"company_name\":\"Acme\",\"score\":5}");
    int64_t id = Record_id(lead);
    update("lead", id, "{\"score\":6}");
    int64_t change = history_of(lead, &found)[0].id;
    expect_ok(undo(change));
    expect_error(undo(change), ERROR_STATE, NULL);
    Change *all = history_of(lead, &found);
    assert_int_equal(all[0].undoes, change);
    assert_int_equal(all[1].undone_by, all[0].id);
    expect_ok(undo(all[0].id));
    assert_int_equal(int_of(get("lead", id), "score"), 6);
    all = history_of(lead, &found);
    assert_int_equal(all[2].undone_by, 0);
    expect_ok(undo(change));
    assert_int_equal(int_of(get("lead", id), "score"), 5);
}

static void test_later_changes_stand_in_the_way(void **state)
{
    size_t found;
    Record *lead = create("lead", "{\"company_name\":\"Acme\",\"score\":5,\"title\":\"a\"}");
    int64_t id = Record_id(lead);
    update("lead", id, "{\"score\":6}");
    int64_t change = history_of(lead, &found)[0].id;
    bed.context.actor_name = "ben";
    update("lead", id, "{\"title\":\"b\"}");
    bed.context.actor_name = "anna";
    expect_ok(undo(change)); /* another field: no conflict */
    expect_ok(undo(history_of(lead, &found)[0].id));
    bed.context.actor_name = "ben";
    update("lead", id, "{\"score\":7}");
    bed.context.actor_name = "anna";
    assert_false(undo(change));
    assert_non_null(strstr(bed.error.message, "Score"));
    assert_non_null(strstr(bed.error.message, "ben"));
    expect_error(false, ERROR_CONFLICT, NULL);
    /* the creation, too, has later work on it */
    Change *all = history_of(lead, &found);
    expect_error(undo(all[found - 1].id), ERROR_CONFLICT, NULL);
    assert_int_equal(int_of(get("lead", id), "score"), 7);
}

static void test_transitions_with_an_inverse_only(void **state)
{
    Record *task = create("task", "{\"title\":\"Call\"}"), *lead;
    int64_t id = Record_id(task);
    expect_ok(Model_transition(&bed.context, resource("task"), id, 0, "complete", NULL, NULL,
                               &bed.error));
    expect_ok(undo(0));
    assert_string_equal(text_of(get("task", id), "state"), "open");
    lead = create("lead", "{\"company_name\":\"Acme\"}");
    expect_ok(Model_transition(&bed.context, resource("lead"), Record_id(lead), 0, "assign", NULL,
                               NULL, &bed.error));
    expect_error(undo(0), ERROR_RULE, NULL);
}

static void test_batches_go_back_whole(void **state)
{
    size_t found;
    bed.context.batch = Uid_new();
    Record *one = create("lead", "{\"company_name\":\"One\"}");
    Record *two = create("lead", "{\"company_name\":\"Two\",\"score\":1}");
    bed.context.now += 1000000;
    expect_ok(try_update("lead", Record_id(two), 0, "{\"score\":2}"));
    bed.context.batch = (Uid){{0}};
    Json *preview = Model_undo_preview(&bed.context, 0, &bed.error);
    assert_int_equal(Json_int(preview, "count", 0), 3);
    assert_null(Json_get(preview, "refused"));
    json_object_put(preview);
    bed.context.actor_name = "ben";
    update("lead", Record_id(one), "{\"score\":9}");
    int64_t bens = history_of(one, &found)[0].id, entries = changes();
    bed.context.actor_name = "anna";
    int64_t batch = history_of(two, &found)[0].id;
    preview = Model_undo_preview(&bed.context, batch, &bed.error);
    assert_non_null(Json_text(Json_get(preview, "refused"), "reason"));
    json_object_put(preview);
    expect_error(undo(batch), ERROR_CONFLICT, NULL);
    assert_int_equal(changes(), entries); /* all or nothing */
    assert_int_equal(int_of(get("lead", Record_id(two)), "score"), 2);
    expect_ok(undo(bens));
    expect_ok(undo(batch));
    assert_int_equal(count("lead", ""), 0);
    /* the undo is a batch of its own; by its number everything comes back */
    expect_ok(undo(history_of(one, &found)[0].id));
    assert_int_equal(count("lead", ""), 2);
    assert_int_equal(int_of(get("lead", Record_id(two)), "score"), 2);
    changes();
}

static void test_last_change_is_my_own(void **state)
{
    int64_t anna = bed.context.user_id;
    Record *mine = create("lead", "{\"company_name\":\"Mine\"}");
    bed.context.user_id =
        Record_id(create("user", "{\"name\":\"Ben\",\"email\":\"b@example.com\"}"));
    Record *his = create("lead", "{\"company_name\":\"His\"}");
    bed.context.user_id = anna;
    Json *note = parse("{\"ip\":\"127.0.0.1\"}");
    expect_ok(Model_log(&bed.context, NULL, NULL, NULL, "session.login", NULL, note, &bed.error));
    json_object_put(note);
    Record *user = get("user", anna);
    expect_ok(undo(0)); /* Ben's row was made by Anna after her lead */
    assert_true(Record_int(get("user", int_of(his, "created_by")), 11, 0) != 0);
    expect_ok(undo(0));
    assert_true(Record_int(get("lead", Record_id(mine)), 11, 0) != 0);
    assert_true(Record_int(get("lead", Record_id(his)), 11, 0) < 0 ||
                Record_int(get("lead", Record_id(his)), 11, 0) == 0);
    assert_int_equal(Record_int(user, 11, 0), 0);
}

static void test_merge_and_back(void **state)
{
    char json[300];
    Record *a = create("company", "{\"name\":\"Acme\",\"domain\":\"acme.com\",\"employees\":5}");
    Record *b = create("company", "{\"name\":\"ACME Inc\",\"industry\":\"Anvils\",\"employees\":9,"
                                  "\"addresses\":[{\"city\":\"Tucson\"}]}");
    snprintf(json, sizeof json, "{\"first_name\":\"Wile\",\"company\":\"%s\"}", uid_of(b));
    Record *contact = create("contact", json);
    snprintf(json, sizeof json, "{\"entity\":\"company\",\"record_id\":\"%s\",\"body\":\"Hi\"}",
             uid_of(b));
    Record *note = create("note", json);
    Json *choices = parse("{\"employees\":\"merged\"}");
    expect_ok(Model_merge(&bed.context, resource("company"), Record_id(a), Record_id(b), choices,
                          &bed.error));
    json_object_put(choices);
    assert_int_equal(count("company", ""), 1);
    Record *kept = get("company", Record_id(a));
    assert_string_equal(text_of(kept, "name"), "Acme");
    assert_string_equal(text_of(kept, "industry"), "Anvils");
    assert_int_equal(int_of(kept, "employees"), 9);
    assert_int_equal(kept->child_count, 1);
    assert_int_equal(int_of(get("contact", Record_id(contact)), "company_id"), Record_id(a));
    assert_int_equal(int_of(get("note", Record_id(note)), "record_id"), Record_id(a));
    assert_int_equal(Model_resolve(&bed.context, resource("company"), uid_of(b), &bed.error),
                     Record_id(a));
    expect_error(Model_restore(&bed.context, resource("company"), Record_id(b), &bed.error),
                 ERROR_RULE, NULL);
    changes();
    expect_ok(undo(0));
    kept = get("company", Record_id(a));
    assert_null(text_of(kept, "industry"));
    assert_int_equal(int_of(kept, "employees"), 5);
    assert_int_equal(kept->child_count, 0);
    assert_int_equal(get("company", Record_id(b))->child_count, 1);
    assert_int_equal(int_of(get("contact", Record_id(contact)), "company_id"), Record_id(b));
    assert_int_equal(int_of(get("note", Record_id(note)), "record_id"), Record_id(b));
    assert_int_equal(count("company", ""), 2);
    assert_int_equal(Model_resolve(&bed.context, resource("company"), uid_of(b), &bed.error),
                     Record_id(b));
    ListPage page;
    expect_ok(Model_search(&bed.context, resource("company"), "acme inc", 10, &page, &bed.error));
    assert_int_equal(page.count, 1);
    assert_int_equal(Record_id(page.records[0]), Record_id(b));
    changes();
}

/* ---- the chain ---------------------------------------------------------------------------- */

/* The copy of one column of one entry changed a little. */
static void mutate(unsigned *seed, int64_t entries)
{
    static const char *const columns[] = {
        "at",       "actor_kind", "user_id",        "actor_name", "operation",
        "kind",     "resource",   "record_uid",     "record_id",  "label",
        "before",   "after",      "content_digest", "prev_hash",  "hash",
        "sequence", "batch",      "reason",         "session",    "undoes"};
    char sql[400];
    long long row = 1 + rand_r(seed) % (int)entries;
    long long other = 1 + rand_r(seed) % (int)entries;
    const char *column = columns[(size_t)rand_r(seed) % (sizeof columns / sizeof columns[0])];
    switch (rand_r(seed) % 5) {
    case 0:
        snprintf(sql, sizeof sql, "DELETE FROM change WHERE id = %lld;", row);
        break;
    case 1: /* two entries change places */
        if (other == row)
            other = row % entries + 1;
        snprintf(sql, sizeof sql,
                 "UPDATE change SET id = -1 WHERE id = %lld; UPDATE change SET id = %lld"
                 " WHERE id = %lld; UPDATE change SET id = %lld WHERE id = -1;",
                 row, row, other, other);
        break;
    case 2:
        snprintf(sql, sizeof sql, "DELETE FROM change WHERE id >= %lld;", row);
        break;
    case 3:
        snprintf(sql, sizeof sql, "UPDATE change SET after = '{\"score\":99}' WHERE id = %lld;",
                 row);
        break;
    default:
        snprintf(sql, sizeof sql,
                 "UPDATE change SET %s = CASE typeof(%s) WHEN 'integer' THEN %s + 1 WHEN 'text'"
                 " THEN %s || 'x' WHEN 'blob' THEN randomblob(length(%s)) ELSE"
                 " CASE '%s' WHEN 'user_id' THEN 7 WHEN 'record_id' THEN 7 WHEN 'undoes' THEN 7"
                 " WHEN 'record_uid' THEN x'00' WHEN 'batch' THEN x'00' ELSE 'x' END END"
                 " WHERE id = %lld;",
                 column, column, column, column, column, column, row);
    }
    expect_ok(script(sql));
}

static void test_a_hundred_falsifications_are_found(void **state)
{
    unsigned seed = 20261122;
    for (int i = 0; i < 12; i++) {
        char json[100];
        snprintf(json, sizeof json, "{\"company_name\":\"Company %d\",\"score\":%d}", i, i);
        Record *lead = create("lead", json);
        update("lead", Record_id(lead), "{\"score\":50}");
    }
    int64_t entries = changes();
    expect_error(script("UPDATE change SET at = 1 WHERE id = 1;"), ERROR_RULE, NULL);
    expect_error(script("DELETE FROM change WHERE id = 1;"), ERROR_RULE, NULL);
    expect_ok(script("DROP TRIGGER change_no_delete; DROP TRIGGER change_no_update;"));
    for (int i = 0; i < 100; i++) {
        int64_t seen;
        expect_ok(Connection_savepoint(bed.connection, &bed.error));
        mutate(&seed, entries);
        if (Model_verify_chain(&bed.context, &seen, &bed.error))
            fail_msg("falsification %d was not found", i);
        assert_non_null(strstr(bed.error.message, "entry"));
        clear();
        expect_ok(Connection_rollback(bed.connection, &bed.error));
    }
    assert_int_equal(changes(), entries);
    /* erasing content is no falsification */
    expect_ok(script("UPDATE change SET label = NULL, reason = NULL, before = NULL, after = NULL,"
                     " salt = NULL WHERE id = 3;"));
    assert_int_equal(changes(), entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(test_every_write_is_a_change),
        MODEL_TEST(test_undo_of_each_kind),
        MODEL_TEST(test_undo_of_an_undo_is_redo),
        MODEL_TEST(test_later_changes_stand_in_the_way),
        MODEL_TEST(test_transitions_with_an_inverse_only),
        MODEL_TEST(test_batches_go_back_whole),
        MODEL_TEST(test_last_change_is_my_own),
        MODEL_TEST(test_merge_and_back),
        MODEL_TEST(test_a_hundred_falsifications_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
