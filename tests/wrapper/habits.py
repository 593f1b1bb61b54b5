#!/usr/bin/python3
"""habits.py HABIT: a program with one habit, good or bad, in how it talks to the kernel."""
import errno
import os
import signal
import socket
import struct
import sys
import time

ACK, EXCL, CREATE, DUMP = 4, 0x200, 0x400, 0x300
UDP = bytes.fromhex("06000200000200000500030011000000" "0c00048008000200" "00000009")
sequence = 0


def request(command, flags, attributes=b""):
    global sequence
    sequence += 1
    body = struct.pack("=HHII", 0x800 | command, 1 | flags, sequence, 0) + bytes(4) + attributes
    return struct.pack("=I", 4 + len(body)) + body


def name(text):
    value = text.encode() + b"\0"
    return struct.pack("=HH", 4 + len(value), 1) + value + bytes(-len(value) % 4)


def new(text):
    return request(0, ACK | CREATE | EXCL, name(text) + UDP)


def code(answer):
    return -struct.unpack_from("=i", answer, 16)[0]


def add(text):
    """Succeeds only if the kernel says so."""
    netfilter.send(new(text))
    refused = code(netfilter.recv(8192))
    if refused:
        sys.exit(f"{text}: {errno.errorcode[refused]}")


def read_dump(size):
    netfilter.send(request(1, DUMP))
    while struct.unpack_from("=H", netfilter.recv(size), 4)[0] != 3:
        pass


def good():
    add("web")
    read_dump(32768)


def unread():
    netfilter.send(new("web"))


def small():
    read_dump(2000)


def cut():
    netfilter.send(new("web"))
    netfilter.recv(30)


def reuse():
    global sequence
    netfilter.send(new("web"))
    sequence -= 1
    netfilter.send(new("dns"))
    netfilter.recv(8192)
    netfilter.recv(8192)


def deaf():
    """Takes a lost answer for success."""
    netfilter.send(new("web"))
    try:
        netfilter.recv(8192)
    except OSError as error:
        if error.errno != errno.ENOBUFS:
            raise


def careful():
    """Looks what is there after a lost answer."""
    netfilter.send(new("web"))
    try:
        netfilter.recv(8192)
    except OSError:
        netfilter.send(request(1, 0, name("web")))
        netfilter.recv(8192)


def liar():
    """Never looks whether it succeeded."""
    try:
        netfilter.send(new("web"))
        netfilter.recv(8192)
    except OSError:
        pass


def patient():
    """Waits for ever for a reply that was lost."""
    netfilter.send(new("web"))
    while True:
        try:
            return sys.exit(code(netfilter.recv(8192)))
        except OSError:
            pass


def done_awaiting():
    """Takes NLM_F_MULTI for the promise of a DONE, which a GET of one policy does not keep."""
    add("web")
    netfilter.send(request(1, ACK, name("web")))
    signal.alarm(1)
    while struct.unpack_from("=H", netfilter.recv(8192), 4)[0] != 3:
        pass


def fragile():
    try:
        add("web")
    except OSError:
        os.kill(os.getpid(), signal.SIGSEGV)


def poller():
    """Reads without waiting, and asks once more after a moment if there was nothing."""
    netfilter.setblocking(False)
    netfilter.send(new("web"))
    for _ in range(2):
        try:
            return print("answer", code(netfilter.recv(8192)))
        except BlockingIOError:
            print("nothing yet")
            time.sleep(0.01)


def peeker():
    netfilter.setblocking(False)
    netfilter.send(new("web"))
    for flags in (socket.MSG_PEEK, 0, socket.MSG_PEEK, 0, 0):
        try:
            answer, _, got, sender = netfilter.recvmsg(8192, 0, flags)
            print(len(answer), struct.unpack_from("=I", answer, 8)[0], got, sender)
        except OSError as error:
            print(errno.errorcode[error.errno])


netfilter = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
globals()[sys.argv[1]]()
