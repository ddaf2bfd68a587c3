/* How much memory ffmpeg needs of the largest picture that we take, with the
 * very arguments that it gets. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf.h"
#include "cover.h"
#include "film.h"
#include "media.h"
#include "place.h"
#include "site.h"
#include "spool.h"

#define FILM_MOST 450		/* MiB */
#define COVER_MOST 300

/* As a phone makes it, but dark: the search for a cover sees all of it. */
#define DRAW "color=c=black:size=4096x2304:rate=24,format=yuv420p10le"
#define CURVE "log-level=none:pools=none:frame-threads=1:" \
	"colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
/* More than decoder and encoder hold at once. */
#define FRAMES "18"

static char base[] = "/tmp/mini-tiktok-film-XXXXXX";
static struct arena arena;
static struct source source = { .name = MEDIA_FILE(MEDIA_INPUT),
    .demuxer = "mov", .foreign = true };
static const struct probe probe = { .width = 4096, .height = 2304,
    .duration_ms = 750, .hdr = true };

static int
run(const char *const *argv)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static int
draw(void)
{
	return run((const char *const[]){ "/usr/bin/ffmpeg", "-nostdin", "-v",
	    "error", "-f", "lavfi", "-i", DRAW, "-frames:v", FRAMES, "-c:v",
	    "libx265", "-preset", "ultrafast", "-x265-params", CURVE, "-f",
	    "mp4", MEDIA_INPUT, NULL });
}

static enum err
convert(void)
{
	return film_convert(&arena, &source, &probe, 600000);
}

static enum err
take_cover(void)
{
	return cover_make(&arena, &source, &probe, MEDIA_COVER);
}

/* MiB that the largest of the programs had resident that a call runs; in a
 * process of its own, whose only children they are. */
static int
peak_of(enum err (*call)(void), const char *result)
{
	struct rusage usage;
	int status, ends[2];
	long peak = 0;
	pid_t pid;
	enum err e;

	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		e = call();
		getrusage(RUSAGE_CHILDREN, &usage);
		(void)!write(ends[1], &usage.ru_maxrss, sizeof(long));
		_exit((int)e);
	}
	close(ends[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(read(ends[0], &peak, sizeof(peak)), sizeof(peak));
	close(ends[0]);
	assert_int_equal(faccessat(source.directory, result, F_OK, 0), 0);
	return (int)(peak / 1024);
}

/* And not so little that it is somebody else's. */
static void
the_largest_hdr_film_fits_a_small_machine(void **state)
{
	(void)state;
	assert_in_range(peak_of(convert, MEDIA_VIDEO), 200, FILM_MOST);
}

static void
its_cover_takes_less(void **state)
{
	(void)state;
	assert_in_range(peak_of(take_cover, MEDIA_COVER), 200, COVER_MOST);
}

static int
enter(void **state)
{
	char name[SPOOL_NAME];

	(void)state;
	arena_init(&arena, 8 * MIB);
	if (mkdtemp(base) == NULL || chdir(base) != 0 || !place_setup() ||
	    setenv("MT_FFMPEG_SECONDS", "600", 1) != 0 ||
	    setenv("MT_CONVERT_PRIORITY", "low", 1) != 0 ||
	    !conf_load(SITE_SETTINGS) ||
	    spool_open(&arena, &source.directory, name) ||
	    fchdir(source.directory) != 0 || draw() != 0)
		return -1;
	return chdir(base);
}

static int
leave(void **state)
{
	(void)state;
	arena_free(&arena);
	return chdir("/") != 0 || run((const char *const[]){ "/bin/rm", "-rf",
	    base, NULL }) != 0 ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_hdr_film_fits_a_small_machine),
		cmocka_unit_test(its_cover_takes_less),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
