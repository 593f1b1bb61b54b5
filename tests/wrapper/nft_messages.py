#!/usr/bin/python3
"""Messages of nf_tables and nft_compat, and all that is said in reply."""
import socket
import struct

NETFILTER = 12
SOL_NETLINK = 270
EXT_ACK = 11
NF_TABLES, NFT_COMPAT = 10, 11
REQUEST, ACK, ECHO = 1, 4, 8
DUMP, REPLACE, EXCL, CREATE, APPEND = 0x300, 0x100, 0x200, 0x400, 0x800
NONREC = 0x100
(NEWTABLE, GETTABLE, DELTABLE, NEWCHAIN, GETCHAIN, DELCHAIN, NEWRULE, GETRULE, DELRULE,
 NEWSET, GETSET) = range(11)
NEWGEN, GETGEN, GETOBJ, GETFLOWTABLE = 15, 16, 19, 23
DESTROYTABLE, DESTROYCHAIN, DESTROYRULE = 26, 27, 28
JUMP, GOTO, RETURN = -3, -4, -5


def attribute(kind, payload):
    """Text gets its NUL, a list is a nest, a number has four bytes."""
    if isinstance(payload, str):
        payload = payload.encode() + b"\0"
    elif isinstance(payload, int):
        payload = struct.pack(">I", payload & 0xffffffff)
    elif isinstance(payload, list):
        payload, kind = b"".join(payload), kind | 0x8000
    size = 4 + len(payload)
    return struct.pack("=HH", size, kind) + payload + bytes(-size % 4)


def big64(kind, number):
    return attribute(kind, struct.pack(">Q", number))


def message(kind, *attributes, flags=REQUEST, family=2, sequence=1, subsystem=NF_TABLES):
    body = struct.pack(">BBH", family, 0, 0) + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), subsystem << 8 | kind, flags, sequence, 0) + body


def edge(kind, *attributes, flags=REQUEST, sequence=0):
    """BATCH_BEGIN or BATCH_END"""
    body = struct.pack(">BBH", 0, 0, NF_TABLES) + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), kind, flags, sequence, 0) + body


def shown(datagram):
    """Its messages in hex, without port and process ids."""
    at = 0
    while at < len(datagram):
        size, kind = struct.unpack_from("=IH", datagram, at)
        text = bytearray(datagram[at:at + size])
        text[12:16] = bytes(4)
        if kind == NF_TABLES << 8 | NEWGEN:
            text[32:36] = bytes(4)
        yield text.hex()
        at += size + -size % 4


class Talker:
    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER)
        self.socket.setsockopt(SOL_NETLINK, EXT_ACK, 1)

    def ask(self, what, *messages):
        print(what)
        self.socket.send(b"".join(messages))
        while True:
            try:
                datagram = self.socket.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            print(*shown(datagram), sep="\n")

    def batch(self, what, *messages):
        self.ask(what, edge(16), *messages, edge(17, sequence=99))


talker = Talker()
ask, batch = talker.ask, talker.batch


def table(name, *attributes, flags=CREATE, **more):
    return message(NEWTABLE, attribute(1, name), *attributes, flags=REQUEST | flags, **more)


def chain(name, *attributes, flags=CREATE, **more):
    return message(NEWCHAIN, attribute(1, "raw"), attribute(3, name), *attributes,
                   flags=REQUEST | flags, **more)


def hook(number, priority):
    return attribute(4, [attribute(1, number), attribute(2, priority)])


FILTER = attribute(7, "filter")


def rule(*expressions, chain="c", table="raw", flags=CREATE | APPEND, more=()):
    listed = [attribute(1, [attribute(1, name), attribute(2, data)]) for name, data in expressions]
    return message(NEWRULE, attribute(1, table), attribute(2, chain), attribute(4, listed), *more,
                   flags=REQUEST | flags)


def verdict(code, *chain):
    return ("immediate", [attribute(1, 0), attribute(2, [attribute(
        2, [attribute(1, code), *[attribute(2, name) for name in chain]])])])


COUNTER = ("counter", [])
LOAD = ("payload", [attribute(1, 1), attribute(2, 1), attribute(3, 12), attribute(4, 4)])


def tables():
    """K-BATCH-6, K-NFT-1, K-NFT-10/11/12, K-NFT-70"""
    ask("generation", message(GETGEN))
    batch("table", table("raw", attribute(6, b"\1\2")))
    batch("again", table("raw", flags=CREATE | ACK))
    ask("acks of the edges", edge(16, flags=REQUEST | ACK), table("raw", flags=CREATE | EXCL),
        edge(17, flags=REQUEST | ACK))
    ask("acks of edges that succeed", edge(16, flags=REQUEST | ACK),
        edge(17, flags=REQUEST | ACK))
    batch("replace", table("raw", flags=CREATE | REPLACE))
    batch("dormant", table("raw", attribute(2, 1)))
    batch("unknown flag", table("raw", attribute(2, 8)))
    batch("empty name", table(""))
    batch("long name", table("x" * 300))
    batch("short flags", table("raw", attribute(2, b"\0\0")))
    batch("long data", table("raw", attribute(6, bytes(257))))
    batch("no name", message(NEWTABLE, flags=REQUEST | CREATE))
    ask("list", message(GETTABLE, flags=REQUEST | DUMP))
    ask("get", message(GETTABLE, attribute(1, "raw"), flags=REQUEST | ACK))
    ask("get none", message(GETTABLE, attribute(1, "rawx"), flags=REQUEST | ACK))
    ask("outside of a batch", table("raw"))
    ask("other generation", edge(16, attribute(1, 1)), table("q"), edge(17))
    ask("a rehearsal", edge(16), table("q"), table("raw", flags=CREATE | EXCL))
    ask("two beginnings", edge(16), table("raw", flags=CREATE | EXCL), edge(16), edge(17))
    batch("another subsystem", message(0, subsystem=8))
    batch("a get", message(GETTABLE, attribute(1, "raw")))
    batch("no request", table("raw")[:6] + b"\0\4" + table("raw")[8:])
    batch("echo", table("echo", flags=CREATE | ECHO, sequence=7))
    for family in (0, 1, 3, 5, 7, 10, 11):
        batch(f"family {family}", table("other", family=family))
    ask("list all", message(GETTABLE, flags=REQUEST | DUMP, family=0))
    batch("delete none", message(DELTABLE, attribute(1, "none")))
    batch("destroy none", message(DESTROYTABLE, attribute(1, "none"), flags=REQUEST | ACK))
    batch("delete by handle", message(DELTABLE, big64(4, 2)))
    batch("delete those of a family", message(DELTABLE, family=10))
    ask("list all", message(GETTABLE, flags=REQUEST | DUMP, family=0))
    batch("delete all", message(DELTABLE, flags=REQUEST | ECHO, family=0))
    ask("list all", message(GETTABLE, flags=REQUEST | DUMP, family=0))
    ask("generation", message(GETGEN))


def chains():
    """K-NFT-20/21"""
    batch("chains", table("raw"), chain("c", hook(0, -300), attribute(5, 1), FILTER),
          chain("user"))
    ask("get", message(GETCHAIN, attribute(1, "raw"), attribute(3, "c"), flags=REQUEST | ACK))
    ask("get none", message(GETCHAIN, attribute(1, "raw"), attribute(3, "nope")))
    ask("get of no table", message(GETCHAIN, attribute(1, "nope"), attribute(3, "nope")))
    ask("no name", message(GETCHAIN, attribute(1, "raw")))
    for flags in (CREATE, CREATE | EXCL, CREATE | REPLACE, 0):
        batch(f"again, {flags}", chain("c", flags=flags))
    counters = attribute(8, [big64(1, 5), big64(2, 9)])
    for name, attributes in [
            ("c", [hook(0, -300)]), ("c", [hook(0, -200)]), ("c", [hook(1, -300)]),
            ("c", [hook(0, -300), attribute(7, "nat")]), ("user", [hook(0, -300), FILTER]),
            ("c", [attribute(5, 0)]), ("c", [attribute(5, 2)]), ("user", [attribute(5, 0)]),
            ("x", [attribute(5, 0)]), ("x", [hook(7, 0), FILTER]),
            ("x", [hook(0, 0), attribute(7, "foo")]), ("x", [hook(0, -300), attribute(7, "nat")]),
            ("x", [hook(0, -100), attribute(7, "nat")]),
            ("y", [hook(0, -100), attribute(7, "route")]),
            ("z", [attribute(4, [attribute(1, 0)]), FILTER]), ("z", [hook(0, 0)]),
            ("counted", [counters, hook(0, 0)]), ("uncounted", [counters]), ("c", [counters]),
            ("c", [attribute(8, [big64(1, 5)])]), ("user", [counters]), ("n" * 200, []), ("", []),
            ("f", [attribute(10, 1)]), ("f", [attribute(10, 2)]), ("f", [attribute(10, 8)]),
            ("data", [attribute(12, b"abc")])]:
        batch(f"{name}: {b''.join(attributes).hex()}", chain(name, *attributes))
    batch("no table", message(NEWCHAIN, attribute(3, "raw"), flags=REQUEST | CREATE))
    batch("rename", chain("renamed", big64(2, 2), flags=0))
    batch("rename to another", chain("c", big64(2, 2), flags=0))
    batch("rename none", chain("q", big64(2, 99)))
    batch("echo", chain("echo", hook(0, 5), FILTER, flags=CREATE | ECHO))
    ask("list", message(GETCHAIN, flags=REQUEST | DUMP, family=0))
    for kind, attributes in [
            (DELCHAIN, [attribute(3, "nope")]), (DELCHAIN, [big64(2, 3)]),
            (DELCHAIN, [big64(2, 333)]), (DESTROYCHAIN, [attribute(3, "nope")]), (DELCHAIN, [])]:
        batch("delete", message(kind, attribute(1, "raw"), *attributes))
    ask("list", message(GETCHAIN, flags=REQUEST | DUMP))
    batch("the end", message(DELTABLE, flags=REQUEST | ECHO))


def rules():
    """K-NFT-40/41/42, K-NFT-60"""
    batch("chains", table("raw"), chain("c", hook(0, -300), FILTER), chain("u"), chain("v"))
    for expressions in [
            (verdict(1),), (COUNTER, verdict(0)), (verdict(JUMP, "u"),), (verdict(JUMP, "nope"),),
            (verdict(GOTO, "c"),), (verdict(RETURN),), (verdict(7),), (verdict(JUMP),),
            (("foo", []),), (COUNTER, ("foo", [])), (("cmp", []),), (COUNTER,) * 129,
            (("counter", [big64(1, 5), big64(2, 9)]),),
            (LOAD, ("bitwise", [attribute(1, 1), attribute(2, 1), attribute(3, 4),
                          attribute(4, [attribute(1, b"\xff\0\0\0")]),
                          attribute(5, [attribute(1, bytes(4))])]),)]:
        batch(f"rule of {[name for name, _ in expressions][:3]}",
              rule(*expressions, flags=CREATE | APPEND | ECHO))
    batch("at the head", rule(COUNTER, flags=CREATE | ECHO))
    for flags in (CREATE, CREATE | APPEND):
        for handle in (4, 99):
            batch(f"beside {handle}", rule(COUNTER, flags=flags | ECHO, more=[big64(6, handle)]))
    for flags in (CREATE | REPLACE | ECHO, CREATE, CREATE | EXCL, REPLACE):
        for handle in (5, 99):
            batch(f"{flags} of {handle}", rule(COUNTER, flags=flags, more=[big64(3, handle)]))
    batch("no create", rule(flags=0))
    batch("no expressions", message(NEWRULE, attribute(1, "raw"), attribute(2, "c"),
                                    attribute(7, b"hello"), flags=REQUEST | CREATE))
    batch("no chain", rule(chain="nope"))
    batch("no table", rule(table="nope"))
    batch("a circle", rule(verdict(JUMP, "v"), chain="u"), rule(verdict(JUMP, "u"), chain="v"))
    ask("list", message(GETRULE, flags=REQUEST | DUMP))
    ask("list of a chain", message(GETRULE, attribute(1, "raw"), attribute(2, "u"),
                                   flags=REQUEST | DUMP))
    ask("list of none", message(GETRULE, attribute(1, "raw"), attribute(2, "nope"),
                                flags=REQUEST | DUMP))
    for handle in (5, 77):
        ask("get", message(GETRULE, attribute(1, "raw"), attribute(2, "c"), big64(3, handle),
                           flags=REQUEST | ACK))
    batch("rename what rules lead to", chain("renamed", big64(2, 2), flags=0))
    ask("list", message(GETRULE, flags=REQUEST | DUMP))
    ask("sets", message(GETSET, attribute(1, "raw"), flags=REQUEST | DUMP))
    ask("objects", message(GETOBJ, attribute(1, "raw"), flags=REQUEST | DUMP))
    ask("flowtables", message(GETFLOWTABLE, attribute(1, "raw"), flags=REQUEST | DUMP))
    for kind, attributes in [
            (DELRULE, [attribute(2, "c"), big64(3, 99)]), (DELRULE, [attribute(2, "c"), big64(3, 4)]),
            (DESTROYRULE, [attribute(2, "c"), big64(3, 99)]), (DELCHAIN, [attribute(3, "renamed")]),
            (DELRULE, [attribute(2, "nope")]), (DELRULE, [attribute(2, "c")]), (DELRULE, []),
            (DELCHAIN, [attribute(3, "renamed")]), (DELCHAIN, [attribute(3, "c")])]:
        batch("delete", message(kind, attribute(1, "raw"), *attributes, flags=REQUEST | ECHO))
    ask("list", message(GETCHAIN, flags=REQUEST | DUMP))
    batch("the end", message(DELTABLE, flags=REQUEST | ECHO))


def revisions():
    """K-NFT-80"""
    for name, revision, is_target, family in [
            ("CT", 0, 1, 2), ("CT", 1, 1, 2), ("CT", 2, 1, 10), ("CT", 3, 1, 2), ("CT", 2, 0, 2),
            ("tcp", 0, 0, 2), ("udp", 1, 0, 2), ("conntrack", 0, 0, 2), ("conntrack", 3, 0, 10),
            ("multiport", 1, 0, 2), ("LOG", 0, 1, 2), ("icmp", 0, 0, 10), ("nope", 0, 1, 2),
            ("CT", 2, 1, 0), ("CT", 2, 1, 1), ("CT", 2, 1, 5), ("CT", 257, 1, 2),
            ("x" * 40, 0, 1, 2)]:
        for flags in (REQUEST | ACK, REQUEST | DUMP):
            ask(f"{name} {revision} {is_target} {family}",
                message(0, attribute(1, name), attribute(2, revision), attribute(3, is_target),
                        flags=flags, family=family, subsystem=NFT_COMPAT))
    ask("no type", message(0, attribute(1, "CT"), attribute(2, 0), subsystem=NFT_COMPAT))
    ask("another command", message(1, subsystem=NFT_COMPAT))


def ct_target(revision, name, flags=0, size=None, helper=b""):
    data = struct.pack("=HHII16s32s8x" if revision != 0 else "=HHII16s12x", flags, 0, 0, 0, helper,
                       *([name.encode()] if revision != 0 else []))
    data = data if size is None else data[:size].ljust(size, b"\0")
    return ("target", [attribute(1, "CT"), attribute(2, revision), attribute(3, data)])


def targets():
    """K-NFT-30, K-NFT-50/51"""
    policy = attribute(4, [attribute(3, 3000)])
    for name, protocol in (("ssh", 6), ("longname", 6), ("dns", 17)):
        ask("policy", message(0, attribute(1, name), attribute(2, b"\0\2"),
                              attribute(3, bytes([protocol])), policy, flags=REQUEST | CREATE | ACK,
                              subsystem=8))
    batch("chains", table("raw"), chain("c", hook(0, -300), FILTER), table("x"),
          message(NEWCHAIN, attribute(1, "x"), attribute(3, "c"), hook(0, -300), FILTER,
                  flags=REQUEST | CREATE))

    def compat(protocol, flags=0):
        return [attribute(5, [attribute(1, protocol), attribute(2, flags)])]

    tcp_match = struct.pack("=HHHHBBBB", 0, 65535, 22, 22, 0, 0, 0, 0)
    for what, expression, more in [
            ("ssh", ct_target(2, "ssh"), compat(6)), ("revision 1", ct_target(1, "ssh"), compat(6)),
            ("revision 0", ct_target(0, ""), compat(6)), ("revision 3", ct_target(3, "ssh"), compat(6)),
            ("cut when listed", ct_target(2, "longname"), compat(6)),
            ("71 bytes", ct_target(2, "ssh", size=71), compat(6)),
            ("80 bytes", ct_target(2, "ssh", size=80), compat(6)),
            ("flags", ct_target(2, "ssh", 0x20), compat(6)),
            ("flags of revision 1", ct_target(1, "ssh", 2), compat(6)),
            ("no tracking", ct_target(2, "nope", 1), compat(6)),
            ("no such policy", ct_target(2, "nope"), compat(6)),
            ("policy of udp", ct_target(2, "dns"), compat(6)),
            ("no protocol", ct_target(2, "ssh"), compat(0)),
            ("another flag", ct_target(2, "ssh"), compat(6, 1)),
            ("inverted", ct_target(2, "ssh"), compat(6, 2)),
            ("no compat", ct_target(2, "ssh"), []),
            ("no compat, no tracking", ct_target(2, "", 1), []),
            ("no name", ct_target(2, ""), []), ("cut protocol", ct_target(2, "ssh"), compat(262)),
            ("large protocol", ct_target(2, "ssh"), compat(65536)),
            ("helper", ct_target(2, "ssh", helper=b"nope"), compat(6)),
            ("no NUL", ct_target(2, "x" * 32), compat(6)),
            ("half a compat", ct_target(2, "ssh"), [attribute(5, [attribute(1, 6)])]),
            ("no info", ("target", [attribute(1, "CT"), attribute(2, 2)]), compat(6)),
            ("no such target", ("target", [attribute(1, "NOPE"), attribute(2, 0),
                                           attribute(3, bytes(72))]), compat(6)),
            ("match", ("match", [attribute(1, "tcp"), attribute(2, 0), attribute(3, tcp_match)]),
             compat(6)),
            ("match of another protocol", ("match", [attribute(1, "tcp"), attribute(2, 0),
                                                     attribute(3, tcp_match)]), compat(17))]:
        batch(what, rule(expression, more=more, flags=CREATE | APPEND | ECHO))
    batch("in another table", rule(ct_target(2, "ssh"), table="x", more=compat(6)))
    batch("aborted", rule(ct_target(2, "ssh"), more=compat(6)),
          rule(ct_target(2, "nope"), more=compat(6)))
    for name in ("ssh", "longname"):
        ask("users", message(1, attribute(1, name), subsystem=8))
        ask("in use", message(2, attribute(1, name), flags=REQUEST | ACK, subsystem=8))
    batch("the end", message(DELTABLE, flags=REQUEST | ECHO))
    ask("still in use", message(2, attribute(1, "ssh"), flags=REQUEST | ACK, subsystem=8))
    Talker().socket.close()  # which waits until what was deleted is gone
    for name in ("ssh", "longname"):
        ask("in use no more", message(2, attribute(1, name), flags=REQUEST | ACK, subsystem=8))


tables()
chains()
rules()
revisions()
targets()
