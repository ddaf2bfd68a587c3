#include "args.h"

#include <string.h>

bool
args_find(const struct request *r, const char *name, const char *alias,
    struct text *value)
{
	const struct form *forms[] = { &r->asked, &r->sent };
	const char *spellings[] = { name, alias };
	size_t i;

	/* The query's name, the form's, then the alias in the same order. */
	for (i = 0; i < 4; i++)
		if (spellings[i / 2] != NULL &&
		    form_find(forms[i % 2], spellings[i / 2], value) &&
		    value->length > 0)
			return true;
	return false;
}

bool
args_given(const struct request *r, const char *name)
{
	struct text unused;

	return form_find(&r->asked, name, &unused) ||
	    form_find(&r->sent, name, &unused);
}

int64_t
args_high(const struct param *param)
{
	int64_t high;

	if (param->kind < PARAM_LIMIT)
		return ID_MAX;
	if (param->kind == PARAM_ACTION)
		return (int64_t)param->high;
	memcpy(&high, (const char *)conf + param->high, sizeof(high));
	return high;
}

/* What a number is when it is absent or, where that is fine, unreadable. */
static int64_t
number_otherwise(const struct param *param)
{
	switch (param->kind) {
	case PARAM_BEFORE:
	case PARAM_LIMIT:
		return args_high(param);
	default:
		return 0;
	}
}

static enum err
decode_number(const struct param *param, struct text value, int64_t *number)
{
	bool good = text_integer(value, number);
	bool bounded = good && *number >= 1 && *number <= args_high(param);

	switch (param->kind) {
	case PARAM_BEFORE:
	case PARAM_LIMIT:
		if (!bounded)
			*number = number_otherwise(param);
		return OK;
	default:
		break;
	}
	if (param->kind != PARAM_TIME && param->need != PARAM_LOOSE)
		return bounded ? OK : ERR_PARAM_INVALID;
	/* A readable number that is nobody's id is not "absent". */
	if (!good)
		*number = 0;
	return OK;
}

static enum err
decode_text(const struct param *param, struct text value, struct text *text)
{
	enum text_rule rule =
	    param->kind == PARAM_LINES ? TEXT_LINES : TEXT_LINE;
	size_t points;

	/* A name that begins or ends with a blank looks like another one. */
	if (!text_check(value, rule, &points) || (param->kind == PARAM_LINE &&
	    text_trim(value).length != value.length))
		return ERR_PARAM_TEXT;
	if (points < param->low)
		return ERR_PARAM_INVALID;
	if (points > (size_t)args_high(param) || (param->kind == PARAM_SECRET &&
	    value.length > PARAM_SECRET_BYTES))
		return ERR_PARAM_TOO_LONG;
	*text = value;
	return OK;
}

/* What has come of a file that the table expects. */
static struct upload
find_upload(const struct request *r, const char *name)
{
	size_t i = 0;

	while (strcmp(r->uploads[i].name, name) != 0)
		ensure(++i < MULTIPART_FILES);
	return r->uploads[i];
}

static enum err
decode_one(struct request *r, const struct param *param, char *args)
{
	void *member = args + param->offset;
	struct text value = { "", 0 };
	bool found;

	if (param->kind == PARAM_PART) {
		*(struct upload *)member = find_upload(r, param->name);
		return OK;
	}
	found = args_find(r, param->name, param->alias, &value);
	if (!found && param->need == PARAM_NEEDED)
		return ERR_PARAM_MISSING;
	if (param->kind < PARAM_LINE) {
		*(int64_t *)member = number_otherwise(param);
		return found ? decode_number(param, value, member) : OK;
	}
	*(struct text *)member = value;
	return found ? decode_text(param, value, member) : OK;
}

enum err
args_decode(struct request *r, const struct param *params, size_t count,
    void *args)
{
	enum err e;
	size_t i;

	for (i = 0; i < count; i++)
		if ((e = decode_one(r, &params[i], args)))
			return request_refuse(r, e, params[i].name);
	return OK;
}
