/* admin_jobs.h - `mini-tiktok admin jobs`: the conversions of a site.
 *
 * A job is known by the number of its video.
 */
#ifndef ADMIN_JOBS_H
#define ADMIN_JOBS_H

/* list, retry VIDEO, cancel VIDEO; nothing is list.  Returns the exit status:
 * 0 done, 1 failed, 2 misused. */
int	admin_jobs(int argc, char **argv);

#endif
