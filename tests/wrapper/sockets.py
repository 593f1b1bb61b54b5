#!/usr/bin/python3
"""What a program can do with a netlink socket, call by call; prints all that comes of it.

Run on the real kernel and on the fake, it must print the same. Numbers that differ from run to run
are not printed.
"""
import ctypes
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time

NETFILTER = 12
SOL_NETLINK = 270
KERNEL = (0, 0)
LIBC = ctypes.CDLL(None, use_errno=True)


def request(command, flags, attributes=b"", sequence=1):
    body = struct.pack("=HHII", 0x800 | command, 1 | flags, sequence, 0) + bytes(4) + attributes
    return struct.pack("=I", 4 + len(body)) + body


def name(text):
    value = text.encode() + b"\0"
    return struct.pack("=HH", 4 + len(value), 1) + value + bytes(-len(value) % 4)


GET_X = request(1, 0, name("x"))
NEW_ICMP = bytes.fromhex("06000200000200000500030001000000" "0c000480080001000000000a")


def new(text):
    return request(0, 4, name(text) + NEW_ICMP)


def show(what, call, *arguments):
    """Prints what the call returns, or its errno."""
    try:
        result = call(*arguments)
    except OSError as error:
        result = errno.errorcode.get(error.errno, str(error))
    print(what, "->", result.hex() if isinstance(result, bytes) else result)


def opened(flags=socket.SOCK_NONBLOCK, kind=socket.SOCK_RAW):
    return socket.socket(socket.AF_NETLINK, kind | flags, NETFILTER)


def without_port(answer):
    return (answer[:12] + bytes(4) + answer[16:]).hex()


def kinds():
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET,
                 6, 10, 11, 15):
        show(f"kind {kind}", lambda k=kind: opened(kind=k).type)
    s = opened()
    for option in (socket.SO_DOMAIN, socket.SO_TYPE, socket.SO_PROTOCOL, socket.SO_ERROR,
                   socket.SO_RCVBUF, socket.SO_ACCEPTCONN, socket.SO_REUSEADDR):
        show(f"option {option}", s.getsockopt, socket.SOL_SOCKET, option)
    show("of another level", s.getsockopt, socket.IPPROTO_TCP, 1)
    show("inheritable", lambda: os.get_inheritable(s.fileno()))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 3, 500000))
    show("limit of time", s.getsockopt, socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16)
    s.setsockopt(SOL_NETLINK, 11, 1)
    show("ext_ack", s.getsockopt, SOL_NETLINK, 11)
    show("cap_ack with little room", s.getsockopt, SOL_NETLINK, 10, 3)
    show("descriptor adopted", lambda: socket.socket(fileno=os.dup(s.fileno())).proto)


def names():
    s = opened()
    show("unbound", s.getsockname)
    show("peer", s.getpeername)
    s.bind((0, 0))
    show("the process id", lambda: s.getsockname() == (os.getpid(), 0))
    show("bound elsewhere", s.bind, (4711, 0))
    other = opened()
    show("one that is taken", other.bind, (os.getpid(), 0))
    other = opened()
    other.bind((0, 0))
    show("a free one", lambda: other.getsockname()[0] > 1 << 31)
    s.close()
    again = opened()
    again.bind((0, 0))
    show("after close", lambda: again.getsockname() == (os.getpid(), 0))
    for length in (0, 1, 2, 11, 12, 13, 128, 129, -1):
        address = ctypes.create_string_buffer(struct.pack("=HHII", 16, 0, 0, 0), 200)
        for call in ("bind", "connect"):
            fresh = opened()
            show(f"{call} with {length} bytes", raw, call, fresh.fileno(), address, length)
        fresh = opened()
        show(f"sendto with {length} bytes", raw, "sendto", fresh.fileno(), GET_X, len(GET_X), 0,
             address, length)
    address = ctypes.create_string_buffer(struct.pack("=HHII", 2, 0, 0, 0), 12)
    show("another family", raw, "bind", opened().fileno(), address, 12)
    show("no memory", raw, "bind", opened().fileno(), ctypes.c_void_p(8), 12)
    show("no memory for a name", raw, "getsockname", opened().fileno(), ctypes.c_void_p(8),
         ctypes.byref(ctypes.c_int(12)))
    room = ctypes.create_string_buffer(12)
    for size in (0, 4, 12, 20, -1):
        length = ctypes.c_int(size)
        show(f"name into {size}", raw, "getsockname", opened().fileno(), room,
             ctypes.byref(length))
        print(room.raw.hex(), length.value)


def raw(call, *arguments):
    result = getattr(LIBC, call)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def sending():
    s = opened()
    show("nothing", s.send, b"")
    show("write of nothing", os.write, s.fileno(), b"")
    show("writev of nothing", os.writev, s.fileno(), [b"", b""])
    show("send", s.send, GET_X)
    print(without_port(s.recv(100)))
    show("write", os.write, s.fileno(), GET_X)
    print(without_port(os.read(s.fileno(), 100)))
    show("writev", os.writev, s.fileno(), [GET_X[:7], GET_X[7:]])
    parts = [bytearray(9), bytearray(100)]
    show("readv", os.readv, s.fileno(), parts)
    print(without_port(b"".join(parts)))
    show("pwritev2", os.pwritev, s.fileno(), [GET_X[:7], GET_X[7:]], -1)
    show("preadv2", os.preadv, s.fileno(), parts, -1)
    print(without_port(b"".join(parts)))
    show("preadv2 of nothing", os.preadv, s.fileno(), parts, -1, os.RWF_NOWAIT)
    show("preadv2 with a position", os.preadv, s.fileno(), parts, 0)
    show("pwritev2 with a position", os.pwritev, s.fileno(), parts, 0)
    show("pwritev2 with another flag", os.pwritev, s.fileno(), parts, -1, 0x1000)
    show("sendmsg in parts", s.sendmsg, [GET_X[:3], b"", GET_X[3:]], [], 0, KERNEL)
    answer, ancillary, flags, sender = s.recvmsg(100, 200)
    print(without_port(answer), ancillary, flags, sender)
    show("urgent", s.send, GET_X, socket.MSG_OOB)
    show("to nobody", s.sendto, GET_X, (4711, 0))
    show("too much", s.send, bytes(212961))
    show("far too much", s.send, bytes(3 << 20))
    show("no memory", raw, "send", s.fileno(), ctypes.c_void_p(8), 100, 0)
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", s.fileno()))
    show("descriptors", s.sendmsg, [GET_X], [rights])
    show("unknown control data", s.sendmsg, [GET_X], [(socket.SOL_SOCKET, 77, b"")])
    show("control data of others", s.sendmsg, [GET_X], [(99, 1, b"")])
    print(without_port(s.recv(100)))
    show("urgent, of another family", raw, "sendto", s.fileno(), GET_X, len(GET_X), socket.MSG_OOB,
         struct.pack("=HHII", 2, 0, 0, 0), 12)
    fresh = opened()
    show("no memory binds", raw, "send", fresh.fileno(), ctypes.c_void_p(8), 100, 0)
    show("bound", lambda: fresh.getsockname()[0] != 0)
    show("1025 parts", s.sendmsg, [b"x"] * 1025)
    show("1024 parts", s.sendmsg, [b"\0"] * 1024)


def receiving():
    s = opened()
    show("empty", s.recv, 100)
    s.send(GET_X)
    show("peek for length", lambda: s.recv_into(bytearray(1), 1, socket.MSG_PEEK |
                                                socket.MSG_TRUNC))
    show("peek", lambda: without_port(s.recv(100, socket.MSG_PEEK)))
    show("cut", lambda: s.recvmsg(5, 0)[1:])
    show("gone", s.recv, 100)
    s.send(GET_X)
    show("read of nothing", os.read, s.fileno(), 0)
    show("recvfrom", lambda: s.recvfrom(100)[1])
    s.send(GET_X)
    room = ctypes.create_string_buffer(100)
    show("recv of nothing takes it", raw, "recv", s.fileno(), room, 0, 0)
    show("gone", s.recv, 100)
    s.send(GET_X)
    show("no memory", raw, "recv", s.fileno(), ctypes.c_void_p(8), 100, 0)
    show("gone", s.recv, 100)
    s.setsockopt(SOL_NETLINK, 3, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    for room in (0, 15, 16, 19, 20, 24, 44, 51, 52, 56, 200):
        s.send(GET_X)
        show(f"ancillary into {room}", lambda r=room: s.recvmsg(100, r)[1:])
    show("urgent", s.recv, 100, socket.MSG_OOB)
    show("FIONREAD", fcntl.ioctl, s.fileno(), termios.FIONREAD, bytes(4))
    show("TIOCOUTQ", fcntl.ioctl, s.fileno(), termios.TIOCOUTQ, bytes(4))
    show("shutdown", s.shutdown, socket.SHUT_RD)
    show("listen", s.listen)
    show("accept", s.accept)


class Message(ctypes.Structure):
    """struct mmsghdr"""
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint), ("iov", ctypes.c_void_p),
                ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p),
                ("controllen", ctypes.c_size_t), ("flags", ctypes.c_int), ("unused", ctypes.c_int),
                ("len", ctypes.c_uint), ("unused_too", ctypes.c_int)]


def messages(buffers):
    vectors = ((ctypes.c_size_t * 2) * len(buffers))()
    result = (Message * len(buffers))()
    for i, buffer in enumerate(buffers):
        vectors[i][0], vectors[i][1] = ctypes.addressof(buffer), len(buffer)
        result[i].iov, result[i].iovlen = ctypes.addressof(vectors[i]), 1
    return result, (vectors, buffers)


def many_at_once():
    s = opened()
    sent, keep = messages([ctypes.create_string_buffer(GET_X, len(GET_X)) for _ in range(3)])
    show("sendmmsg", raw, "sendmmsg", s.fileno(), sent, 3, 0)
    print([m.len for m in sent])
    rooms = [ctypes.create_string_buffer(100) for _ in range(5)]
    got, keep_too = messages(rooms)
    show("recvmmsg", raw, "recvmmsg", s.fileno(), got, 5, 0, None)
    print([m.len for m in got], [m.flags for m in got])
    s.send(GET_X)
    s.send(GET_X)
    good = got[1].iov
    got[1].iov = 8
    show("recvmmsg up to an error", raw, "recvmmsg", s.fileno(), got, 5, 0, None)
    show("the error", s.recv, 100)
    show("what came behind it", lambda: without_port(s.recv(100)))
    got[1].iov = good
    show("recvmmsg of nothing", raw, "recvmmsg", s.fileno(), got, 5, 0, None)
    os.set_blocking(s.fileno(), True)
    s.send(GET_X)
    show("waiting for one", raw, "recvmmsg", s.fileno(), got, 5, 0x10000, None)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 50000))
    s.send(GET_X)
    show("waiting for five", raw, "recvmmsg", s.fileno(), got, 5, 0, None)
    del keep, keep_too


def readiness():
    s = opened()
    poll = select.poll()
    poll.register(s, select.POLLIN | select.POLLOUT)
    epoll = select.epoll()
    epoll.register(s, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)

    def see(what):
        events = [event for _, event in poll.poll(0)]
        print(what, events, [event for _, event in epoll.poll(0)],
              [len(part) for part in select.select([s], [s], [s], 0)])

    see("fresh")
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 5000)
    see("room set anew")
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 212992 // 2)
    see("room to receive set anew")
    s.send(GET_X)
    see("answered")
    s.send(GET_X)
    see("twice")
    s.recv(100)
    see("one read")
    s.recv(100)
    see("both read")
    s.send(GET_X)
    see("again")


def waiting():
    s = opened(0)
    s.settimeout(None)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 100000))
    start = time.monotonic()
    show("limited", s.recv, 100)
    print("waited", 0.1 <= time.monotonic() - start < 5)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))
    show("not at all", s.recv, 100, socket.MSG_DONTWAIT)
    s.bind((0, 0))
    child = os.fork()
    if child == 0:
        time.sleep(0.2)
        opened().sendto(b"from the child", s.getsockname())
        os._exit(0)
    show("until the child sends", s.recv, 100)
    os.waitpid(child, 0)

    calls = []
    signal.signal(signal.SIGALRM, lambda *_: calls.append("handled"))
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    signal.siginterrupt(signal.SIGALRM, True)
    room = ctypes.create_string_buffer(100)
    show("interrupted", raw, "recv", s.fileno(), room, 100, 0)
    print(calls)
    child = os.fork()
    if child == 0:
        time.sleep(0.4)
        opened().sendto(b"later", s.getsockname())
        os._exit(0)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    signal.siginterrupt(signal.SIGALRM, False)
    show("restarted", raw, "recv", s.fileno(), room, 100, 0)
    print(calls, room.value)
    os.waitpid(child, 0)


def child_sends(s):
    """The process that has sent a request by this socket."""
    child = os.fork()
    if child == 0:
        s.send(GET_X)
        os._exit(0)
    os.waitpid(child, 0)
    return child


def copies():
    s = opened()
    s.bind((4712, 0))
    copy = s.dup()
    s.send(GET_X)
    show("by the copy", lambda: without_port(copy.recv(100)))
    number = fcntl.fcntl(s.fileno(), fcntl.F_DUPFD_CLOEXEC, 0)
    show("of the copy", lambda: os.get_inheritable(number))
    s.close()
    copy.close()
    show("still bound", opened().bind, (4712, 0))
    os.close(number)
    show("not any more", opened().bind, (4712, 0))

    s = opened()
    s.bind((4713, 0))
    child = os.fork()
    if child == 0:
        s.send(GET_X)
        os._exit(0)
    s.close()
    os.waitpid(child, 0)
    show("closed by both", opened().bind, (4713, 0))
    s = opened()
    print("bound by the child, to its id", child_sends(s) == s.getsockname()[0])
    s, first = opened(), opened()
    first.bind((4714, 0))
    show("taken", s.bind, (4714, 0))
    print("bound by the child all the same", child_sends(s) == s.getsockname()[0])
    show("closed", os.read, s.fileno() if s.fileno() >= 0 else 1000, 1)

    s = opened()
    s.send(new("kept"))
    s.recv(100)
    os.set_inheritable(s.fileno(), True)
    sys.stdout.flush()
    code = ("import socket; s = socket.socket(fileno=%d); s.send(bytes.fromhex('%s'));"
            "print('inherited', len(s.recv(1000)), s.getsockname() != (0, 0))")
    get = request(1, 0, name("kept")).hex()
    subprocess.run([sys.executable, "-c", code % (s.fileno(), get)], pass_fds=[s.fileno()],
                   check=True)
    print("then here", len(s.recv(100)) if select.select([s], [], [], 0)[0] else "nothing")


def others():
    route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    route.bind((0, 0))
    route.send(struct.pack("=IHHII", 20, 18, 0x301, 1, 0) + bytes(4))
    print("routing", len(route.recv(65536)) > 16)
    left, right = socket.socketpair()
    left.send(b"untouched")
    print(right.recv(100))


for part in (kinds, names, sending, receiving, many_at_once, readiness, waiting, copies, others):
    print("==", part.__name__)
    part()
    sys.stdout.flush()
