/* site.h - where a site keeps what.
 *
 * Every process of a site runs in the site's directory; all paths are relative
 * to it, so none is ever too long for a socket's address (108 bytes) and a site
 * can be moved.
 */
#ifndef SITE_H
#define SITE_H

#define SITE_SETTINGS "settings.conf"
#define SITE_DATA "data"
#define SITE_DATABASE SITE_DATA "/mini-tiktok.db"
#define SITE_WRITER_LOCK SITE_DATA "/writer.lock"
#define SITE_WORK_LOCK SITE_DATA "/work.lock"
#define SITE_SHARED SITE_DATA "/shared"
#define SITE_SECRET SITE_DATA "/secret"
#define SITE_LOGS "logs"
#define SITE_REDIS "sockets/redis.sock"	/* its own: scripts/run */
#define SITE_PAUSES "pauses"	/* of tests: pause.h */

#define SITE_MEDIA "media-root"
#define SITE_VIDEOS SITE_MEDIA "/videos"
#define SITE_COVERS SITE_MEDIA "/video_covers"
#define SITE_AVATARS SITE_MEDIA "/avatars"
#define SITE_BACKGROUNDS SITE_MEDIA "/backgrounds"
#define SITE_SPOOL SITE_MEDIA "/spool"
#define SITE_BODIES SITE_SPOOL "/body"	/* nginx's and ours */
#define SITE_JOBS SITE_SPOOL "/jobs"
#define SITE_ORIGINALS SITE_SPOOL "/originals"	/* to be converted */
#define SITE_TURN SITE_SPOOL "/turn-"	/* and a number: locks */

#endif
