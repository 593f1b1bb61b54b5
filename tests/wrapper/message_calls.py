#!/usr/bin/python3
"""How sendmsg and recvmsg judge a message header, its control data and the flags, row by row.

Run on the real kernel and on the fake, it must print the same. With --privileged it has what only
root of the first user namespace may do, too.
"""
import ctypes
import os
import socket
import struct
import sys

from raw_calls import (BAD, GET, KERNELS, LIBC, SOL_NETLINK, Memory, Message, address, left,
                       opened, raw, readable_only)

SCM_CREDENTIALS = 2
HUGE = 1 << 31
PRIVILEGED = "--privileged" in sys.argv


def names(m):
    name = m.bytes(address(), 200)
    for size in (0, 1, 2, 11, 12, 13, 128, 129, 4096, HUGE - 1, HUGE, 2 * HUGE - 1):
        yield f"name of {size}", dict(name=name, namelen=size)
        yield f"no name of {size}", dict(name=None, namelen=size)
        yield f"unreadable name of {size}", dict(name=BAD, namelen=size)
    yield "another family", dict(name=m.bytes(address(socket.AF_INET)), namelen=12)
    yield "to nobody", dict(name=m.bytes(address(port=4711)), namelen=12)


def parts(m):
    get = m.bytes(GET)
    good = (get, len(GET))
    yield "no parts", dict(iov=None, iovlen=0)
    yield "no parts anywhere", dict(iov=BAD, iovlen=0)
    yield "unreadable parts", dict(iov=BAD, iovlen=1)
    yield "NULL parts", dict(iov=None, iovlen=1)
    for count in (2, 1024, 1025, 1 << 31, 1 << 32, (1 << 64) - 1):
        array = m.vectors(*[good] * (count if count < 2000 else 2))
        yield f"{count} parts", dict(iov=array, iovlen=count)
    for what, part in (("unreadable part", (BAD, 28)), ("NULL part", (0, 28)),
                       ("empty NULL part", (0, 0)), ("kernel's part", (KERNELS, 28)),
                       ("huge part", (get, 1 << 30)), ("2 GB part", (get, HUGE)),
                       ("4 GB part", (get, 1 << 32)), ("2^62 part", (get, 1 << 62)),
                       ("negative part", (get, (1 << 64) - 1)),
                       ("most negative part", (get, 1 << 63)),
                       ("largest part", (get, (1 << 63) - 1)),
                       ("cut part", (readable_only(10), 28)), ("too long", (get, 212961)),
                       ("as long as can be", (m.bytes(GET, 212960), 212960))):
        yield what, dict(iov=m.vectors(part), iovlen=1)
        yield "good, then " + what, dict(iov=m.vectors(good, part), iovlen=2)
        yield what + ", then good", dict(iov=m.vectors(part, good), iovlen=2)
    yield "32 huge parts", dict(iov=m.vectors(*[(get, 1 << 30)] * 32), iovlen=32)
    yield "flags in it", dict(flags=-1)


def two_errors(m):
    """Which of two is told shows the order in which they are looked for."""
    wrong = dict(control=m.bytes(message(16, socket.SOL_SOCKET, 99)), controllen=16)
    unreadable = dict(control=BAD, controllen=16)
    too_much = dict(control=BAD, controllen=HUGE)
    short = dict(name=m.bytes(address()), namelen=3)
    family = dict(name=m.bytes(address(socket.AF_INET)), namelen=12)
    nobody = dict(name=m.bytes(address(port=4711)), namelen=12)
    nowhere = dict(name=BAD, namelen=12)
    no_data = dict(iovlen=0)
    many = dict(iovlen=1025)
    bad_part = dict(iov=m.vectors((BAD, 28)))
    too_long = dict(iov=m.vectors((m.bytes(GET), 1 << 30)))
    for what, pair in (("family, part", family | bad_part), ("nobody, part", nobody | bad_part),
                       ("short name, no data", short | no_data),
                       ("short name, parts", short | many), ("no name, parts", nowhere | many),
                       ("no name, control", nowhere | unreadable),
                       ("parts, much control", many | too_much),
                       ("part, control", bad_part | unreadable),
                       ("too long, control", too_long | unreadable),
                       ("no data, control", no_data | unreadable),
                       ("no data, wrong control", no_data | wrong),
                       ("short name, wrong control", short | wrong),
                       ("family, wrong control", family | wrong),
                       ("nobody, wrong control", nobody | wrong),
                       ("too long, wrong control", too_long | wrong),
                       ("part, wrong control", bad_part | wrong)):
        yield what, pair


def message(length, level, kind, data=b""):
    """struct cmsghdr and what it holds, padded."""
    content = struct.pack("=Qii", length, level, kind) + data
    return content + bytes(-len(content) % 8)


def credentials(pid, uid, gid):
    data = struct.pack("=iII", pid, uid, gid)
    return message(28, socket.SOL_SOCKET, SCM_CREDENTIALS, data)


def mine():
    return credentials(os.getpid(), os.getuid(), os.getgid())


def kinds_of_control():
    level = socket.SOL_SOCKET
    number = struct.pack("=i", 1)
    yield "mine", mine()
    yield "mine, short of padding", mine()[:28]
    yield "rights", message(20, level, socket.SCM_RIGHTS, number)
    yield "rights to nothing", message(16, level, socket.SCM_RIGHTS)
    yield "rights to a closed one", message(20, level, socket.SCM_RIGHTS, struct.pack("=i", 999))
    for kind in (0, 3, 4, 29, 36, 37, 61, 99):
        yield f"kind {kind}", message(20, level, kind, number)
    yield "level 77", message(16, 77, 99)
    yield "level 0", message(16, 0, 1)
    yield "packet information", message(20, SOL_NETLINK, 3, bytes(4))
    yield "mine twice", mine() + mine()
    yield "mine, then kind 99", mine() + message(16, level, 99)
    yield "kind 99, then mine", message(16, level, 99) + mine()
    yield "elsewhere, then mine", message(17, 77, 99, b"x") + mine()
    yield "elsewhere, then rights", message(20, 77, 99, number) + message(20, level, 1, number)
    yield "mine, then a stub", mine() + bytes(15)
    yield "mine, then zeros", mine() + bytes(16)
    for count in (1000, 4096, 8191, 8192, 65536):
        yield f"{count} elsewhere", message(16, 77, 1) * count


def lengths_of_control():
    level = socket.SOL_SOCKET
    for length in (0, 1, 3, 4, 15, 16, 17, 27, 28, 29, 31, 32, 33, 40, 9999, 1 << 31, 1 << 32,
                   1 << 63, (1 << 64) - 1, (1 << 64) - 8):
        yield f"length {length}", message(length, level, SCM_CREDENTIALS, mine()[16:28])
        elsewhere = message(length, 77, 1, mine()[16:28])
        yield f"length {length} elsewhere", elsewhere
        yield f"length {length}, then kind 99", elsewhere + message(16, level, 99)
    for size in (0, 1, 8, 15, 16, 17, 24, 27, 28, 29, 32):
        yield f"mine in {size}", mine()[:size]
        yield f"kind 99 in {size}", message(16, level, 99, bytes(16))[:size]
    for size in (131064, 131071, 131072, 131073):
        yield f"{size} bytes", (message(16, 77, 1) * 8193)[:size]


def others_credentials():
    pid, uid, gid = os.getpid(), os.getuid(), os.getgid()
    yield "process 1", credentials(1, uid, gid)
    yield "process 0", credentials(0, uid, gid)
    yield "process -1", credentials(-1, uid, gid)
    yield "no process", credentials(4194303, uid, gid)
    yield "user -1", credentials(pid, 0xffffffff, gid)
    yield "group -1", credentials(pid, uid, 0xffffffff)
    yield "process 1, user -1", credentials(1, 0xffffffff, gid)
    if PRIVILEGED:
        yield "parent", credentials(os.getppid(), uid, gid)
        yield "user 1", credentials(pid, 1, gid)
        yield "group 1", credentials(pid, uid, 1)
        yield "all others", credentials(1, 1, 1)


def send(m, s, what, **fields):
    header = m.header(**fields)
    print(what, raw("sendmsg", s.fileno(), ctypes.byref(header), 0), left(s))


def sent_headers():
    m, s = Memory(), opened()
    for rows in (names, parts, two_errors):
        for what, fields in rows(m):
            send(m, s, what, **fields)
    print("no header", raw("sendmsg", s.fileno(), 0, 0), raw("sendmsg", s.fileno(), BAD, 0))


def sent_control():
    m, s = Memory(), opened()
    for rows in (kinds_of_control, lengths_of_control):
        for what, content in rows():
            send(m, s, what, control=m.bytes(content), controllen=len(content))
    for what, control, size in (("no control", 0, 0), ("none of 28", 0, 28), ("bad", BAD, 28),
                                ("bad of 1", BAD, 1), ("bad of 0", BAD, 0),
                                ("cut", readable_only(20), 28), ("1 GB", BAD, 1 << 30),
                                ("2 GB less 1", BAD, HUGE - 1), ("2 GB", BAD, HUGE),
                                ("4 GB", BAD, 1 << 32), ("all", BAD, (1 << 64) - 1)):
        send(m, s, what, control=control, controllen=size)


def sent_credentials():
    m, s = Memory(), opened()
    for what, content in others_credentials():
        send(m, s, what, control=m.bytes(content), controllen=len(content))


def sent_credentials_without_capabilities():
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        LIBC.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24))
        sent_credentials()
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)


def seen_credentials():
    """What another socket, which asked for it, sees of the sender."""
    m, s, other = Memory(), opened(), opened()
    s.bind((4715, 0))
    other.bind((4716, 0))
    other.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    names = {os.getpid(): "this", os.getppid(): "parent", 1: "first"}

    def show(what):
        data, control, _, _ = other.recvmsg(100, 100)
        pid, uid, gid = struct.unpack("=iII", control[0][2])
        print(what, len(data), names.get(pid, "another"), uid, gid)

    s.sendto(b"plain", (4716, 0))
    show("plain")
    for what, content in (("mine", mine()), ("all others", credentials(1, 2, 3)),
                          ("two", credentials(1, 2, 3) + credentials(os.getpid(), 4, 5))):
        send(m, s, what, name=m.bytes(address(port=4716)), namelen=12, control=m.bytes(content),
             controllen=len(content))
        show(what)
    s.sendto(b"plain", (4716, 0))
    show("plain again")
    s.connect((4716, 0))
    s.send(b"connected")
    show("connected")
    child = os.fork()
    if child == 0:
        os.setgid(7)
        os.setuid(8)
        s.send(b"by a child")
        os._exit(0)
    os.waitpid(child, 0)
    show("by a child")


def sent_flags():
    m, s = Memory(), opened()
    get, header = m.bytes(GET), m.header()
    for flags in [1 << bit for bit in range(32)]:
        print(f"{flags:#x}", raw("sendto", s.fileno(), get, 28, flags, 0, 0), left(s),
              raw("sendmsg", s.fileno(), ctypes.byref(header), flags), left(s),
              raw("sendmmsg", s.fileno(), ctypes.byref(Message(header)), 1, flags), left(s))


def received_flags():
    m, s = Memory(), opened()
    room = m.bytes()
    for flags in [0] + [1 << bit for bit in range(32)] + [0x22, 0x62, 0x2002]:
        for size in (0, 10, 100):
            row = []
            for call in ("recvfrom", "recvmsg", "recvmmsg"):
                s.send(GET)
                many = Message(m.header(iov=m.vectors((room, size))))
                arguments = {"recvfrom": (room, size, flags, 0, 0),
                             "recvmsg": (ctypes.byref(many.header), flags),
                             "recvmmsg": (ctypes.byref(many), 1, flags, 0)}[call]
                row += [raw(call, s.fileno(), *arguments), many.header.flags & 0xffffffff, left(s)]
            print(f"{flags:#x} into {size}", *row)
        print(f"{flags:#x} of nothing", raw("recvfrom", s.fileno(), room, 100, flags | 64, 0, 0))


def receive(m, s, what, **fields):
    header = m.header(**fields)
    empty = raw("recvmsg", s.fileno(), ctypes.byref(header), 0)
    s.send(GET)
    header = m.header(**fields)
    print(what, empty, raw("recvmsg", s.fileno(), ctypes.byref(header), 0), header.namelen,
          header.controllen, header.flags, left(s))


def received_headers():
    m, s = Memory(), opened()
    s.setsockopt(SOL_NETLINK, 3, 1)
    for rows in (names, parts):
        for what, fields in rows(m):
            receive(m, s, what, **fields)
    control = m.bytes(room=200)
    for passed in (0, 1):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, passed)
        for what, place, size in (("control", control, 200), ("unwritable", BAD, 200),
                                  ("unwritable, short", BAD, 15), ("none of 100", None, 100),
                                  ("cut", readable_only(18), 200), ("2 GB", control, HUGE),
                                  ("endless", control, (1 << 64) - 1)):
            receive(m, s, what, control=place, controllen=size)
    s.send(GET)
    print("no header", raw("recvmsg", s.fileno(), 0, 0), raw("recvmsg", s.fileno(), BAD, 0),
          left(s))


sections = [sent_headers, sent_control, sent_credentials_without_capabilities, sent_flags,
            received_flags, received_headers]
for section in sections + ([sent_credentials, seen_credentials] if PRIVILEGED else []):
    print("==", section.__name__)
    section()
    sys.stdout.flush()
