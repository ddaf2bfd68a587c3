/* video.h - videos: API.md E1, E5, E6; one by its number. */
#ifndef VIDEO_H
#define VIDEO_H

#include "args.h"

enum err	video_feed(struct request *, const struct video_feed_args *);
enum err	video_show(struct request *, const struct video_show_args *);
enum err	video_publish(struct request *,
	    const struct video_publish_args *);
enum err	video_delete(struct request *,
	    const struct video_delete_args *);
enum err	video_list(struct request *, const struct video_list_args *);

#endif
