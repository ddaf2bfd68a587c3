/* engine.h - what a database engine gives to store_commit.c, and nobody else:
 * bare transactions, which know nothing of the writers' queue and the cache.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "errors.h"

/* Begins a write transaction; by who has the writer lock. */
enum err	engine_begin(void);

/* Commits when e is OK, else rolls back; returns e or why the commit failed. */
enum err	engine_end(enum err e);

bool	engine_is_writing(void);

/* Moves the log of committed pages into the database.  due: only if nobody has
 * done so for a long time. */
enum err	engine_checkpoint(bool due);

#endif
