# A cable that delays and loses: two TAP interfaces joined through a seeded heap, for kernels without `tc netem`.
# Usage: wire.py NEAR FAR SEED. Each line of the input, "DELAY_MS JITTER_MS LOSS_PERCENT", sets both directions anew and is
# answered with how many frames have come and were lost so far.
# Python because neither ioctl() nor TAP devices can be reached from Node. Ends with its input.
import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x0002 | 0x1000
FRAME_BYTES_MAX = 65_536
# What a real link would queue; beyond it frames are lost, never piled up.
FRAMES_MAX = 10_000


def tap(name):
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return end


def main():
    near_name, far_name, seed = sys.argv[1:4]
    near, far = tap(near_name), tap(far_name)
    other = {near: far, far: near}
    chance = random.Random(int(seed))
    delay_ms = jitter_ms = loss_percent = 0.0
    # (due, order, end, frame); the order keeps frames that fall due together in sequence.
    queue, order = [], 0
    frames = lost = 0
    print('{"ready":true}', flush=True)
    while True:
        wait = max(0.0, queue[0][0] - time.monotonic()) if queue else None
        readable = select.select([near, far, sys.stdin], [], [], wait)[0]
        if sys.stdin in readable:
            line = sys.stdin.readline()
            if line == "":
                return
            delay_ms, jitter_ms, loss_percent = (float(part) for part in line.split())
            print('{"event":"frames","came":%d,"lost":%d}' % (frames, lost), flush=True)
        for end in readable:
            if end is sys.stdin:
                continue
            try:
                frame = os.read(end, FRAME_BYTES_MAX)
            except OSError:
                continue
            frames += 1
            if chance.random() * 100 < loss_percent or len(queue) >= FRAMES_MAX:
                lost += 1
                continue
            due = time.monotonic() + max(0.0, delay_ms + chance.uniform(-jitter_ms, jitter_ms)) / 1000
            heapq.heappush(queue, (due, order, other[end], frame))
            order += 1
        while queue and queue[0][0] <= time.monotonic():
            _, _, end, frame = heapq.heappop(queue)
            try:
                os.write(end, frame)
            except OSError:
                # The end is down or its queue is full: a lost frame, as on any cable.
                pass


main()
