/* How a write becomes visible: the writer's part of the protocol of cache.h (I1
 * and I4), whatever the database is.
 *
 *   lock, mark, BEGIN ... COMMIT, invalidate, unmark, unlock, answer
 *
 *  1. The mark stands from before COMMIT until the cache knows.
 *  2. What cannot be invalidated is made unreachable by a new epoch, before the
 *     mark goes; while Redis rests, in the write's own transaction.
 *  3. Only a commit that raised the epoch clears a mark that was found.
 *  4. Nothing is answered before: also what is refused after a dead writer's
 *     mark was found (its client may ask again, and be told by the refusal that
 *     the write has happened).
 */

#include "store.h"

#include "cache.h"
#include "engine.h"
#include "pause.h"
#include "shared.h"
#include "writer.h"

static bool found;		/* a dead writer's mark, in our turn */

/* Makes all entries of the cache unreachable, if the transaction commits. */
static enum err
raise_epoch(void)
{
	shared_add(SHARED_epoch_raises, 1);
	return store_run(SQL_SITE_RAISE, INT(base_now_ms()));
}

/* The same in a transaction of its own. */
static enum err
raise_alone(void)
{
	enum err e = engine_begin();

	return e ? e : engine_end(raise_epoch());
}

static enum err
read_space(struct cache_space *space)
{
	struct query q;

	*space = (struct cache_space){ 0, 0 };
	store_start_values(&q, SQL_SITE_SPACE, NULL, 0);
	if (store_next(&q)) {
		space->site = store_integer(&q, 0);
		space->epoch = store_integer(&q, 1);
	}
	return store_done(&q);
}

enum err
store_begin(void)
{
	enum err e;

	ensure(!engine_is_writing());
	if ((e = writer_lock(&found)))
		return e;
	if (!(e = writer_mark())) {
		PAUSE("write_marked");
		if (!(e = engine_begin())) {
			cache_begin_write();
			return OK;
		}
		if (!found)
			writer_unmark();
	}
	writer_unlock();
	return e;
}

/* After a rollback nothing has changed, but a mark that was found stands for
 * something that has. */
static enum err
end_refused(enum err e)
{
	enum err why = found ? raise_alone() : OK;

	if (!why)
		writer_unmark();
	return why ? why : e;
}

/* After a commit that has not raised the epoch.  When not even that can be
 * written we die with the mark set, as if killed here: what is committed must
 * not be answered yet, and a failure would be a lie. */
static void
tell_cache(struct cache_space space)
{
	if (!cache_invalidate(space))
		ensure(raise_alone() == OK);
}

enum err
store_end(enum err e)
{
	struct cache_space space;
	bool raise = found || cache_wants_epoch();
	bool tell = !raise && cache_is_touched();

	ensure(engine_is_writing());
	if (!e && raise)
		e = raise_epoch();
	if (!e && tell)
		e = read_space(&space);
	if ((e = engine_end(e))) {
		e = end_refused(e);
	} else {
		PAUSE("write_committed");
		if (tell)
			tell_cache(space);
		PAUSE("write_invalidated");
		writer_unmark();
		engine_checkpoint(true);
	}
	cache_end_write();
	writer_unlock();
	PAUSE("write_unlocked");
	return e;
}

enum err
store_raise_epoch(void)
{
	enum err e;

	if ((e = writer_lock(&found)))
		return e;
	if (!(e = raise_alone()))
		writer_unmark();
	writer_unlock();
	return e;
}

enum err
store_checkpoint(void)
{
	enum err e;

	if ((e = writer_lock(&found)))
		return e;
	if (found && !(e = raise_alone()))
		writer_unmark();
	if (!e)
		e = engine_checkpoint(false);
	writer_unlock();
	return e;
}
