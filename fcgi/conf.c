#include "conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "network.h"
#include "text.h"

#define LINE_LONGEST 1024

static struct conf settings = {
#define NUMBER(name, value, low, high, unit, words) .name = (value),
#define CHOICE(name, first, second, third, words) .name = name##_##first,
#define STRING(name, value, longest, form, words) .name = value,
#include "settings.def"
#undef NUMBER
#undef CHOICE
#undef STRING
};

const struct conf *const conf = &settings;

enum kind { NUMBER, CHOICE, URL, PATH, ZONE, REDIS, NETWORKS };

static const struct row {
	const char *name;
	enum kind kind;
	void *where;
	int64_t low, high;	/* of a string: high is its longest */
	const char *value[3];	/* the default first, then a CHOICE's others */
	const char *unit, *words;
} rows[] = {
#define NUMBER(name, value, low, high, unit, words) \
	{ #name, NUMBER, &settings.name, low, high, { #value }, unit, words },
#define CHOICE(name, first, second, third, words) \
	{ #name, CHOICE, &settings.name, 0, 0, { #first, #second, #third }, \
	    NULL, words },
#define STRING(name, value, longest, form, words) \
	{ #name, form, settings.name, 0, longest, { value }, NULL, words },
#include "settings.def"
#undef NUMBER
#undef CHOICE
#undef STRING
};

static bool
wrong(const char *where, const char *name, const char *why)
{
	fprintf(stderr, "mini-tiktok: %s: %s: %s\n", where, name, why);
	return false;
}

/* Reads an integer with an optional suffix k, m or g. */
static bool
read_number(struct text text, int64_t *value)
{
	static const char suffixes[] = "kmg";
	const char *suffix = NULL;
	int shift = 0;

	if (text.length > 1)
		suffix = strchr(suffixes, text.bytes[text.length - 1] | 0x20);
	if (suffix != NULL) {
		text.length--;
		shift = 10 * (int)(suffix - suffixes + 1);
	}
	return text_integer(text, value) &&
	    *value <= INT64_MAX >> shift && *value >= INT64_MIN >> shift &&
	    (*value *= INT64_C(1) << shift, true);
}

static bool
set_number(const struct row *row, struct text value, const char *where)
{
	int64_t number;
	char why[96];

	if (!read_number(value, &number))
		return wrong(where, row->name, "not a whole number");
	if (number < row->low || number > row->high) {
		snprintf(why, sizeof(why), "must be from %lld to %lld %s",
		    (long long)row->low, (long long)row->high, row->unit);
		return wrong(where, row->name, why);
	}
	*(int64_t *)row->where = number;
	return true;
}

static bool
set_choice(const struct row *row, struct text value, const char *where)
{
	unsigned choice;
	char why[96];

	for (choice = 0; choice < ARRAY_LEN(row->value); choice++)
		if (value.length > 0 && text_is(value, row->value[choice])) {
			/* All enums of the table are alike. */
			memcpy(row->where, &choice, sizeof(enum language));
			return true;
		}
	snprintf(why, sizeof(why), "must be %s%s%s or %s", row->value[0],
	    row->value[2][0] != '\0' ? ", " : "", row->value[2],
	    row->value[1]);
	return wrong(where, row->name, why);
}

static bool
are_networks(struct text list)
{
	struct network unused;
	bool good;

	while (network_next(&list, &unused, &good))
		continue;
	return good;
}

static bool
set_string(const struct row *row, struct text value, const char *where)
{
	struct address unused;
	size_t points;
	char *to = row->where;

	if (value.length > (size_t)row->high)
		return wrong(where, row->name, "too long");
	if (!text_check(value, TEXT_LINE, &points))
		return wrong(where, row->name, "not printable UTF-8");
	if (row->kind == PATH && !text_starts(value, "/"))
		return wrong(where, row->name, "must be an absolute path");
	if (row->kind == URL && value.length > 0 &&
	    !text_starts(value, "http://") && !text_starts(value, "https://"))
		return wrong(where, row->name,
		    "must begin with http:// or https://");
	if (row->kind == REDIS && value.length > 0 &&
	    !address_parse(value, &unused))
		return wrong(where, row->name,
		    "must be like redis://user:password@host:port/database "
		    "or unix:///path?db=N");
	if (row->kind == NETWORKS && !are_networks(value))
		return wrong(where, row->name,
		    "must be addresses or ranges such as 192.0.2.7, "
		    "10.0.0.0/8, 2001:db8::/32");
	memcpy(to, value.bytes, value.length);
	to[value.length] = '\0';
	return true;
}

static bool
set(const struct row *row, struct text value, const char *where)
{
	switch (row->kind) {
	case NUMBER:
		return set_number(row, value, where);
	case CHOICE:
		return set_choice(row, value, where);
	case URL:
	case PATH:
	case ZONE:
	case REDIS:
	case NETWORKS:
		return set_string(row, value, where);
	}
	return false;
}

static const struct row *
find(struct text name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (text_is(name, rows[i].name))
			return &rows[i];
	return NULL;
}

/* One line of the file: blank, a comment, or `name = value`. */
static bool
read_line(struct text line, const char *where)
{
	struct text name;
	const struct row *row;

	line = text_trim(line);
	if (line.length == 0 || line.bytes[0] == '#')
		return true;
	if (memchr(line.bytes, '=', line.length) == NULL)
		return wrong(where, "syntax", "expected name = value");
	text_split(&line, '=', &name);
	name = text_trim(name);
	if ((row = find(name)) == NULL) {
		fprintf(stderr, "mini-tiktok: %s: no setting is called "
		    "\"%.*s\"\n", where, (int)name.length, name.bytes);
		return false;
	}
	return set(row, text_trim(line), where);
}

static bool
load_file(const char *path)
{
	char line[LINE_LONGEST], where[64];
	FILE *file = fopen(path, "re");
	int number = 0;
	bool good = true;

	if (file == NULL)
		return errno == ENOENT || wrong(path, "open", strerror(errno));
	while (good && fgets(line, sizeof(line), file) != NULL) {
		snprintf(where, sizeof(where), "%.40s:%d", path, ++number);
		if (strchr(line, '\n') == NULL && !feof(file))
			good = wrong(where, "syntax", "line too long");
		else
			good = read_line((struct text){ line,
			    strcspn(line, "\r\n") }, where);
	}
	if (good && ferror(file))
		good = wrong(path, "read", strerror(errno));
	fclose(file);
	return good;
}

/* MT_NAME in the environment: the setting's name in capitals. */
static bool
load_environment(void)
{
	char variable[64];
	const char *value;
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		n = (size_t)snprintf(variable, sizeof(variable), "MT_%s",
		    rows[i].name);
		for (; n > 3; n--)
			if (variable[n - 1] >= 'a' && variable[n - 1] <= 'z')
				variable[n - 1] -= 'a' - 'A';
		if ((value = getenv(variable)) != NULL &&
		    !set(&rows[i], text_trim(text_of(value)), variable))
			return false;
	}
	return true;
}

/* Dates are printed in the setting's zone (tzset(3), tzfile(5)). */
static bool
apply_time_zone(void)
{
	char path[128];

	if (settings.time_zone[0] != '\0') {
		snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s",
		    settings.time_zone);
		if (strstr(path, "..") != NULL || access(path, R_OK) != 0)
			return wrong("settings", "time_zone",
			    "no such time zone");
		if (setenv("TZ", settings.time_zone, 1) != 0)
			return wrong("settings", "time_zone", strerror(errno));
	}
	tzset();
	return true;
}

bool
conf_load(const char *file)
{
	return load_file(file) && load_environment() && apply_time_zone();
}

static void
describe_markdown(FILE *out, const struct row *row)
{
	fprintf(out, "| `%s` | `%s` | ", row->name,
	    row->value[0][0] != '\0' ? row->value[0] : "\"\"");
	if (row->kind == NUMBER)
		fprintf(out, "%lld … %lld %s", (long long)row->low,
		    (long long)row->high, row->unit);
	else if (row->kind == CHOICE)
		fprintf(out, row->value[2][0] != '\0' ? "`%s`, `%s`, `%s`" :
		    "`%s`, `%s`", row->value[0], row->value[1], row->value[2]);
	else
		fprintf(out, "≤ %lld bytes", (long long)row->high);
	fprintf(out, " | %s |\n", row->words);
}

void
conf_describe(FILE *out, bool markdown)
{
	size_t i;

	if (markdown)
		fputs("| setting | default | values | what it is for |\n"
		    "|---|---|---|---|\n", out);
	else
		fputs("# The site's settings; those commented out show the "
		    "defaults.\n# Changes take effect at the next start.\n",
		    out);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		if (markdown)
			describe_markdown(out, &rows[i]);
		else
			fprintf(out, "\n# %s\n#%s = %s\n", rows[i].words,
			    rows[i].name, rows[i].value[0]);
	}
}
