#include "dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Where to; length 0: not known yet. */
static struct {
	struct sockaddr_storage place;
	socklen_t length;
} peer;

void
dial_forget(void)
{
	peer.length = 0;
}

bool
dial_await(int fd, short events, int64_t deadline_ms)
{
	struct pollfd ready = { .fd = fd, .events = events };
	int64_t left;
	int n;

	do {
		left = deadline_ms - base_clock_ms();
		n = left > 0 ? poll(&ready, 1, (int)left) : 0;
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

static const char *
look_up(const struct address *address)
{
	struct addrinfo *found, hints = { .ai_socktype = SOCK_STREAM };
	struct sockaddr_un *local = (struct sockaddr_un *)&peer.place;
	int code;

	if (peer.length > 0)
		return NULL;
	if (address->is_unix) {
		*local = (struct sockaddr_un){ .sun_family = AF_UNIX };
		memcpy(local->sun_path, address->path, sizeof(address->path));
		peer.length = sizeof(*local);
		return NULL;
	}
	code = getaddrinfo(address->host, address->port, &hints, &found);
	if (code != 0)
		return gai_strerror(code);
	memcpy(&peer.place, found->ai_addr, found->ai_addrlen);
	peer.length = found->ai_addrlen;
	freeaddrinfo(found);
	return NULL;
}

static const char *
connect_socket(int fd, int64_t deadline_ms)
{
	int code, on = 1;
	socklen_t size = sizeof(code);

	if (peer.place.ss_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (struct sockaddr *)&peer.place, peer.length) == 0)
		return NULL;
	if (errno != EINPROGRESS)
		return strerror(errno);
	if (!dial_await(fd, POLLOUT, deadline_ms))
		return "too slow to connect";
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0)
		code = errno;
	return code == 0 ? NULL : strerror(code);
}

const char *
dial_address(const struct address *address, int64_t ms, int *fd)
{
	const char *why;

	*fd = -1;
	if ((why = look_up(address)) != NULL)
		return why;
	*fd = socket(peer.place.ss_family, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return strerror(errno);
	if ((why = connect_socket(*fd, base_clock_ms() + ms)) != NULL) {
		close(*fd);
		*fd = -1;
	}
	return why;
}
