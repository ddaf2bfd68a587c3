/* store.h - the only way to the database: named statements, thin verbs.
 *
 * Statements are those of the files in db, known by name (SQL_VIDEO_NEWEST),
 * prepared once a process; $N are bound by name, never by position.
 *
 *   struct query q;
 *   store_start(&q, SQL_VIDEO_NEWEST, INT(before), INT(30), INT(viewer));
 *   while (store_next(&q))
 *           … store_integer(&q, 0) …
 *   return store_done(&q);
 *
 * Promises: a read statement runs on a connection that cannot write.  One that
 * writes, or reads inside of a transaction, runs only between store_begin() and
 * store_end(), which queue on a lock file and begin IMMEDIATE: writers wait in
 * line, so no one ever sees SQLITE_BUSY (measured: 16 writers, worst wait 0.2 s
 * instead of 2.5 s).  With store_read_only() a write is a broken invariant:
 * requests by GET run so.  store_commit.c says how a commit reaches the cache.
 *
 * Failures: ERR_DISK_FULL, ERR_UNAVAILABLE, ERR_INTERNAL (logged).  A corrupt
 * database ends the process.  One database a process, opened after fork.
 */
#ifndef STORE_H
#define STORE_H

#include "errors.h"
#include "text.h"

enum statement {
#define SCHEMA(number, name, sql)
#define STATEMENT(NAME, name, mode, shape, scan, sql) SQL_##NAME,
#include "statements.def"
#undef SCHEMA
#undef STATEMENT
	SQL_COUNT
};

struct value {
	bool is_text;
	int64_t integer;
	struct text text;
};

#define INT(n) ((struct value){ .integer = (n) })
#define STR(t) ((struct value){ .is_text = true, .text = (t) })

struct query {
	enum statement statement;
	enum err err;
	bool open;
	const struct value *row;	/* store_of_values() */
};

/* Opens the database of the site; ERR_UNAVAILABLE when its schema is not the
 * one that this program knows (the reason is logged). */
enum err	store_open(void);
void	store_close(void);

/* Makes the database if need be and applies the schema steps that it lacks. */
enum err	store_migrate(void);

/* From now on, until called with false, store_begin() must not happen. */
void	store_read_only(bool);

/* Begins a statement with its values for $1, $2 …; one at a time per name. */
#define store_start(q, statement, ...) \
	store_start_values(q, statement, (struct value[]){ __VA_ARGS__ }, \
	    ARRAY_LEN(((struct value[]){ __VA_ARGS__ })))
void	store_start_values(struct query *, enum statement,
	    const struct value *, size_t count);

/* The next row; false at the end or on a failure. */
bool	store_next(struct query *);

/* Columns of the row, from 0; a text lives until the next store_next() or
 * store_done(). */
int64_t	store_integer(const struct query *, int column);
struct text	store_text(const struct query *, int column);

/* A row that comes from elsewhere, the cache: it is read like any other. */
struct query	store_of_values(const struct value *row);

/* Resets the statement; what went wrong since store_start(), or OK. */
enum err	store_done(struct query *);

/* Runs a statement whose rows do not matter. */
#define store_run(statement, ...) \
	store_run_values(statement, (struct value[]){ __VA_ARGS__ }, \
	    ARRAY_LEN(((struct value[]){ __VA_ARGS__ })))
enum err	store_run_values(enum statement, const struct value *,
	    size_t count);

/* Runs a statement for the first column of its first row: 0 without one. */
#define store_first(result, statement, ...) \
	store_first_values(result, statement, \
	    (struct value[]){ __VA_ARGS__ }, \
	    ARRAY_LEN(((struct value[]){ __VA_ARGS__ })))
enum err	store_first_values(int64_t *result, enum statement,
	    const struct value *, size_t count);

/* Takes the writer lock and begins a transaction.  Who changes in it what the
 * cache keeps says so: cache_touch_...(), before store_end(). */
enum err	store_begin(void);

/* Commits when e is OK, else rolls back; returns e or why the commit failed.
 * After a commit no one reads the old value from the cache (cache.h, I4). */
enum err	store_end(enum err e);

/* Makes everything in the cache unreachable: at every start of a site. */
enum err	store_raise_epoch(void);

/* Moves the log of committed pages into the database, under the writer lock,
 * and makes good what a writer has left that died half-way; one process does
 * that every second (`work`). */
enum err	store_checkpoint(void);

/* What the build knows of a statement: for `describe` and for view.c. */
enum store_mode {
	STORE_READ,	/* on the connection that cannot write */
	STORE_INSIDE,	/* reads what a transaction has changed so far */
	STORE_WRITE
};
struct statement_row {
	const char *name, *shape, *scan, *sql;
	enum store_mode mode;
};
const struct statement_row	*store_row(enum statement);
const char	*store_column_name(enum statement, int column);

struct schema_row {
	int number;
	const char *name, *sql;
};
const struct schema_row	*store_schema(size_t *count);

#endif
