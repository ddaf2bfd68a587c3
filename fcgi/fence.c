/* Sources: landlock(7), Documentation/userspace-api/landlock.  The numbers are
 * the kernel's: the header of Debian 12 lacks the newer ones, and the library
 * has none of the calls. */
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define VERSION_FLAG 1U
#define RULE_PATH 1

/* Rights on files, by the version that brought them. */
#define EXECUTE (UINT64_C(1) << 0)
#define WRITE_FILE (UINT64_C(1) << 1)
#define READ_FILE (UINT64_C(1) << 2)
#define READ_DIRECTORY (UINT64_C(1) << 3)
#define ALL_OF_1 ((UINT64_C(1) << 13) - 1)
#define TRUNCATE (UINT64_C(1) << 14)
#define READING (READ_FILE | READ_DIRECTORY)

static const struct {
	int version;
	uint64_t files, net, scoped;
} handled[] = {
	{ 1, ALL_OF_1, 0, 0 },
	{ 2, UINT64_C(1) << 13, 0, 0 },	/* to another directory */
	{ 3, TRUNCATE, 0, 0 },
	{ 4, 0, 3, 0 },			/* TCP: bind and connect */
	{ 5, UINT64_C(1) << 15, 0, 0 },	/* devices' ioctl */
	{ 6, 0, 0, 3 },			/* abstract sockets, signals */
};

struct ruleset {
	uint64_t files, net, scoped;
};

/* struct landlock_path_beneath_attr */
struct rule {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* Where the libraries lie, the loader among them. */
static const char *const libraries[] = {
	"/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64",
	"/usr/local/lib",
};

static const char *const plain_files[] = {
	"/etc/ld.so.cache", "/dev/zero", "/dev/urandom",
};

/* A path that is not there needs no rule. */
static bool
allow(int ruleset, const char *path, uint64_t rights)
{
	struct rule rule = { .allowed = rights };
	bool added;

	rule.parent = open(path, O_PATH | O_CLOEXEC |
	    (rights & READ_DIRECTORY ? O_DIRECTORY : 0));
	if (rule.parent < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	added = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH, &rule, 0)
	    == 0;
	close(rule.parent);
	return added;
}

static bool
allow_all(int ruleset, const char *const *paths, size_t count, uint64_t rights)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!allow(ruleset, paths[i], rights))
			return false;
	return true;
}

/* The directory of the program, and what is beside it: `ways` of a script, the
 * libraries of a program in a place of its own. */
static bool
allow_place(int ruleset, const char *program, uint64_t rights)
{
	char place[256];
	const char *end = strrchr(program, '/');
	size_t n = end != NULL ? (size_t)(end - program) : 0;

	if (n == 0 || n + sizeof("/../lib") > sizeof(place))
		return true;
	memcpy(place, program, n);
	place[n] = '\0';
	if (!allow(ruleset, place, rights))
		return false;
	memcpy(place + n, "/../lib", sizeof("/../lib"));
	return allow(ruleset, place, rights);
}

static bool
allow_what_is_needed(int ruleset, const struct fence *fence, uint64_t files)
{
	const char *const *path;

	if (!allow(ruleset, ".", files) ||
	    !allow(ruleset, fence->program, EXECUTE | READ_FILE) ||
	    !allow_all(ruleset, libraries, ARRAY_LEN(libraries),
	    READING | EXECUTE) ||
	    !allow_all(ruleset, plain_files, ARRAY_LEN(plain_files),
	    READ_FILE) ||
	    !allow(ruleset, "/dev/null", READ_FILE | WRITE_FILE) ||
	    !allow_place(ruleset, fence->program, fence->script ?
	    READING | EXECUTE : READING))
		return false;
	if (fence->script && (!allow(ruleset, "/usr", READING | EXECUTE) ||
	    !allow(ruleset, "/bin", READING | EXECUTE)))
		return false;
	for (path = fence->readable; path != NULL && *path != NULL; path++)
		if (!allow(ruleset, *path, READING))
			return false;
	return true;
}

bool
fence_self(const struct fence *fence)
{
	struct ruleset attributes = { 0, 0, 0 };
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    VERSION_FLAG);
	int ruleset;
	bool fenced;
	size_t i;

	if (version < 1)
		return true;	/* not built in, or not switched on */
	for (i = 0; i < ARRAY_LEN(handled); i++)
		if (version >= handled[i].version) {
			attributes.files |= handled[i].files;
			attributes.net |= handled[i].net;
			attributes.scoped |= handled[i].scoped;
		}
	/* An older kernel takes the longer struct where the rest is 0. */
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes,
	    sizeof(attributes), 0);
	if (ruleset < 0)
		return false;
	fenced = allow_what_is_needed(ruleset, fence, attributes.files) &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return fenced;
}
