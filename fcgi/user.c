#include "user.h"

#include "cache.h"
#include "gate.h"
#include "password.h"
#include "pause.h"
#include "picture.h"
#include "redis.h"
#include "shelf.h"
#include "store.h"
#include "token.h"
#include "view.h"

/* What register and log-in both answer. */
static enum err
answer_token(struct request *r, const struct token *token)
{
	struct text text;
	enum err e;

	if ((e = token_make(&r->arena, token, r->now_ms, &text)))
		return e;
	json_put_integer(&r->reply, "user_id", token->user_id);
	json_put_string(&r->reply, "token", text);
	return OK;
}

/* Finds an account by name: its token, and the hash in the arena.  Without
 * such an account the id is 0 and the hash is empty. */
static enum err
find_login(struct request *r, struct text name, struct token *token,
    struct text *hash)
{
	struct query q;
	struct text found;

	*token = (struct token){ 0 };
	*hash = text_of("");
	store_start(&q, SQL_USER_LOGIN, STR(name));
	if (store_next(&q)) {
		token->user_id = store_integer(&q, 0);
		token->version = store_integer(&q, 2);
		found = store_text(&q, 1);
		*hash = text_of(arena_copy(&r->arena, found.bytes,
		    found.length));
	}
	return store_done(&q);
}

static enum err
insert(struct text name, const char *hash, int64_t now_ms,
    struct token *token)
{
	struct query q;
	enum err e;

	if ((e = store_begin()))
		return e;
	store_start(&q, SQL_USER_INSERT, STR(name), STR(text_of(hash)),
	    INT(now_ms));
	if (store_next(&q)) {
		token->user_id = store_integer(&q, 0);
		token->version = store_integer(&q, 1);
	}
	return store_end(store_done(&q));
}

enum err
user_register(struct request *r, const struct user_register_args *args)
{
	char hash[PASSWORD_HASH];
	struct token token;
	struct text unused;
	enum err e;

	/* A taken name costs no hash; a race is settled by the insert. */
	if ((e = find_login(r, args->username, &token, &unused)))
		return e;
	if (token.user_id != 0)
		return ERR_NAME_TAKEN;
	if ((e = password_hash(args->password, hash)) ||
	    (e = insert(args->username, hash, r->now_ms, &token)))
		return e;
	if (token.user_id == 0)
		return ERR_NAME_TAKEN;
	return answer_token(r, &token);
}

/* A user's profile in the cache. */
struct profile {
	struct lookup lookup;
	struct shelf_keys keys;
	bool found;
	struct value row[USER_COLUMNS];
};

static void
look_up(struct request *r, int64_t id, struct profile *p)
{
	lookup_start(&p->lookup, gate_space(r));
	p->keys = shelf_user_keys(&p->lookup, id);
	p->found = lookup_read(&p->lookup) &&
	    shelf_user(&p->lookup, p->keys, p->row);
}

/* Shows what was found there; whether the viewer follows them is not. */
static enum err
show_cached(struct request *r, int64_t id, struct profile *p, bool *shown)
{
	int64_t follows = 0;
	struct query q;
	enum err e;

	if (!(*shown = p->found))
		return OK;
	if (id != r->viewer && (e = store_first(&follows,
	    SQL_RELATION_FOLLOWS_ONE, INT(r->viewer), INT(id))))
		return e;
	p->row[USER_IS_FOLLOW] = INT(follows);
	q = store_of_values(p->row);
	view_user(r, "user", &q, 0);
	return OK;
}

/* Reads a profile from the database, to show it or not, and keeps what the
 * cache lacked. */
static enum err
read_profile(struct request *r, int64_t id, struct profile *p, bool show,
    bool *found)
{
	struct query q;
	enum err e;

	store_start(&q, SQL_USER_SHOW, INT(id), INT(r->viewer));
	if ((*found = store_next(&q))) {
		if (show)
			view_user(r, "user", &q, 0);
		shelf_keep_user(&p->lookup, p->keys, &r->arena, &q, 0);
	}
	if (!(e = store_done(&q)))
		lookup_fill(&p->lookup);
	return e;
}

/* Who logs in looks at their profile next. */
static void
warm_profile(struct request *r, int64_t id)
{
	struct profile p;
	bool unused;

	if (!redis_is_usable() || gate_need(r))
		return;
	look_up(r, id, &p);
	if (!p.found)
		(void)read_profile(r, id, &p, false, &unused);
}

enum err
user_login(struct request *r, const struct user_login_args *args)
{
	struct token token;
	struct text hash;
	enum err e;

	if ((e = find_login(r, args->username, &token, &hash)))
		return e;
	if (!password_matches(args->password, hash))
		return ERR_LOGIN_WRONG;
	warm_profile(r, token.user_id);
	return answer_token(r, &token);
}

/* The hash, in the arena, and the version that goes with it. */
static enum err
find_password(struct request *r, struct token *token, struct text *hash)
{
	struct query q;
	struct text found;

	*hash = text_of("");
	store_start(&q, SQL_USER_PASSWORD, INT(r->viewer));
	if (store_next(&q)) {
		found = store_text(&q, 0);
		token->version = store_integer(&q, 1);
		*hash = text_of(arena_copy(&r->arena, found.bytes,
		    found.length));
	}
	return store_done(&q);
}

/* Of two changes at once the first one ends the other's token. */
static enum err
set_password(struct token *token, const char *hash)
{
	enum err e;

	if ((e = store_begin()))
		return e;
	e = store_first(&token->version, SQL_USER_SET_PASSWORD,
	    INT(token->user_id), STR(text_of(hash)), INT(token->version));
	if (!e && token->version == 0)
		e = ERR_TOKEN_INVALID;
	return store_end(e);
}

enum err
user_password(struct request *r, const struct user_password_args *args)
{
	struct token token = { .user_id = r->viewer };
	char hash[PASSWORD_HASH];
	struct text old;
	enum err e;

	if ((e = find_password(r, &token, &old)))
		return e;
	if (!password_matches(args->old_password, old))
		return ERR_PASSWORD_WRONG;
	if ((e = password_hash(args->new_password, hash)) ||
	    (e = set_password(&token, hash)))
		return e;
	return answer_token(r, &token);
}

enum err
user_show(struct request *r, const struct user_show_args *args)
{
	int64_t id = args->user_id == 0 ? r->viewer : args->user_id;
	struct profile profile;
	bool shown;
	enum err e;

	if (id != r->viewer && conf->user_self_only == user_self_only_on)
		return ERR_NOT_YOURSELF;
	if (gate_no_user(r, id))
		return ERR_USER_UNKNOWN;
	look_up(r, id, &profile);
	if ((e = show_cached(r, id, &profile, &shown)) || shown)
		return e;
	if ((e = read_profile(r, id, &profile, true, &shown)))
		return e;
	return shown ? OK : ERR_USER_UNKNOWN;
}

/* What an update brings, and what it takes the place of. */
struct update {
	struct picture avatar, background;
	bool signature_given;
	struct text signature;
	const char *old_avatar, *old_background;
};

static enum err
import(struct request *r, const struct upload *upload, enum picture_use use,
    struct picture *picture)
{
	if (upload->count > 1)
		return ERR_FILE_SEVERAL;
	if (!upload->named)
		return OK;
	return picture_import(picture, use, &r->arena, r->body, upload->start,
	    upload->size, &r->detail);
}

/* The pictures of now, in the arena; without an account its token is none. */
static enum err
find_old(struct request *r, struct update *update)
{
	struct query q;
	struct text avatar, background;
	bool found;
	enum err e;

	store_start(&q, SQL_USER_PICTURES, INT(r->viewer));
	if ((found = store_next(&q))) {
		avatar = store_text(&q, 0);
		background = store_text(&q, 1);
		update->old_avatar = arena_copy(&r->arena, avatar.bytes,
		    avatar.length);
		update->old_background = arena_copy(&r->arena,
		    background.bytes, background.length);
	}
	if ((e = store_done(&q)))
		return e;
	return found ? OK : ERR_TOKEN_INVALID;
}

static enum err
write_update(struct request *r, struct update *update)
{
	enum err e;

	if ((e = store_begin()))
		return e;
	cache_touch_user(r->viewer);
	if (!(e = find_old(r, update)))
		e = store_run(SQL_USER_UPDATE, INT(r->viewer),
		    STR(text_of(update->avatar.path)),
		    STR(text_of(update->background.path)),
		    STR(update->signature), INT(update->signature_given));
	return store_end(e);
}

/* As the database has it: what this request knows of the cache is older. */
static enum err
show_changed(struct request *r)
{
	struct query q;

	store_start(&q, SQL_USER_SHOW, INT(r->viewer), INT(r->viewer));
	if (store_next(&q))
		view_user(r, "user", &q, 0);
	return store_done(&q);
}

/* Places what has come and writes the row; of the old and the new pictures
 * those are removed that no row names then. */
static enum err
apply(struct request *r, struct update *update)
{
	struct picture *avatar = &update->avatar;
	struct picture *background = &update->background;
	enum err e;

	if (!(e = picture_place(avatar, r->viewer)) &&
	    !(e = picture_place(background, r->viewer))) {
		PAUSE("update_placed");
		e = write_update(r, update);
	}
	PAUSE("update_written");
	if (avatar->path[0] != '\0')
		picture_remove(e ? avatar->path : update->old_avatar);
	if (background->path[0] != '\0')
		picture_remove(e ? background->path : update->old_background);
	return e;
}

enum err
user_update(struct request *r, const struct user_update_args *args)
{
	struct update update = { .signature = args->signature,
	    .signature_given = args_given(r, "signature") };
	enum err e;

	if (!args->avatar.named && !args->background_image.named &&
	    !update.signature_given)
		return request_refuse(r, ERR_PARAM_MISSING,
		    "avatar, background_image, signature");
	if ((e = import(r, &args->avatar, PICTURE_AVATAR, &update.avatar)) ||
	    (e = import(r, &args->background_image, PICTURE_BACKGROUND,
	    &update.background)) ||
	    (e = apply(r, &update)))
		return e;
	return show_changed(r);
}
