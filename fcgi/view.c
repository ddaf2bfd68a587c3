#include "view.h"

#include <string.h>

#include "log.h"

static const char *const video_columns[] = {
	"id", "title", "video_path", "cover_path", "favorite_count",
	"comment_count", "create_ms", "is_favorite",
};
static const char *const user_columns[] = {
	"id", "name", "follow_count", "follower_count", "avatar",
	"background", "signature", "total_favorited", "work_count",
	"favorite_count", "is_follow",
};
_Static_assert(ARRAY_LEN(user_columns) == USER_COLUMNS, "a user's columns");
_Static_assert(ARRAY_LEN(video_columns) == VIDEO_AUTHOR, "a video's columns");

/* No string that a client sees is empty (API.md 1.4). */
static const struct {
	const char *signature, *title;
} defaults[] = {
	[language_zh] = { "这个人还没有写简介", "无标题" },
	[language_en] = { "nothing here yet", "untitled" },
};

static void
check_columns(enum statement s, int first, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (strcmp(store_column_name(s, first + i), names[i]) != 0) {
			log_line(LOG_ERROR, "%s: column %d should be %s",
			    store_row(s)->name, first + i, names[i]);
			base_abort("a statement does not have its shape",
			    __FILE__, __LINE__);
		}
}

void
view_start(void)
{
	const char *shape;
	int first, s;

	for (s = 0; s < SQL_COUNT; s++) {
		shape = store_row((enum statement)s)->shape;
		if (shape[0] == '\0')
			continue;
		first = strcmp(shape, "video") == 0 ? VIDEO_AUTHOR : 0;
		ensure(first > 0 || strcmp(shape, "user") == 0);
		check_columns((enum statement)s, 0, video_columns, first);
		check_columns((enum statement)s, first, user_columns,
		    USER_COLUMNS);
	}
}

static struct text
text_or(struct text text, const char *otherwise)
{
	return text.length > 0 ? text : text_of(otherwise);
}

void
view_user(struct request *r, const char *key, const struct query *q, int first)
{
	struct json *json = &r->reply;

	json_open(json, key);
	json_put_integer(json, "id", store_integer(q, first + USER_ID));
	json_put_string(json, "name", store_text(q, first + USER_NAME));
	json_put_integer(json, "follow_count",
	    store_integer(q, first + USER_FOLLOW_COUNT));
	json_put_integer(json, "follower_count",
	    store_integer(q, first + USER_FOLLOWER_COUNT));
	json_put_boolean(json, "is_follow",
	    store_integer(q, first + USER_IS_FOLLOW));
	json_put_joined(json, "avatar", r->prefix,
	    store_text(q, first + USER_AVATAR));
	json_put_joined(json, "background_image", r->prefix,
	    store_text(q, first + USER_BACKGROUND));
	json_put_string(json, "signature",
	    text_or(store_text(q, first + USER_SIGNATURE),
	    defaults[r->language].signature));
	json_put_integer(json, "total_favorited",
	    store_integer(q, first + USER_TOTAL_FAVORITED));
	json_put_integer(json, "work_count",
	    store_integer(q, first + USER_WORK_COUNT));
	json_put_integer(json, "favorite_count",
	    store_integer(q, first + USER_FAVORITE_COUNT));
	json_close(json);
}

void
view_video(struct request *r, const struct query *q)
{
	struct json *json = &r->reply;

	json_open(json, NULL);
	json_put_integer(json, "id", store_integer(q, VIDEO_ID));
	view_user(r, "author", q, VIDEO_AUTHOR);
	json_put_joined(json, "play_url", r->prefix,
	    store_text(q, VIDEO_PATH));
	json_put_joined(json, "cover_url", r->prefix,
	    store_text(q, VIDEO_COVER_PATH));
	json_put_integer(json, "favorite_count",
	    store_integer(q, VIDEO_FAVORITE_COUNT));
	json_put_integer(json, "comment_count",
	    store_integer(q, VIDEO_COMMENT_COUNT));
	json_put_boolean(json, "is_favorite",
	    store_integer(q, VIDEO_IS_FAVORITE));
	json_put_string(json, "title", text_or(store_text(q, VIDEO_TITLE),
	    defaults[r->language].title));
	json_close(json);
}
