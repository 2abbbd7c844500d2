"""Pipes pictures through one process of models/spark/scorer.ts: one answer, or one named refusal, a row."""

from __future__ import annotations

import collections
import json
import struct
import subprocess
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

REQUEST = struct.Struct("<II")
ANSWER = struct.Struct("<IBI")
LENGTH = struct.Struct("<I")
SCORED, REFUSED, READY = 0, 1, 2
# Answers of a whole window fit into the pipe (64 KiB), so that the scorer never waits to write while it is written to.
WINDOW = 4


class Answer(NamedTuple):
    """In the order of the columns that scores are written with."""

    line: int
    logit: float | None
    answer: str | None
    features: list[float] | None
    refusal: str | None


def score(rows: Iterable[tuple[int, bytes]], command: list[str], sha256: str) -> Iterator[Answer]:
    """Answers in the order of the rows. The scorer's model must be the one with this hash."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    try:
        greeting = json.loads(_frame(process.stdout, expected=(0, READY))[1])
        if greeting["sha256"] != sha256:
            raise RuntimeError(f"this machine has the model {greeting}, the driver has {sha256}")
        asked: collections.deque[int] = collections.deque()
        for line, picture in rows:
            process.stdin.write(REQUEST.pack(line, len(picture)))
            process.stdin.write(picture)
            process.stdin.flush()
            asked.append(line)
            if len(asked) == WINDOW:
                yield _answer(process.stdout, asked.popleft())
        process.stdin.close()
        while asked:
            yield _answer(process.stdout, asked.popleft())
        if process.wait() != 0:
            raise RuntimeError(f"the scorer ended with {process.returncode}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _answer(stream: BinaryIO, line: int) -> Answer:
    kind, payload = _frame(stream, expected=(line, None))
    if kind == REFUSED:
        return Answer(line, None, None, None, payload.decode("utf-8"))
    (length,) = LENGTH.unpack_from(payload)
    answer, values = payload[LENGTH.size :][:length], payload[LENGTH.size + length :]
    features = list(struct.unpack(f"<{len(values) // 4}f", values)) if values else None
    return Answer(line, json.loads(answer)["logit"], answer.decode("utf-8"), features, None)


def _frame(stream: BinaryIO, expected: tuple[int, int | None]) -> tuple[int, bytes]:
    line, kind, length = ANSWER.unpack(_exactly(stream, ANSWER.size))
    if line != expected[0] or (expected[1] is not None and kind != expected[1]):
        raise RuntimeError(f"the scorer answered row {line} (kind {kind}) where {expected} was asked for")
    return kind, _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise RuntimeError("the scorer ended within an answer; its own words are in the executor's stderr")
    return data
