#include "room.h"

#include <sys/statvfs.h>

#include "conf.h"
#include "request.h"
#include "site.h"
#include "spool.h"

#define PICTURES 2	/* in a form: an avatar and a background */
#define NGINX_CONNECTIONS 65535	/* the most that limit_conn takes */

int64_t
room_body_most(void)
{
	int64_t pictures = PICTURES * conf->picture_max;

	return (conf->upload_max > pictures ? conf->upload_max : pictures) +
	    (int64_t)REQUEST_FORM;
}

/* Bodies that lie there though nginx counts them no longer, and originals that
 * have no name of theirs any more: what a worker or a conversion has in its
 * hands whose sender has gone, or whose video was deleted. */
static int64_t
in_hands(void)
{
	return ROOM_WORKERS + conf->convert_jobs;
}

/* nginx counts a request until its body's file is removed, so no more bodies
 * lie there than it counts.  Half of what is left is theirs, the other half the
 * originals'. */
int64_t
room_uploads(void)
{
	int64_t bodies = conf->spool_max / room_body_most();
	int64_t most = (bodies - in_hands()) / 2;

	return most < NGINX_CONNECTIONS ? most : NGINX_CONNECTIONS;
}

int64_t
room_spool_least(void)
{
	return (in_hands() + 2) * room_body_most();
}

/* The originals' share; more than one body, where the site has started. */
static int64_t
originals_most(void)
{
	return conf->spool_max -
	    (in_hands() + room_uploads()) * room_body_most();
}

int64_t
room_uploads_per_address(void)
{
	int64_t all = room_uploads();

	if (conf->uploads_per_address < all)
		return conf->uploads_per_address;
	return all > 1 ? all - 1 : 1;
}

enum err
room_on_disk(int64_t bytes)
{
	struct statvfs disk;
	int64_t free, reserve;

	if (statvfs(SITE_SPOOL, &disk) != 0)
		return spool_failure(SITE_SPOOL);
	free = (int64_t)(disk.f_bavail * disk.f_frsize);
	reserve = (int64_t)(disk.f_blocks * disk.f_frsize) / 100 *
	    conf->disk_reserve;
	if (reserve > conf->disk_reserve_most)
		reserve = conf->disk_reserve_most;
	return free - bytes < reserve ? ERR_DISK_FULL : OK;
}

enum err
room_in_spool(int64_t bytes)
{
	return spool_size() + bytes > conf->spool_max ? ERR_SPOOL_FULL : OK;
}

enum err
room_for_originals(void)
{
	return spool_originals() > originals_most() ? ERR_SPOOL_FULL : OK;
}

bool
room_wanted_of_originals(void)
{
	return spool_originals() > originals_most() / 2;
}
