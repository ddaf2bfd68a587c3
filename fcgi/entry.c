#include "entry.h"

#define ENTRIES 8	/* phones write one */
#define DESCRIPTOR 128	/* bytes of it that matter at most */

/* A cursor in the bytes of a descriptor; reading past its end gives 0. */
struct cursor {
	const unsigned char *bytes;
	size_t left;
};

static unsigned
take(struct cursor *c, size_t skip)
{
	if (c->left <= skip) {
		c->left = 0;
		return 0;
	}
	c->bytes += skip + 1;
	c->left -= skip + 1;
	return c->bytes[-1];
}

/* Enters a descriptor of this tag: a tag, then its length in up to four
 * groups of seven bits (14496-1 8.3.3). */
static bool
enter(struct cursor *c, unsigned tag)
{
	int i;

	if (take(c, 0) != tag)
		return false;
	for (i = 0; i < 4; i++)
		if ((take(c, 0) & 0x80) == 0)
			break;
	return c->left > 0;
}

/* ES_Descriptor, DecoderConfigDescriptor, AudioSpecificConfig (14496-1 7.2.6,
 * 14496-3 1.6.2.1). */
static void
read_descriptor(struct mp4_track *track, struct cursor c)
{
	unsigned flags, type;

	if (!enter(&c, 3))
		return;
	flags = take(&c, 2);		/* after ES_ID */
	if (flags & 0x80)
		take(&c, 1);		/* dependsOn_ES_ID */
	if (flags & 0x40)
		return;			/* the data lies elsewhere */
	if (flags & 0x20)
		take(&c, 1);		/* OCR_ES_Id */
	if (!enter(&c, 4))
		return;
	track->object_type = take(&c, 0);
	take(&c, 11);			/* stream type, buffer, bit rates */
	if (!enter(&c, 5))
		return;
	type = take(&c, 0);
	track->audio_type = type >> 3;
	if (track->audio_type == 31)	/* an escape to six more bits */
		track->audio_type = 32 + ((type & 7) << 3 | take(&c, 0) >> 5);
}

/* The descriptor stands in the entry (MP4), or in its `wave` (QuickTime). */
static bool
find_descriptor(struct box_file *file, const struct box *entry,
    bool quicktime, struct box *descriptor)
{
	const uint32_t esds = BOX_TYPE('e', 's', 'd', 's');
	struct box inside = *entry, wave;
	unsigned char b[10];
	unsigned version;

	if (!box_read(file, entry->body, entry->end, b, sizeof(b)))
		return false;
	version = box_u16(b + 8);
	inside.body += 28;
	if (quicktime && version == 1)
		inside.body += 16;
	else if (quicktime && version == 2)
		inside.body += 36;
	return box_find(file, &inside, esds, descriptor) ||
	    (box_find(file, &inside, BOX_TYPE('w', 'a', 'v', 'e'), &wave) &&
	    box_find(file, &wave, esds, descriptor));
}

static void
read_sound(struct box_file *file, struct mp4_track *track,
    const struct box *entry, bool quicktime)
{
	unsigned char b[DESCRIPTOR];
	struct box descriptor;
	off_t n;

	if (find_descriptor(file, entry, quicktime, &descriptor) &&
	    (n = descriptor.end - descriptor.body - 4) > 0) {
		if (n > (off_t)sizeof(b))
			n = sizeof(b);
		if (box_read(file, descriptor.body + 4, descriptor.end, b,
		    (size_t)n))
			read_descriptor(track,
			    (struct cursor){ b, (size_t)n });
	}
	/* An entry of a shape unknown here is not told; ffprobe will see. */
	if (file->failure == ERR_VIDEO_UNREADABLE)
		file->failure = OK;
}

static void
read_entry(struct box_file *file, struct mp4_track *track,
    const struct box *entry, bool quicktime)
{
	unsigned char b[28];

	if (track->codec != 0) {
		if (entry->type != track->codec && track->other_codec == 0)
			track->other_codec = entry->type;
		return;
	}
	track->codec = entry->type;
	if (track->handler == MP4_VIDEO &&
	    box_read(file, entry->body, entry->end, b, sizeof(b))) {
		track->width = box_u16(b + 24);
		track->height = box_u16(b + 26);
	}
	if (entry->type == BOX_TYPE('m', 'p', '4', 'a'))
		read_sound(file, track, entry, quicktime);
}

void
entry_read_all(struct box_file *file, struct mp4_track *track,
    const struct box *description)
{
	struct box entry;
	unsigned char b[8];
	off_t at = description->body + (off_t)sizeof(b);
	int count = 0;

	if (track->handler != MP4_VIDEO && track->handler != MP4_SOUND)
		return;
	if (!box_read(file, description->body, description->end, b, sizeof(b)))
		return;
	/* In version 0 of the box a sound entry's version is QuickTime's. */
	while (box_next(file, &at, description->end, &entry)) {
		if (++count > ENTRIES) {
			box_fail(file, ERR_VIDEO_TOO_COMPLEX);
			return;
		}
		read_entry(file, track, &entry, b[0] == 0);
	}
}
