#include "shelf.h"

/* Of each column of a shape: i an integer, s a text, - what is not kept. */
static const char user_columns[] = "isiisss-ii-";
static const char video_columns[] = "isss-ii-";
_Static_assert(sizeof(user_columns) == USER_COLUMNS + 1, "a user's");
_Static_assert(sizeof(video_columns) == VIDEO_AUTHOR + 1, "a video's");

static struct shelf_keys
keys(struct lookup *l, enum cache_kind object, enum cache_kind likes,
    int64_t id)
{
	return (struct shelf_keys){
		lookup_add(l, (struct cache_key){ object, id, 0 }),
		lookup_add(l, (struct cache_key){ likes, id, 0 }),
	};
}

struct shelf_keys
shelf_user_keys(struct lookup *l, int64_t user)
{
	return keys(l, CACHE_USER, CACHE_USER_LIKES, user);
}

struct shelf_keys
shelf_video_keys(struct lookup *l, int64_t video)
{
	return keys(l, CACHE_VIDEO, CACHE_VIDEO_LIKES, video);
}

static struct text
pack_columns(struct arena *arena, const struct query *q, int first,
    const char *columns)
{
	struct pack p;
	int i;

	pack_start(&p, arena, CACHE_VALUE_MOST);
	for (i = 0; columns[i] != '\0'; i++)
		if (columns[i] == 'i')
			pack_integer(&p, store_integer(q, first + i));
		else if (columns[i] == 's')
			pack_text(&p, store_text(q, first + i));
	return pack_done(&p);
}

static struct text
pack_likes(struct arena *arena, int64_t likes)
{
	struct pack p;

	pack_start(&p, arena, CACHE_VALUE_MOST);
	pack_integer(&p, likes);
	return pack_done(&p);
}

/* Reads one piece; what does not hold just these columns is a miss. */
static bool
unpack_columns(struct lookup *l, size_t number, struct value *row,
    const char *columns)
{
	struct unpack u;
	int i;

	if (!lookup_open(l, number, &u))
		return false;
	for (i = 0; columns[i] != '\0'; i++)
		if (columns[i] == 'i')
			row[i] = INT(unpack_integer(&u));
		else if (columns[i] == 's')
			row[i] = STR(unpack_text(&u));
	if (unpack_is_good(&u) && !unpack_more(&u))
		return true;
	lookup_spoil(l, number);
	return false;
}

bool
shelf_user(struct lookup *l, struct shelf_keys k, struct value *row)
{
	return unpack_columns(l, k.object, row, user_columns) &&
	    unpack_columns(l, k.likes, &row[USER_TOTAL_FAVORITED], "i");
}

bool
shelf_video(struct lookup *l, struct shelf_keys k, struct value *row)
{
	return unpack_columns(l, k.object, row, video_columns) &&
	    unpack_columns(l, k.likes, &row[VIDEO_FAVORITE_COUNT], "i");
}

static void
keep(struct lookup *l, struct shelf_keys k, struct arena *arena,
    const struct query *q, int first, const char *columns, int likes)
{
	if (lookup_wants(l, k.object))
		lookup_put(l, k.object, pack_columns(arena, q, first,
		    columns));
	if (lookup_wants(l, k.likes))
		lookup_put(l, k.likes, pack_likes(arena,
		    store_integer(q, first + likes)));
}

void
shelf_keep_user(struct lookup *l, struct shelf_keys k, struct arena *arena,
    const struct query *q, int first)
{
	keep(l, k, arena, q, first, user_columns, USER_TOTAL_FAVORITED);
}

void
shelf_keep_video(struct lookup *l, struct shelf_keys k, struct arena *arena,
    const struct query *q)
{
	keep(l, k, arena, q, 0, video_columns, VIDEO_FAVORITE_COUNT);
}

void
shelf_put_video(struct arena *arena, const struct query *q)
{
	int64_t id = store_integer(q, VIDEO_ID);

	cache_put((struct cache_key){ CACHE_VIDEO, id, 0 },
	    pack_columns(arena, q, 0, video_columns));
	cache_put((struct cache_key){ CACHE_VIDEO_LIKES, id, 0 },
	    pack_likes(arena, store_integer(q, VIDEO_FAVORITE_COUNT)));
}
