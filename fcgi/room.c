#include "room.h"

#include <sys/statvfs.h>

#include "conf.h"
#include "site.h"
#include "spool.h"

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
