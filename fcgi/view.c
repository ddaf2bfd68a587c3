#include "view.h"

#include <string.h>
#include <time.h>

#include "job.h"
#include "log.h"

static const char *const video_columns[] = {
	"id", "title", "video_path", "cover_path", "favorite_count",
	"comment_count", "create_ms", "is_favorite",
};
static const char *const comment_columns[] = { "id", "content", "create_ms" };
static const char *const friend_columns[] = { "content", "from_user_id" };
static const char *const message_columns[] = {
	"id", "from_user_id", "content", "create_ms",
};
static const char *const user_columns[] = {
	"id", "name", "follow_count", "follower_count", "avatar",
	"background", "signature", "total_favorited", "work_count",
	"favorite_count", "is_follow",
};
_Static_assert(ARRAY_LEN(user_columns) == USER_COLUMNS, "a user's columns");

/* A shape is up to three runs of columns. */
static const struct {
	const char *name;
	struct {
		const char *const *names;
		int count;
	} run[3];
} shapes[] = {
#define RUN(names) { names, ARRAY_LEN(names) }
	{ "user", { RUN(user_columns) } },
	{ "video", { RUN(video_columns), RUN(user_columns) } },
	{ "comment", { RUN(comment_columns), RUN(user_columns) } },
	{ "friend", { RUN(user_columns), RUN(friend_columns) } },
	{ "message", { RUN(message_columns) } },
#undef RUN
};
_Static_assert(ARRAY_LEN(video_columns) == VIDEO_AUTHOR, "a video's columns");
_Static_assert(ARRAY_LEN(comment_columns) == COMMENT_USER, "a comment's");
_Static_assert(USER_COLUMNS + ARRAY_LEN(friend_columns) == FRIEND_PAGE,
    "a friend's columns");
_Static_assert(ARRAY_LEN(message_columns) == MESSAGE_COLUMNS,
    "a message's columns");

/* No string that a client sees is empty (API.md 1.4). */
static const struct {
	const char *signature, *title;
} defaults[] = {
	[language_zh] = { "这个人还没有写简介", "无标题" },
	[language_en] = { "nothing here yet", "untitled" },
};

/* What the author of a video that is not ready plays. */
#define PROCESSING "/default/processing.mp4"

/* By enum state; why one failed is told by its row. */
static const struct state_words {
	const char *name, *reason[2];
} states[] = {
	[STATE_READY] = { "ready", { "可以播放", "ready to play" } },
	[STATE_PROCESSING] = { "processing", { "正在转换，完成后会出现在信息流中",
	    "being converted, it enters the feed when that is done" } },
	[STATE_FAILED] = { "failed", { NULL, NULL } },
};

static void
check_column(enum statement s, int column, const char *name)
{
	if (strcmp(store_column_name(s, column), name) == 0)
		return;
	log_line(LOG_ERROR, "%s: column %d should be %s", store_row(s)->name,
	    column, name);
	base_abort("a statement does not have its shape", __FILE__, __LINE__);
}

static void
check_statement(enum statement s, size_t shape)
{
	int column = 0, i;
	size_t run;

	for (run = 0; run < ARRAY_LEN(shapes[shape].run); run++)
		for (i = 0; i < shapes[shape].run[run].count; i++)
			check_column(s, column++,
			    shapes[shape].run[run].names[i]);
}

void
view_start(void)
{
	const char *name;
	size_t shape;
	int s;

	for (s = 0; s < SQL_COUNT; s++) {
		name = store_row((enum statement)s)->shape;
		if (name[0] == '\0')
			continue;
		for (shape = 0; shape < ARRAY_LEN(shapes); shape++)
			if (strcmp(shapes[shape].name, name) == 0)
				break;
		ensure(shape < ARRAY_LEN(shapes));
		check_statement((enum statement)s, shape);
	}
}

static struct text
text_or(struct text text, const char *otherwise)
{
	return text.length > 0 ? text : text_of(otherwise);
}

/* The members of a user, into the open object. */
static void
put_user(struct request *r, const struct query *q, int first)
{
	struct json *json = &r->reply;

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
}

void
view_user(struct request *r, const char *key, const struct query *q, int first)
{
	json_open(&r->reply, key);
	put_user(r, q, first);
	json_close(&r->reply);
}

/* The members of a video, into the open object. */
static void
put_video(struct request *r, const struct query *q, struct text path)
{
	struct json *json = &r->reply;

	json_put_integer(json, "id", store_integer(q, VIDEO_ID));
	view_user(r, "author", q, VIDEO_AUTHOR);
	json_put_joined(json, "play_url", r->prefix, path);
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
}

void
view_video(struct request *r, const char *key, const struct query *q)
{
	json_open(&r->reply, key);
	put_video(r, q, store_text(q, VIDEO_PATH));
	json_close(&r->reply);
}

/* Why a video failed, in the words of the refusal. */
static const char *
reason_of(struct request *r, const struct query *q)
{
	enum err e = errors_find(store_integer(q, VIDEO_REASON));
	struct text detail = store_text(q, VIDEO_REASON_DETAIL);

	if (e == OK)
		e = ERR_FFMPEG_FAILED;
	return errors_text(e, r->language, arena_copy(&r->arena, detail.bytes,
	    detail.length), &r->arena);
}

/* What its author alone is told: its state, and why. */
void
view_own_video(struct request *r, const char *key, const struct query *q)
{
	int64_t state = store_integer(q, VIDEO_STATE);
	const struct state_words *words;

	ensure(state >= 0 && state < (int64_t)ARRAY_LEN(states));
	words = &states[state];
	json_open(&r->reply, key);
	put_video(r, q, state == STATE_READY ? store_text(q, VIDEO_PATH) :
	    TEXT(PROCESSING));
	json_put_string(&r->reply, "state", text_of(words->name));
	json_put_string(&r->reply, "reason", text_of(state == STATE_FAILED ?
	    reason_of(r, q) : words->reason[r->language]));
	json_close(&r->reply);
}

/* `mm-dd` in the site's time zone (API.md D17). */
static struct text
format_date(struct request *r, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm local;

	localtime_r(&seconds, &local);
	return text_of(arena_printf(&r->arena, "%02d-%02d", local.tm_mon + 1,
	    local.tm_mday));
}

void
view_comment(struct request *r, const char *key, const struct query *q)
{
	struct json *json = &r->reply;

	json_open(json, key);
	json_put_integer(json, "id", store_integer(q, COMMENT_ID));
	view_user(r, "user", q, COMMENT_USER);
	json_put_string(json, "content", store_text(q, COMMENT_CONTENT));
	json_put_string(json, "create_date",
	    format_date(r, store_integer(q, COMMENT_CREATE_MS)));
	json_close(json);
}

void
view_user_row(struct request *r, const struct query *q)
{
	view_user(r, NULL, q, 0);
}

void
view_video_row(struct request *r, const struct query *q)
{
	view_video(r, NULL, q);
}

void
view_own_video_row(struct request *r, const struct query *q)
{
	view_own_video(r, NULL, q);
}

void
view_comment_row(struct request *r, const struct query *q)
{
	view_comment(r, NULL, q);
}

void
view_friend_row(struct request *r, const struct query *q)
{
	bool sent = store_integer(q, FRIEND_FROM) == r->viewer;
	struct json *json = &r->reply;

	json_open(json, NULL);
	put_user(r, q, 0);
	json_put_string(json, "message", store_text(q, FRIEND_CONTENT));
	if (conf->friend_msg_key != friend_msg_key_msg_type)
		json_put_integer(json, "msgType", sent);
	if (conf->friend_msg_key != friend_msg_key_msgType)
		json_put_integer(json, "msg_type", sent);
	json_close(json);
}

enum err
view_no_list(struct request *r, const char *key)
{
	json_open_list(&r->reply, key);
	json_close_list(&r->reply);
	json_put_integer(&r->reply, "next_before", 0);
	return OK;
}

enum err
view_list(struct request *r, const char *key, struct query *q,
    void (*row)(struct request *, const struct query *), int page,
    int64_t limit)
{
	int64_t count = 0, last = 0;
	bool full = false;
	enum err e;

	json_open_list(&r->reply, key);
	while (!full && store_next(q)) {
		row(r, q);
		last = store_integer(q, page);
		full = ++count == limit || r->reply.length > VIEW_PAGE_BYTES;
	}
	json_close_list(&r->reply);
	if (!(e = store_done(q)))
		json_put_integer(&r->reply, "next_before", full ? last : 0);
	return e;
}
