/* conf.h - the settings: a table in settings.def, a struct for the program.
 *
 * conf_load() runs once, at the start of a process; from then on the settings
 * are read through `conf` and never change.  An unknown name or a value out of
 * bounds stops the start with a message that names it: a site never runs with
 * a setting that its owner did not mean.
 */
#ifndef CONF_H
#define CONF_H

#include <stdio.h>

#include "base.h"

/* enum language { language_zh, language_en } and so on: the default is 0;
 * where there is no third word, the third enumerator has no name to use. */
#define NUMBER(name, value, low, high, unit, words)
#define CHOICE(name, first, second, third, words) \
	enum name { name##_##first, name##_##second, name##_##third };
#define STRING(name, value, longest, form, words)
#include "settings.def"
#undef NUMBER
#undef CHOICE
#undef STRING

struct conf {
#define NUMBER(name, value, low, high, unit, words) int64_t name;
#define CHOICE(name, first, second, third, words) enum name name;
#define STRING(name, value, longest, form, words) char name[(longest) + 1];
#include "settings.def"
#undef NUMBER
#undef CHOICE
#undef STRING
};

extern const struct conf *const conf;

/* Reads defaults, then the file (which may be missing), then the environment.
 * Returns false and prints the reason on standard error when one is wrong. */
bool	conf_load(const char *file);

/* Prints the table: `markdown` as for the README, else as a settings.conf
 * with every line commented out. */
void	conf_describe(FILE *, bool markdown);

#endif
