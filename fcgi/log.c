#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A process has one name and at most one request: they are its log's state. */
static char process_name[16] = "mini-tiktok";
static char request_id[40] = "-";

void
log_name(const char *name)
{
	snprintf(process_name, sizeof(process_name), "%s", name);
}

void
log_request(const char *id)
{
	snprintf(request_id, sizeof(request_id), "%s", id != NULL ? id : "-");
}

/* Writes text with control characters as \xXX; returns the bytes used. */
static size_t
escape(char *out, size_t room, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *text != '\0' && room - n > 4; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != 0x7f) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}

void
log_line(enum log_level level, const char *format, ...)
{
	static const char *const names[] = { "INFO", "WARNING", "ERROR" };
	char line[LOG_LINE], text[LOG_LINE];
	va_list values;
	struct timespec now;
	struct tm utc;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	n = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", &utc);
	n += (size_t)snprintf(line + n, sizeof(line) - n,
	    ".%03ldZ %s %s[%d] %s ", now.tv_nsec / 1000000, names[level],
	    process_name, (int)getpid(), request_id);
	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	n += escape(line + n, sizeof(line) - n - 1, text);
	line[n++] = '\n';
	/* A log that cannot be written has nobody to tell. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}
