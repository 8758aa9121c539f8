/* Sealing: round trips; altered, moved or foreign values stay shut; key files with loose rights are
 * refused. */
#include "test_store.h"
#include "store/seal.h"

static const char PLACE[] = "tenant1|contact|tax_id|42";

static void test_value_round_trip(void **state)
{
    Error error = ERROR_NONE;
    SealKey *key = Seal_new_key();
    Buffer sealed = BUFFER_EMPTY, again = BUFFER_EMPTY, plain = BUFFER_EMPTY;

    assert_true(Seal_close(key, PLACE, "DE123456789", 11, &sealed));
    assert_true(Seal_close(key, PLACE, "DE123456789", 11, &again));
    assert_int_equal(sealed.length, again.length);
    assert_memory_not_equal(sealed.data, again.data, sealed.length); /* a nonce of its own */
    assert_null(memmem(sealed.data, sealed.length, "123456", 6));
    Buffer_puts(&plain, "kept ");
    assert_true(Seal_open(key, PLACE, sealed.data, sealed.length, &plain, &error));
    assert_string_equal(Buffer_text(&plain), "kept DE123456789");
    Buffer_reset(&sealed);
    assert_true(Seal_close(key, PLACE, "", 0, &sealed));
    assert_true(Seal_open(key, PLACE, sealed.data, sealed.length, &plain, &error));
    assert_string_equal(Buffer_text(&plain), "kept DE123456789");
    Buffer_free(&sealed);
    Buffer_free(&again);
    Buffer_free(&plain);
    Seal_free(key);
}

static void stays_shut(const SealKey *key, const char *place, const Buffer *sealed, size_t length)
{
    Error error = ERROR_NONE;
    Buffer plain = BUFFER_EMPTY;

    assert_false(Seal_open(key, place, sealed->data, length, &plain, &error));
    assert_true(Error_is(&error, ERROR_STORAGE));
    assert_int_equal(plain.length, 0);
    Buffer_free(&plain);
}

static void test_value_altered_or_moved(void **state)
{
    SealKey *key = Seal_new_key(), *other = Seal_new_key();
    Buffer sealed = BUFFER_EMPTY;

    assert_true(Seal_close(key, PLACE, "secret", 6, &sealed));
    for (size_t i = 0; i < sealed.length; i++) {
        sealed.data[i] ^= 1;
        stays_shut(key, PLACE, &sealed, sealed.length);
        sealed.data[i] ^= 1;
    }
    for (size_t length = 0; length < sealed.length; length++)
        stays_shut(key, PLACE, &sealed, length);
    stays_shut(key, "tenant1|contact|tax_id|43", &sealed, sealed.length);
    stays_shut(key, "tenant2|contact|tax_id|42", &sealed, sealed.length);
    stays_shut(key, "tenant1|contact|bank_id|42", &sealed, sealed.length);
    stays_shut(other, PLACE, &sealed, sealed.length);
    Buffer_free(&sealed);
    Seal_free(key);
    Seal_free(other);
}

static void test_wrapped_key(void **state)
{
    Error error = ERROR_NONE;
    SealKey *master = Seal_new_key(), *stranger = Seal_new_key(), *key = Seal_new_key();
    Buffer wrapped = BUFFER_EMPTY, sealed = BUFFER_EMPTY, plain = BUFFER_EMPTY;

    assert_true(Seal_wrap(master, key, "acme", &wrapped));
    assert_true(Seal_close(key, PLACE, "secret", 6, &sealed));
    SealKey *unwrapped = Seal_unwrap(master, wrapped.data, wrapped.length, "acme", &error);
    assert_non_null(unwrapped);
    assert_true(Seal_open(unwrapped, PLACE, sealed.data, sealed.length, &plain, &error));
    assert_string_equal(Buffer_text(&plain), "secret");
    assert_null(Seal_unwrap(master, wrapped.data, wrapped.length, "other", &error));
    assert_null(Seal_unwrap(stranger, wrapped.data, wrapped.length, "acme", &error));
    assert_null(Seal_unwrap(master, wrapped.data, wrapped.length - 1, "acme", &error));
    assert_null(Seal_unwrap(master, sealed.data, sealed.length, "acme", &error));
    assert_true(Error_is(&error, ERROR_STORAGE));
    Seal_free(unwrapped);
    Seal_free(key);
    Seal_free(stranger);
    Seal_free(master);
    Buffer_free(&wrapped);
    Buffer_free(&sealed);
    Buffer_free(&plain);
}

static void test_keyed_hash(void **state)
{
    uint8_t one[32], two[32];
    SealKey *key = Seal_new_key(), *other = Seal_new_key();

    Seal_hash(key, "a|b", "c", 1, one);
    Seal_hash(key, "a|b", "c", 1, two);
    assert_memory_equal(one, two, 32);
    Seal_hash(key, "a|", "bc", 2, two);
    assert_memory_not_equal(one, two, 32);
    Seal_hash(key, "a|b", "d", 1, two);
    assert_memory_not_equal(one, two, 32);
    Seal_hash(other, "a|b", "c", 1, two);
    assert_memory_not_equal(one, two, 32);
    Seal_free(key);
    Seal_free(other);
}

/* ---- the master key's file ------------------------------------------------------------------- */

static bool same_key(const SealKey *one, const SealKey *two)
{
    uint8_t first[32], second[32];

    Seal_hash(one, "x", "y", 1, first);
    Seal_hash(two, "x", "y", 1, second);
    return memcmp(first, second, 32) == 0;
}

static void put_file(const char *name, const void *bytes, size_t size, mode_t mode)
{
    unlink(in_folder(name));
    int fd = open(in_folder(name), O_CREAT | O_WRONLY | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void refused_key(const char *code)
{
    Error error = ERROR_NONE;

    assert_null(Seal_master(folder, true, &error));
    assert_string_equal(error.code, code);
    assert_true(error.hint[0] != '\0');
}

static void test_master_key(void **state)
{
    Error error = ERROR_NONE;
    struct stat status;

    unsetenv("CREDENTIALS_DIRECTORY");
    assert_null(Seal_master(folder, false, &error));
    assert_true(Error_is(&error, ERROR_NOT_FOUND));
    SealKey *made = Seal_master(folder, true, &error);
    assert_non_null(made);
    assert_int_equal(stat(in_folder("master.key"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0400);
    assert_int_equal(status.st_size, 32);
    SealKey *read_again = Seal_master(folder, true, &error);
    assert_non_null(read_again);
    assert_true(same_key(made, read_again));
    Seal_free(made);
    Seal_free(read_again);
}

static void test_master_key_refused(void **state)
{
    static const mode_t MODES[] = {0440, 0404, 0640, 0604, 0644, 0660,
                                   0666, 0420, 0402, 0410, 0401};
    static const char BYTES[64] = {1, 2, 3};

    for (size_t i = 0; i < sizeof MODES / sizeof MODES[0]; i++) {
        put_file("master.key", BYTES, 32, MODES[i]);
        refused_key(ERROR_STORAGE);
    }
    put_file("master.key", BYTES, 31, 0400);
    refused_key(ERROR_STORAGE);
    put_file("master.key", "", 0, 0400);
    refused_key(ERROR_STORAGE);
    put_file("other.key", BYTES, 32, 0400);
    unlink(in_folder("master.key"));
    assert_int_equal(symlink("other.key", in_folder("master.key")), 0);
    refused_key(ERROR_STORAGE);
    unlink(in_folder("master.key"));
    assert_int_equal(mkfifo(in_folder("master.key"), 0400), 0);
    refused_key(ERROR_STORAGE);
    unlink(in_folder("master.key"));
}

static void test_credential(void **state)
{
    Error error = ERROR_NONE;
    static const char HEX[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    unsigned char bytes[32];

    for (unsigned char i = 0; i < 32; i++)
        bytes[i] = i;
    put_file("master.key", bytes, 32, 0400);
    unsetenv("CREDENTIALS_DIRECTORY");
    SealKey *from_file = Seal_master(folder, false, &error);
    unlink(in_folder("master.key"));
    put_file("bizosaas-master-key", HEX, sizeof HEX - 1, 0440);
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    SealKey *from_credential = Seal_master(folder, false, &error);
    assert_non_null(from_file);
    assert_non_null(from_credential);
    assert_true(same_key(from_file, from_credential));
    put_file("bizosaas-master-key", HEX, sizeof HEX - 1, 0444);
    assert_null(Seal_master(folder, true, &error));
    unsetenv("CREDENTIALS_DIRECTORY");
    Seal_free(from_file);
    Seal_free(from_credential);
}

/* ---- files ----------------------------------------------------------------------------------- */

static char *pattern(size_t size)
{
    char *bytes = malloc(size + 1);

    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 31 + i / 977);
    return bytes;
}

static char *read_back(const char *name, size_t *size)
{
    struct stat status;
    FILE *file = fopen(in_folder(name), "rb");

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    char *bytes = malloc((size_t)status.st_size + 1);
    assert_non_null(bytes);
    *size = fread(bytes, 1, (size_t)status.st_size, file);
    fclose(file);
    return bytes;
}

static void test_file_round_trip(void **state)
{
    static const size_t SIZES[] = {0, 1, 1000, 65535, 65536, 65537, 131072, 1000000};
    SealKey *key = Seal_new_key();
    Error error = ERROR_NONE;
    size_t size;

    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        char *bytes = pattern(SIZES[i]);
        put_file("plain", bytes, SIZES[i], 0600);
        assert_true(Seal_file(key, in_folder("plain"), in_folder("sealed"), &error));
        assert_true(Seal_open_file(key, in_folder("sealed"), in_folder("opened"), &error));
        char *opened = read_back("opened", &size);
        assert_int_equal(size, SIZES[i]);
        assert_memory_equal(opened, bytes, size);
        free(opened);
        free(bytes);
    }
    assert_int_not_equal(access(in_folder("sealed.tmp"), F_OK), 0);
    Seal_free(key);
}

static void file_stays_shut(const SealKey *key, const void *bytes, size_t size)
{
    Error error = ERROR_NONE;

    put_file("sealed", bytes, size, 0600);
    unlink(in_folder("opened"));
    assert_false(Seal_open_file(key, in_folder("sealed"), in_folder("opened"), &error));
    assert_true(Error_is(&error, ERROR_STORAGE));
    assert_int_not_equal(access(in_folder("opened"), F_OK), 0);
    assert_int_not_equal(access(in_folder("opened.tmp"), F_OK), 0);
}

static void test_file_altered(void **state)
{
    static const size_t CUTS[] = {0, 4, 8, 31, 32, 33, 65585, 65584, 100000, 131200};
    SealKey *key = Seal_new_key(), *other = Seal_new_key();
    Error error = ERROR_NONE;
    size_t size;
    char *plain = pattern(150000);

    put_file("plain", plain, 150000, 0600);
    assert_true(Seal_file(key, in_folder("plain"), in_folder("sealed"), &error));
    char *sealed = read_back("sealed", &size);
    for (size_t i = 0; i < sizeof CUTS / sizeof CUTS[0]; i++)
        file_stays_shut(key, sealed, CUTS[i]);
    for (size_t at = 0; at < size; at += 9973) {
        sealed[at] ^= 0x40;
        file_stays_shut(key, sealed, size);
        sealed[at] ^= 0x40;
    }
    /* the first two chunks exchanged */
    char *exchanged = malloc(size + 1);
    assert_non_null(exchanged);
    memcpy(exchanged, sealed, size);
    memcpy(exchanged + 32, sealed + 32 + 65553, 65553);
    memcpy(exchanged + 32 + 65553, sealed + 32, 65553);
    file_stays_shut(key, exchanged, size);
    memcpy(exchanged, sealed, size);
    exchanged[size] = 'x'; /* something after the end */
    file_stays_shut(key, exchanged, size + 1);
    file_stays_shut(other, sealed, size);
    file_stays_shut(key, plain, 150000);
    free(exchanged);
    free(sealed);
    free(plain);
    Seal_free(key);
    Seal_free(other);
}

/* ---- passwords ------------------------------------------------------------------------------- */

static void test_password(void **state)
{
    Error error = ERROR_NONE;
    static const uint8_t SALT[16] = {1};
    char *hash = Seal_password_hash("correct horse", 13, &error);

    assert_non_null(hash);
    assert_non_null(strstr(hash, "$argon2id$v=19$m=65536,t=2,p=1$"));
    assert_true(Seal_password_verify(hash, "correct horse", 13));
    assert_false(Seal_password_verify(hash, "correct hors", 12));
    assert_false(Seal_password_verify("not a hash", "correct horse", 13));
    assert_null(Seal_password_hash("x", 1 << 20, &error));
    assert_true(Error_is(&error, ERROR_TOO_LONG));
    free(hash);

    SealKey *one = Seal_password_key("secret", 6, SALT, &error);
    SealKey *two = Seal_password_key("secret", 6, SALT, &error);
    SealKey *other = Seal_password_key("Secret", 6, SALT, &error);
    assert_true(one && two && other);
    assert_true(same_key(one, two));
    assert_false(same_key(one, other));
    Seal_free(one);
    Seal_free(two);
    Seal_free(other);
}

static int start(void **state)
{
    return Seal_init(NULL) ? make_folder(state) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_round_trip), cmocka_unit_test(test_value_altered_or_moved),
        cmocka_unit_test(test_wrapped_key),      cmocka_unit_test(test_keyed_hash),
        cmocka_unit_test(test_master_key),       cmocka_unit_test(test_master_key_refused),
        cmocka_unit_test(test_credential),       cmocka_unit_test(test_file_round_trip),
        cmocka_unit_test(test_file_altered),     cmocka_unit_test(test_password),
    };
    return cmocka_run_group_tests(tests, start, remove_folder);
}
