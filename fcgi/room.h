/* room.h - whether the disk has room for another upload.
 *
 * Below the reserve (settings disk_reserve and disk_reserve_most) nothing is
 * uploaded and no conversion begins, while everything else goes on: the
 * database, which needs little, keeps what videos must not take.  The spool,
 * where bodies of strangers lie before anybody knows who they are, has a cap of
 * its own (spool_max).
 */
#ifndef ROOM_H
#define ROOM_H

#include "errors.h"

/* Whether the reserve stays untouched by so many bytes more: DISK_FULL. */
enum err	room_on_disk(int64_t bytes);

/* Whether the spool may grow by so many bytes: SPOOL_FULL. */
enum err	room_in_spool(int64_t bytes);

#endif
