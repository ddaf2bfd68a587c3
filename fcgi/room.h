/* room.h - whether the disk has room for another upload.
 *
 * Below the reserve (settings disk_reserve and disk_reserve_most) nothing is
 * uploaded and no conversion begins, while everything else goes on: the
 * database, which needs little, keeps what videos must not take.  The spool,
 * where bodies of strangers lie before anybody knows who they are, and what
 * waits to be converted, has a cap of its own (spool_max): nginx lets no more
 * uploads come at once than fit below it, whatever they say of themselves, and
 * what finds no room among the originals is refused.  docs/uploads.md reckons
 * it up.
 */
#ifndef ROOM_H
#define ROOM_H

#include "errors.h"

#define ROOM_WORKERS 2	/* of the pool `upload`, as in spawn.conf */

/* The largest body that any upload may have, by the settings. */
int64_t	room_body_most(void);

/* How many uploads may be on their way at once, of all and of one address,
 * which never has all the places where there are several.  Below 1: spool_max
 * is too small for a single one. */
int64_t	room_uploads(void);
int64_t	room_uploads_per_address(void);

/* The least spool_max for which room_uploads() is 1. */
int64_t	room_spool_least(void);

/* Whether the reserve stays untouched by so many bytes more: DISK_FULL. */
enum err	room_on_disk(int64_t bytes);

/* Whether the spool may grow by so many bytes: SPOOL_FULL. */
enum err	room_in_spool(int64_t bytes);

/* Whether the originals are not more than they may be: SPOOL_FULL.  Asked when
 * one has been placed, so that of several at once none is overlooked. */
enum err	room_for_originals(void);

/* Whether they are so many that those that are only kept should go. */
bool	room_wanted_of_originals(void);

#endif
