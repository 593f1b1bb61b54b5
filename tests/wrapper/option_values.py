#!/usr/bin/python3
"""Every socket option by its number: what reading and setting it says, and what a receive shows.

Run on the real kernel and on the fake, it must print the same. With --privileged it has those that
only root of the first user namespace may set, too.
"""
import ctypes
import socket
import struct
import sys

from raw_calls import BAD, GET, SOL_NETLINK, Memory, opened, raw

SOL_SOCKET = socket.SOL_SOCKET
ROOM = 300
SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 17, 24, 32, 200)
# Beyond 212992 a buffer is limited as the machine is set up; 3 may be an open file.
NUMBERS = (0, 1, 7, -1, 0x7fffffff, -0x80000000, 300, 65535, 65536, 100000)
BUFFERS = (7, 8)
COOKIES = (57, 71)
FIRST_NAMESPACE_ONLY = (1, 32, 33, 69, 70)
PRIVILEGED = "--privileged" in sys.argv


def read(s, level, option, size):
    room = ctypes.create_string_buffer(b"\xaa" * ROOM, ROOM)
    length = ctypes.c_int(size)
    result = raw("getsockopt", s.fileno(), level, option, room, ctypes.byref(length))
    if level == SOL_SOCKET and option in COOKIES and result == 0:
        return f"{length.value} bytes"
    return f"{result} {length.value} {room.raw.rstrip(bytes([0xaa])).hex()}"


def write(s, level, option, content):
    room = ctypes.create_string_buffer(content, max(len(content), 1))
    return raw("setsockopt", s.fileno(), level, option, room, len(content))


def enumerate_options(level, options):
    for option in options:
        s = opened()
        print(level, option, [read(s, level, option, size) for size in SIZES])
        for size in SIZES:
            for number in NUMBERS:
                if option in BUFFERS and not 0 <= number <= 100000:
                    continue
                content = (struct.pack("=i", number) * 60)[:size]
                print(level, option, size, number, write(s, level, option, content),
                      read(s, level, option, 16), read(s, level, option, 8))


def socket_level():
    left_out = () if PRIVILEGED else FIRST_NAMESPACE_ONLY
    programs = (26, 51)  # numbers are no addresses: see filters()
    enumerate_options(SOL_SOCKET, [option for option in [*range(-1, 84), *range(85, 101), 9999]
                                   if option not in left_out and option not in programs])


def netlink_level():
    enumerate_options(SOL_NETLINK, range(-1, 21))


def other_levels():
    for level in (-1, 0, 2, 6, 17, 41, 255, 263, 269, 271):
        enumerate_options(level, (0, 1, 2, 10))


def bad_memory():
    s = opened()
    options = [(SOL_SOCKET, option) for option in (2, 4, 8, 13, 15, 20, 25, 26, 28, 42, 44, 50, 55,
                                                   57, 59, 60, 61, 71, 99)]
    for level, option in options + [(SOL_NETLINK, 1), (SOL_NETLINK, 9), (SOL_NETLINK, 10),
                                    (SOL_NETLINK, 99), (6, 1)]:
        row = [raw("setsockopt", s.fileno(), level, option, BAD, size)
               for size in (0, 3, 4, 8, 16, -1)]
        for size in (0, 4, 8, 16, -1):
            row.append(raw("getsockopt", s.fileno(), level, option, BAD,
                           ctypes.byref(ctypes.c_int(size))))
        print(level, option, row, raw("getsockopt", s.fileno(), level, option, 0, BAD))


def filters():
    m = Memory()
    program = m.bytes(struct.pack("=HBBI", 6, 0, 0, 0xffff))  # takes everything
    for option in (26, 51):
        for locked in (0, 1):
            s = opened()
            print(option, locked, write(s, SOL_SOCKET, 44, struct.pack("=i", locked)))
            for size in SIZES:
                print(size, write(s, SOL_SOCKET, option, bytes(size)),
                      read(s, SOL_SOCKET, 26, size))
            for count, place in ((0, program), (1, 0), (1, BAD), (4096, BAD), (4097, program)):
                content = struct.pack("=HHIQ", count, 0, 0, place)
                print(count, place == program, write(s, SOL_SOCKET, option, content),
                      write(s, SOL_SOCKET, option, content + bytes(8)))
            for other in (27, 68, 50, 52):
                for number in (0, -1, 999):
                    print(other, number, write(s, SOL_SOCKET, other, struct.pack("=i", number)))


def longer_values():
    pair, long_pair = struct.Struct("=ii").pack, struct.Struct("=qq").pack
    rows = [(13, pair(a, b)) for a, b in ((1, 5), (0, 5), (1, -1), (2, 3), (-1, 3))]
    rows += [(61, pair(a, b)) for a, b in ((0, 0), (1, 3), (1, 4), (2, 0), (11, 3), (-1, 0))]
    rows += [(option, long_pair(a, b)) for option in (20, 21, 66, 67)
             for a, b in ((0, 1), (0, 4001), (1, 999999), (1, 1000000), (-1, 5), (-1, -1),
                          (10**10, 0), ((1 << 63) - 1, 0), (36893488147419102, 0),
                          (36893488147419101, 0))]
    rows += [(47, struct.pack("=q", number)) for number in (-1, 5, 1 << 40, 0xffffffff)]
    rows += [(option, struct.pack("=I", 1 << bit)) for option in (37, 65) for bit in range(32)]
    rows += [(option, pair(flags, 9)) for option in (37, 65)
             for flags in (7, 1 << 15, 0x10080, 0x1800, 0x77fff, 0x7ffff)]
    rows += [(25, name) for name in (b"", b"\0", b"lo", b"lo\0", b"lo\0garbage", b"l",
                                     b"lo" + b"x" * 20, bytes(40))]
    for option, content in rows:
        s = opened()
        print(option, content.hex(), write(s, SOL_SOCKET, option, content),
              [read(s, SOL_SOCKET, option, size) for size in SIZES])


def one_after_the_other():
    """What one option makes of the others."""
    watched = [*range(1, 57), *range(58, 71), *range(72, 84)]
    s = opened()
    for option, number in ((29, 1), (35, 1), (63, 1), (64, 1), (29, 0), (64, 1), (35, 0), (37, 3),
                           (65, 5), (29, 1), (63, 1), (37, 9), (7, 9000), (8, 9000), (72, 0),
                           (62, 1), (62, 0), (44, 1), (46, 5), (16, 1)):
        result = write(s, SOL_SOCKET, option, struct.pack("=i", number))
        print(option, number, result, [read(s, SOL_SOCKET, other, 12) for other in watched])
    s.connect((77, 2))
    print("peer", [read(s, SOL_SOCKET, 28, size) for size in SIZES])


def what_a_receive_shows():
    for option in [*range(1, 57), *range(58, 84)]:
        if option in FIRST_NAMESPACE_ONLY or option == socket.SO_PASSCRED:
            continue  # credentials are those of the user namespace
        s = opened()
        write(s, SOL_SOCKET, option, struct.pack("=i", 1))
        s.setsockopt(SOL_NETLINK, 3, 1)
        for _ in range(2):
            s.send(GET)
        print(option, s.recvmsg(4, 400, 2)[1:], [s.recvmsg(100, 400)[1:] for _ in range(2)])


def what_a_small_buffer_loses():
    s = opened()
    s.setsockopt(SOL_SOCKET, 40, 1)  # SO_RXQ_OVFL
    s.setsockopt(SOL_SOCKET, socket.SO_RCVBUF, 1)
    for _ in range(10):
        s.send(GET)
    print(read(s, SOL_SOCKET, 55, 36), read(s, SOL_SOCKET, 4, 4), s.recvmsg(100, 400)[1:])


sections = [socket_level, netlink_level, other_levels, bad_memory, filters, longer_values,
            one_after_the_other, what_a_receive_shows, what_a_small_buffer_loses]
for section in sections:
    print("==", section.__name__)
    section()
    sys.stdout.flush()
