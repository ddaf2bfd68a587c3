#!/usr/bin/python3
"""Processes that work at the same time and answer to their parent.

A Crowd runs the same function in each of its processes; the two sides speak
through pipes.  What fails in a process fails here, with its traceback.
"""

import multiprocessing
import traceback

# What a process inherits (the clip, the model) need not be sent to it.
processes = multiprocessing.get_context("fork")

# No answer for as long as this is a process that hangs.
PATIENCE = 600
STOP_PATIENCE = 20


class Failure:
    def __init__(self, text):
        self.text = text


def work(connection, job, number):
    """The life of a process: job(number) makes a function, which turns each
    thing that is sent into an answer, until there is none."""
    try:
        answer = job(number)
        for task in iter(connection.recv, None):
            connection.send(answer(task))
    except BaseException:
        connection.send(Failure(traceback.format_exc()))


class Crowd:
    def __init__(self, size, job):
        self.job = job
        self.numbers = range(size)

    def __enter__(self):
        self.links, self.members = [], []
        for number in self.numbers:
            ours, theirs = processes.Pipe()
            member = processes.Process(
                target=work, args=(theirs, self.job, number), daemon=True)
            member.start()
            theirs.close()
            self.links.append(ours)
            self.members.append(member)
        return self

    def __exit__(self, kind, *rest):
        for link, member in zip(self.links, self.members):
            if kind is None:
                link.send(None)
            else:
                member.terminate()
        for member in self.members:
            member.join(STOP_PATIENCE)
        assert kind or not any(m.exitcode for m in self.members), \
            "a process did not end"

    def do(self, *tasks):
        """Gives each process its task (one for all, or one each) and returns
        the answers, in order, once all have come."""
        self.begin(*tasks)
        return self.answers()

    def begin(self, *tasks):
        if len(tasks) == 1:
            tasks *= len(self.links)
        for link, task in zip(self.links, tasks):
            link.send(task)

    def answers(self):
        return [self.receive(link) for link in self.links]

    def has_answer(self):
        """Whether one of them is done, or has failed."""
        return any(link.poll() for link in self.links)

    def receive(self, link):
        assert link.poll(PATIENCE), "a process hangs"
        answer = link.recv()
        assert not isinstance(answer, Failure), answer.text
        return answer
