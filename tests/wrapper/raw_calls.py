"""System calls on a netlink socket with arguments that a library would not let through."""
import ctypes
import errno
import mmap
import socket
import struct

NETFILTER = 12
SOL_NETLINK = 270
GET = (struct.pack("=IHHII", 28, 0x801, 1, 1, 0) + bytes(4) + struct.pack("=HH", 6, 1) +
       b"x\0\0\0")
BAD = 8  # an address where nothing is
KERNELS = 1 << 63  # one that no program has
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p


class Vector(ctypes.Structure):
    """struct iovec"""
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Header(ctypes.Structure):
    """struct msghdr"""
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint), ("iov", ctypes.c_void_p),
                ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p),
                ("controllen", ctypes.c_size_t), ("flags", ctypes.c_int)]


class Message(ctypes.Structure):
    """struct mmsghdr"""
    _fields_ = [("header", Header), ("len", ctypes.c_uint)]


class Time(ctypes.Structure):
    """struct timespec"""
    _fields_ = [("sec", ctypes.c_long), ("nsec", ctypes.c_long)]


def opened(blocking=False):
    kind = socket.SOCK_RAW | (0 if blocking else socket.SOCK_NONBLOCK)
    return socket.socket(socket.AF_NETLINK, kind, NETFILTER)


def raw(call, *arguments):
    """The return value, or the errno's name."""
    given = [ctypes.c_size_t(a & (1 << 64) - 1) if isinstance(a, int) else a for a in arguments]
    function = getattr(LIBC, call)
    returns_int = call.endswith(("mmsg", "sockopt"))
    function.restype = ctypes.c_int if returns_int else ctypes.c_long
    result = function(*given)
    if result < 0:
        return errno.errorcode.get(ctypes.get_errno(), ctypes.get_errno())
    return result


def left(s):
    """How many datagrams can still be received, and the errno after them."""
    count = 0
    while True:
        try:
            s.recv(100, socket.MSG_DONTWAIT)
        except OSError as error:
            return count, errno.errorcode[error.errno]
        count += 1


def address(family=socket.AF_NETLINK, port=0):
    """struct sockaddr_nl"""
    return struct.pack("=HHII", family, 0, port, 0)


def readable_only(size):
    """The address of `size` bytes, behind which nothing can be read or written."""
    page = mmap.PAGESIZE
    start = LIBC.mmap(None, ctypes.c_size_t(2 * page), 3, 0x22, -1, ctypes.c_size_t(0))
    LIBC.munmap(ctypes.c_void_p(start + page), ctypes.c_size_t(page))
    return start + page - size


class Memory:
    """Objects that a call's arguments point to."""

    def __init__(self):
        self.kept = []

    def keep(self, thing):
        self.kept.append(thing)
        return ctypes.addressof(thing)

    def bytes(self, content=b"", room=100):
        return self.keep(ctypes.create_string_buffer(content, max(len(content), room)))

    def vectors(self, *parts):
        array = (Vector * max(len(parts), 1))()
        for i, (base, size) in enumerate(parts):
            array[i] = Vector(base, size)
        return self.keep(array)

    def header(self, **fields):
        fields.setdefault("iov", self.vectors((self.bytes(GET), len(GET))))
        fields.setdefault("iovlen", 1)
        return Header(**fields)

    def messages(self, count, broken=None, **fields):
        """An array of message headers; that of index `broken` has the fields."""
        array = (Message * count)()
        for i in range(count):
            array[i].header = self.header(**(fields if i == broken else {}))
        self.keep(array)
        return array
