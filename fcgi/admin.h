/* admin.h - what the one who runs a site does on the command line, in its
 * directory: `mini-tiktok admin ACTION [ARGUMENT]...`.
 *
 * What an action prints is for people and scripts: one fact a line.  Whatever
 * it writes goes through the store's one way, also while the site runs.
 */
#ifndef ADMIN_H
#define ADMIN_H

/* Runs an action; returns the exit status: 0 done, 1 failed, 2 misused. */
int	admin_main(int argc, char **argv);

#endif
