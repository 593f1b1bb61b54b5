#!/usr/bin/python3
"""How read, write and their kin, sendmmsg, recvmmsg and limits of time behave, row by row.

Run on the real kernel and on the fake, it must print the same. With --privileged it has datagrams
beyond the limits that buffers have for anybody but root, too.
"""
import ctypes
import os
import signal
import socket
import struct
import sys
import time

from raw_calls import (BAD, GET, KERNELS, LIBC, Memory, Message, Time, address, left, opened, raw,
                       readable_only)

EDGES = (1 << 30, 1 << 31, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
VECTORED = {"preadv": (295, 69), "pwritev": (296, 70), "preadv2": (327, 286),
            "pwritev2": (328, 287)}
DONTWAIT, WAITFORONE, ERRQUEUE = socket.MSG_DONTWAIT, 0x10000, 0x2000


def received(s, call, *arguments):
    """What it says with nothing there, and with one datagram."""
    empty = raw(call, s.fileno(), *arguments)
    s.send(GET)
    return empty, raw(call, s.fileno(), *arguments), left(s)


def buffers(m):
    room = m.bytes(GET, 1 << 20)
    yield "fits", room, 28
    yield "nothing", room, 0
    yield "NULL", 0, 28
    yield "NULL of nothing", 0, 0
    yield "nowhere", BAD, 28
    yield "nowhere of nothing", BAD, 0
    yield "the kernel's", KERNELS, 28
    yield "the kernel's of nothing", KERNELS, 0
    yield "past the end", 1 << 62, 28
    yield "cut", readable_only(10), 28
    yield "too long", room, 212961
    yield "1 MB", room, 1 << 20
    yield "2 GB nowhere", BAD, 1 << 31
    for size in EDGES:
        yield f"{size} bytes", room, size


def plain():
    m, s = Memory(), opened()
    room = m.bytes(GET)
    for what, base, size in buffers(m):
        print(what, raw("sendto", s.fileno(), base, size, 0, 0, 0), left(s),
              raw("write", s.fileno(), base, size), left(s),
              received(s, "recvfrom", base, size, 0, 0, 0), received(s, "read", base, size))
        for parts in ((base, size),), ((room, 5), (base, size)):
            vector = m.vectors(*parts)
            print(what, "in", len(parts), raw("writev", s.fileno(), vector, len(parts)), left(s),
                  received(s, "readv", vector, len(parts)))


def vectors():
    m, s = Memory(), opened()
    room = m.bytes(GET)
    for count in (0, 1, 1024, 1025, -1, 1 << 31, 1 << 32):
        vector = m.vectors(*[(room, 28)] * (count if 0 < count < 2000 else 2))
        print(count, "parts", raw("writev", s.fileno(), vector, count), left(s),
              received(s, "readv", vector, count), raw("writev", s.fileno(), BAD, count),
              raw("writev", s.fileno(), 0, count), raw("readv", s.fileno(), BAD, count))


def addresses():
    m, s = Memory(), opened()
    room, name = m.bytes(GET), m.bytes(address(), 200)
    for size in (0, 1, 11, 12, 13, 128, 129, 4096, (1 << 31) - 1, 1 << 31, 1 << 32):
        row = [(raw("sendto", s.fileno(), room, 28, 0, place, size), left(s))
               for place in (name, BAD, 0)]
        print("to", size, row, raw("sendto", s.fileno(), BAD, 28, 0, BAD, size),
              raw("sendto", s.fileno(), KERNELS, 28, 0, BAD, size),
              raw("sendto", s.fileno(), room, 0, 0, name, size),
              raw("sendto", s.fileno(), room, 28, socket.MSG_OOB, name, size))
    for what, place, size in (("fits", name, 12), ("no room", name, 0), ("little", name, 5),
                              ("much", name, 200), ("negative", name, -1), ("nowhere", BAD, 12),
                              ("nowhere with no room", BAD, 0)):
        length = ctypes.c_int(size)
        print("from", what, received(s, "recvfrom", room, 100, 0, place, ctypes.byref(length)),
              length.value)
    for place, size in ((name, BAD), (name, 0), (0, BAD), (0, 0)):
        print("from", place == name, size, received(s, "recvfrom", room, 100, 0, place, size))


def positioned(s, call, *arguments):
    """With one datagram there."""
    number = VECTORED[call][0 if os.uname().machine == "x86_64" else 1]
    s.send(GET)
    return raw("syscall", number, s.fileno(), *arguments), left(s)


def positions():
    m, s = Memory(), opened()
    room = m.bytes(GET)
    vector = m.vectors((room, 28))
    for position in (0, 1, -1, -2, 1 << 62):
        for call in VECTORED:
            print(call, position, positioned(s, call, vector, 1, position, 0, 0))
            print(call, position, positioned(s, call, vector, 1, position, 0, 1 << 30))
        s.send(GET)
        print("pread", position, raw("pread64", s.fileno(), room, 28, position),
              raw("pwrite64", s.fileno(), room, 28, position), left(s))


def vector_flags():
    m, s = Memory(), opened()
    room = m.bytes(GET)
    vector = m.vectors((room, 28))
    bad = (("no parts", (0, 0)), ("unreadable", (BAD, 1)), ("1025 parts", (vector, 1025)),
           ("nothing", (m.vectors((room, 0)), 1)), ("nowhere", (m.vectors((BAD, 28)), 1)),
           ("negative", (m.vectors((room, -1)), 1)))
    for call in ("preadv2", "pwritev2"):
        for flags in [0] + [1 << bit for bit in range(32) if bit != 8] + [0x30]:
            print(call, f"{flags:#x}", positioned(s, call, vector, 1, -1, 0, flags))
        for what, arguments in bad:
            for flags in (0, 1 << 30):
                print(call, what, flags, positioned(s, call, *arguments, -1, 0, flags))
    blocking = opened(True)
    print("does not wait", os_preadv(blocking, os.RWF_NOWAIT))
    blocking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 50000))
    print("waits", os_preadv(blocking, 0))


def os_preadv(s, flags):
    try:
        return os.preadv(s.fileno(), [bytearray(100)], -1, flags)
    except OSError as error:
        return error.errno


def limits_of_many():
    m, s = Memory(), opened()
    for sec, nsec in ((0, 0), (0, 1), (5, 0), (5, 999999999), (5, 1000000000), (5, -1), (-1, 0),
                      (-1, 5), (0, 2000000000), ((1 << 63) - 1, 0), ((1 << 63) - 1, 999999999),
                      (1 << 62, 5), (10**10, 0), (-(1 << 63), 0)):
        for count in (0, 1, 3):
            array, limit = m.messages(3), Time(sec, nsec)
            arguments = (array, count, DONTWAIT, ctypes.byref(limit))
            empty = raw("recvmmsg", s.fileno(), *arguments)
            same = (limit.sec, limit.nsec) == (sec, nsec)
            s.send(GET)
            s.send(GET)
            got = raw("recvmmsg", s.fileno(), *arguments)
            less = (-1, 0) < (limit.sec, limit.nsec) < (sec, nsec)
            print("limit", sec, nsec, count, empty, same, got, less, left(s))
    for where in (0, BAD):
        for count in (0, 1):
            print("limit", where, count, raw("recvmmsg", s.fileno(), BAD, count, 0, where),
                  raw("recvmmsg", s.fileno(), m.messages(1), count, DONTWAIT, where),
                  raw("sendmmsg", s.fileno(), BAD, count, 0))


def counts_of_many():
    m, s = Memory(), opened()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 212992)
    array = m.messages(1024)
    for count in (0, 1, 1024, 1025, (1 << 32) - 1, 1 << 32):
        sent = raw("sendmmsg", s.fileno(), array, count, 0)
        print(count, sent, left(s), left(s), raw("recvmmsg", s.fileno(), array, count, 0, 0))
    edge = readable_only(ctypes.sizeof(Message))
    ctypes.memmove(edge, array, ctypes.sizeof(Message))
    s.send(GET)
    s.send(GET)
    print("cut array", raw("recvmmsg", s.fileno(), edge, 3, 0, 0), left(s), left(s),
          raw("sendmmsg", s.fileno(), edge, 3, 0), left(s))


def errors_within_many():
    m, s = Memory(), opened()
    for what, fields in (("unreadable part", dict(iov=m.vectors((BAD, 28)))),
                         ("too many parts", dict(iovlen=1025)), ("no parts", dict(iov=None)),
                         ("bad name", dict(name=BAD, namelen=12)),
                         ("negative name", dict(name=BAD, namelen=-1)),
                         ("too long", dict(iov=m.vectors((m.bytes(GET), 1 << 30)))),
                         ("nothing", dict(iovlen=0)), ("control", dict(control=BAD,
                                                                       controllen=16))):
        for broken in (0, 1, 2):
            array = m.messages(3, broken, **fields)
            sent = raw("sendmmsg", s.fileno(), array, 3, 0)
            print(what, "at", broken, "sent", sent, [x.len for x in array], left(s))
            for _ in range(3):
                s.send(GET)
            array = m.messages(3, broken, **fields)
            got = raw("recvmmsg", s.fileno(), array, 3, 0, 0)
            error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if broken == 1 else "unasked"
            print(what, "at", broken, "got", got, [x.len for x in array], error, left(s), left(s))


def call_after_error_within_many():
    m, s = Memory(), opened()
    room, array = m.bytes(GET), m.messages(3)
    for call, arguments in (("recvmmsg", (array, 3, 0, 0)), ("recvmmsg", (array, 0, 0, 0)),
                            ("recvmmsg", (BAD, 1, 0, 0)), ("recvmmsg", (array, 3, ERRQUEUE, 0)),
                            ("recvmsg", (ctypes.byref(array[0].header), 0)),
                            ("recvfrom", (room, 100, 0, 0, 0)), ("read", (room, 100)),
                            ("read", (room, 0)), ("sendto", (room, 28, 0, 0, 0))):
        for _ in range(3):
            s.send(GET)
        broken = m.messages(3, 1, iov=m.vectors((BAD, 28)))
        first = raw("recvmmsg", s.fileno(), broken, 3, 0, 0)
        print(first, call, arguments[1:], raw(call, s.fileno(), *arguments), left(s), left(s))


def flags_of_many():
    m, s = Memory(), opened()
    for flags in (DONTWAIT, WAITFORONE, WAITFORONE | DONTWAIT, 2, 0x20, 0x22, 1 << 31, 1):
        s.send(GET)
        s.send(GET)
        array = m.messages(3)
        print(f"{flags:#x}", raw("recvmmsg", s.fileno(), array, 3, flags, 0),
              [x.len for x in array], left(s))
    blocking = opened(True)
    blocking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 100000))
    for what, flags, limit in (("its limit ends no wait", 0, Time(0, 20000000)),
                               ("waits for one", WAITFORONE, Time(5, 0))):
        blocking.send(GET)
        got = raw("recvmmsg", blocking.fileno(), m.messages(3), 3, flags, ctypes.byref(limit))
        print(what, got)


def waited(s, room, patience):
    """Whether a receive is still under way after so many seconds."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, patience)
        os._exit(7 if raw("recvfrom", s.fileno(), room, 100, 0, 0, 0) == "EAGAIN" else 1)
    return {7: "not for ever", -signal.SIGALRM: "on"}.get(
        os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "wrongly")


def limits_of_waiting():
    m = Memory()
    room = m.bytes()
    for option in (20, 66):
        for sec, usec in ((0, 0), (0, 1000), (-1, 0), (-5, 7), (-1, -1), (0, 1000000), (0, -1),
                          (10**10, 0), (3 * 10**9, 1), ((1 << 63) - 1, 0), (1 << 62, 0),
                          ((1 << 63) - 1, 999999), (-(1 << 63), 0), (9223372036854, 0),
                          (9223372036855, 999999), (9223372037, 0), (1 << 32, 0)):
            s = opened(True)
            value = m.bytes(struct.pack("=qq", sec, usec))
            ends = sec <= 0 and (sec, usec) != (0, 0) and 0 <= usec < 1000000
            print("limit", sec, usec, raw("setsockopt", s.fileno(), 1, option, value, 16),
                  "waits", waited(s, room, 10 if ends else 0.03))
    s = opened(True)
    for sec in (-1, 0, -1):
        raw("setsockopt", s.fileno(), 1, 20, m.bytes(struct.pack("=qq", sec, 0)), 16)
        print("then", sec, waited(s, room, 10 if sec < 0 else 0.03))


def large_datagrams():
    m, s = Memory(), opened()
    s.bind((4714, 0))
    for option in (32, 33):  # SO_SNDBUFFORCE, SO_RCVBUFFORCE
        s.setsockopt(socket.SOL_SOCKET, option, 16 << 20)
    content = bytes(range(256)) * (1 << 17)
    for size in (212961, 300000, 4 << 20, (32 << 20) - 32, (32 << 20) - 31):
        data = content[:size]
        for what, to in (("itself", (4714, 0)), ("the kernel", (0, 0))):
            sent = raw("sendto", s.fileno(), data, size, 0, m.bytes(address(port=to[0])), 12)
            peeked = raw("recvfrom", s.fileno(), m.bytes(), 1, 0x22, 0, 0)
            room = bytearray(40 << 20)
            got = s.recv_into(room) if isinstance(peeked, int) else None
            print(what, size, sent, peeked, got, got is not None and room[:got] == data[:got])
    print("bad", raw("sendto", s.fileno(), BAD, 8 << 20, 0, 0, 0), left(s))


LIBC.alarm(60)
sections = [plain, vectors, addresses, positions, vector_flags, limits_of_many, counts_of_many,
            errors_within_many, call_after_error_within_many, flags_of_many, limits_of_waiting]
for section in sections + ([large_datagrams] if "--privileged" in sys.argv else []):
    print("==", section.__name__)
    section()
    sys.stdout.flush()
