/* job.h - the states of a video. */
#ifndef JOB_H
#define JOB_H

/* The column state of a video (db/schema/0004). */
enum state {
	STATE_READY, STATE_PROCESSING, STATE_FAILED, STATE_GOING, STATE_GONE
};

#endif
