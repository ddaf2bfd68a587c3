#include "store.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "engine.h"
#include "log.h"
#include "shared.h"
#include "site.h"
#include "writer.h"

/* A backstop: the writer lock keeps everyone from meeting a busy database. */
#define BUSY_MS 5000
/* When nobody checkpoints, a writer does, so that the log of pages of 4 KiB
 * stays below 64 MiB. */
#define LOG_PAGES_MOST 16384
#define PARAMETERS 16

/* Tests count how often a statement runs: `admin stats` prints it. */
#ifdef PAUSE_POINTS
_Static_assert(SQL_COUNT <= SHARED_STATEMENTS, "room for all statements");
#define STORE_COUNT(s) ((void)atomic_fetch_add(&shared->statement[s], 1))
#else
#define STORE_COUNT(s) ((void)0)
#endif

static const struct statement_row rows[] = {
#define SCHEMA(number, name, sql)
#define STATEMENT(NAME, name, mode, shape, scan, sql) \
	[SQL_##NAME] = { name, shape, scan, sql, STORE_##mode },
#include "statements.def"
#undef SCHEMA
#undef STATEMENT
};

static const struct schema_row steps[] = {
#define SCHEMA(number, name, sql) { number, name, sql },
#define STATEMENT(NAME, name, mode, shape, scan, sql)
#include "statements.def"
#undef SCHEMA
#undef STATEMENT
};

/* The one database of the process. */
static struct {
	sqlite3 *reader, *writer;
	struct {
		sqlite3_stmt *stmt;
		int index[PARAMETERS];	/* SQLite's index of $1, $2 … */
		int count;
	} prepared[SQL_COUNT];
	int log_pages;			/* after the last commit */
	bool writing, read_only;
} store;

const struct statement_row *
store_row(enum statement s)
{
	return &rows[s];
}

const struct schema_row *
store_schema(size_t *count)
{
	*count = ARRAY_LEN(steps);
	return steps;
}

const char *
store_column_name(enum statement s, int column)
{
	const char *name;

	name = sqlite3_column_name(store.prepared[s].stmt, column);
	return name != NULL ? name : "";
}

/* What an SQLite result means for the request. */
static enum err
failure(sqlite3 *db, int code, const char *what)
{
	ensure((code & 0xff) != SQLITE_CORRUPT &&
	    (code & 0xff) != SQLITE_NOTADB && (code & 0xff) != SQLITE_NOMEM &&
	    (code & 0xff) != SQLITE_MISUSE);
	if ((code & 0xff) == SQLITE_FULL) {
		log_line(LOG_WARNING, "the database's disk is full");
		return ERR_DISK_FULL;
	}
	log_line(LOG_ERROR, "%s: %s", what, sqlite3_errmsg(db));
	return (code & 0xff) == SQLITE_BUSY ? ERR_UNAVAILABLE : ERR_INTERNAL;
}

static enum err
execute(sqlite3 *db, const char *sql)
{
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? OK : failure(db, code, sql);
}

static int
note_log_pages(void *unused, sqlite3 *db, const char *name, int pages)
{
	(void)unused, (void)db, (void)name;
	store.log_pages = pages;
	return SQLITE_OK;
}

static enum err
connect(sqlite3 **db, const char *pragmas)
{
	int code = sqlite3_open_v2(SITE_DATABASE, db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return failure(*db, code, "open " SITE_DATABASE);
	sqlite3_extended_result_codes(*db, 1);
	sqlite3_busy_timeout(*db, BUSY_MS);
	return execute(*db, pragmas);
}

static enum err
open_files(void)
{
	enum err e;

	if ((e = writer_open()))
		return e;
	e = connect(&store.writer, "PRAGMA mmap_size = 0;"
	    "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
	    "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -1024;"
	    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
	    "PRAGMA temp_store = MEMORY;");
	if (e)
		return e;
	sqlite3_wal_hook(store.writer, note_log_pages, NULL);
	return execute(store.writer, conf->durability == durability_full ?
	    "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

static enum err
read_version(int64_t *version)
{
	sqlite3_stmt *stmt;
	int code = sqlite3_prepare_v2(store.writer, "PRAGMA user_version", -1,
	    &stmt, NULL);

	if (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		*version = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW ? OK :
	    failure(store.writer, code, "read the schema's version");
}

static enum err
prepare(enum statement s)
{
	sqlite3 *db = rows[s].mode == STORE_READ ? store.reader :
	    store.writer;
	sqlite3_stmt *stmt;
	char name[16];
	int n, code;

	code = sqlite3_prepare_v3(db, rows[s].sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
	if (code != SQLITE_OK)
		return failure(db, code, rows[s].name);
	ensure(sqlite3_stmt_readonly(stmt) == (rows[s].mode != STORE_WRITE));
	store.prepared[s].stmt = stmt;
	store.prepared[s].count = sqlite3_bind_parameter_count(stmt);
	ensure(store.prepared[s].count <= PARAMETERS);
	for (n = 0; n < store.prepared[s].count; n++) {
		snprintf(name, sizeof(name), "$%d", n + 1);
		store.prepared[s].index[n] =
		    sqlite3_bind_parameter_index(stmt, name);
		ensure(store.prepared[s].index[n] > 0);
	}
	return OK;
}

enum err
store_open(void)
{
	int64_t version;
	enum err e;
	int s;

	if ((e = open_files()) || (e = read_version(&version)))
		return e;
	if (version != steps[ARRAY_LEN(steps) - 1].number) {
		log_line(LOG_ERROR, "the database has schema step %lld, this "
		    "program knows %d: run `mini-tiktok setup`",
		    (long long)version, steps[ARRAY_LEN(steps) - 1].number);
		return ERR_UNAVAILABLE;
	}
	e = connect(&store.reader, "PRAGMA mmap_size = 0;"
	    "PRAGMA cache_size = -2048; PRAGMA trusted_schema = OFF;"
	    "PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;");
	for (s = 0; !e && s < SQL_COUNT; s++)
		e = prepare((enum statement)s);
	return e;
}

void
store_close(void)
{
	int s;

	for (s = 0; s < SQL_COUNT; s++) {
		sqlite3_finalize(store.prepared[s].stmt);
		store.prepared[s].stmt = NULL;
	}
	ensure(sqlite3_close(store.reader) == SQLITE_OK);
	ensure(sqlite3_close(store.writer) == SQLITE_OK);
	store.reader = store.writer = NULL;
	writer_close();
}

/* Without the mark: the cache is told by a new epoch. */
static enum err
apply_step(const struct schema_row *step)
{
	char version[64];
	enum err e;

	if ((e = engine_begin()))
		return e;
	snprintf(version, sizeof(version), "PRAGMA user_version = %d",
	    step->number);
	if (!(e = execute(store.writer, step->sql)))
		e = execute(store.writer, version);
	if (!(e = engine_end(e)))
		log_line(LOG_INFO, "schema step %d: %s", step->number,
		    step->name);
	return e;
}

enum err
store_migrate(void)
{
	int64_t version;
	bool found;
	enum err e;
	size_t i;

	if ((e = open_files()) || (e = writer_lock(&found)))
		return e;
	e = read_version(&version);
	for (i = 0; !e && i < ARRAY_LEN(steps); i++)
		if (steps[i].number > version)
			e = apply_step(&steps[i]);
	writer_unlock();
	store_close();
	return e;
}

void
store_read_only(bool on)
{
	store.read_only = on;
}

void
store_start_values(struct query *q, enum statement s,
    const struct value *values, size_t count)
{
	sqlite3_stmt *stmt = store.prepared[s].stmt;
	size_t i;
	int code = SQLITE_OK, index;

	ensure(count == (size_t)store.prepared[s].count);
	ensure(!sqlite3_stmt_busy(stmt));
	ensure(rows[s].mode == STORE_READ || store.writing);
	STORE_COUNT(s);
	*q = (struct query){ .statement = s, .open = true };
	for (i = 0; i < count && code == SQLITE_OK; i++) {
		index = store.prepared[s].index[i];
		/* The caller's text outlives the statement: no copy. */
		if (values[i].is_text)
			code = sqlite3_bind_text(stmt, index,
			    values[i].text.bytes, (int)values[i].text.length,
			    SQLITE_STATIC);
		else
			code = sqlite3_bind_int64(stmt, index,
			    values[i].integer);
	}
	ensure(code == SQLITE_OK);
}

bool
store_next(struct query *q)
{
	sqlite3_stmt *stmt = store.prepared[q->statement].stmt;
	int code;

	ensure(q->open);
	if (q->err)
		return false;
	if ((code = sqlite3_step(stmt)) == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		q->err = failure(sqlite3_db_handle(stmt), code,
		    rows[q->statement].name);
	return false;
}

struct query
store_of_values(const struct value *row)
{
	return (struct query){ .row = row };
}

int64_t
store_integer(const struct query *q, int column)
{
	if (q->row != NULL)
		return q->row[column].integer;
	return sqlite3_column_int64(store.prepared[q->statement].stmt, column);
}

struct text
store_text(const struct query *q, int column)
{
	sqlite3_stmt *stmt = store.prepared[q->statement].stmt;
	const unsigned char *bytes;

	if (q->row != NULL)
		return q->row[column].text;
	bytes = sqlite3_column_text(stmt, column);
	if (bytes == NULL)
		return (struct text){ "", 0 };
	return (struct text){ (const char *)bytes,
	    (size_t)sqlite3_column_bytes(stmt, column) };
}

enum err
store_done(struct query *q)
{
	sqlite3_stmt *stmt = store.prepared[q->statement].stmt;

	ensure(q->open);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	q->open = false;
	return q->err;
}

enum err
store_run_values(enum statement s, const struct value *values, size_t count)
{
	int64_t unused;

	return store_first_values(&unused, s, values, count);
}

enum err
store_first_values(int64_t *result, enum statement s,
    const struct value *values, size_t count)
{
	struct query q;

	*result = 0;
	store_start_values(&q, s, values, count);
	if (store_next(&q))
		*result = store_integer(&q, 0);
	return store_done(&q);
}

enum err
engine_checkpoint(bool due)
{
	int code;

	if (due && store.log_pages <= LOG_PAGES_MOST)
		return OK;
	code = sqlite3_wal_checkpoint_v2(store.writer, NULL,
	    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	/* Readers may hold the log back; the next one will move it. */
	if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY)
		return OK;
	return failure(store.writer, code, "checkpoint");
}

enum err
engine_begin(void)
{
	enum err e;

	ensure(!store.writing && !store.read_only);
	e = execute(store.writer, "BEGIN IMMEDIATE");
	store.writing = !e;
	return e;
}

enum err
engine_end(enum err e)
{
	ensure(store.writing);
	if (!e)
		e = execute(store.writer, "COMMIT");
	/* A failed COMMIT may have rolled back by itself already. */
	if (e && !sqlite3_get_autocommit(store.writer))
		ensure(execute(store.writer, "ROLLBACK") == OK);
	store.writing = false;
	return e;
}

bool
engine_is_writing(void)
{
	return store.writing;
}
