#!/usr/bin/python3
"""pyroute2's own netfilter socket, with the messages of timeout policies described to it."""
from pyroute2.netlink import (NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REQUEST,
                              NETLINK_NETFILTER)
from pyroute2.netlink import nla
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.nfnetlink import nfgen_msg
from pyroute2.netlink.nlsocket import NetlinkSocket

NEW, GET, DELETE = 0x800, 0x801, 0x802


class Policy(nfgen_msg):
    """A policy of tcp, whose slots have names here."""
    prefix = "CTA_TIMEOUT_"
    nla_map = (("CTA_TIMEOUT_UNSPEC", "none"), ("CTA_TIMEOUT_NAME", "asciiz"),
               ("CTA_TIMEOUT_L3PROTO", "be16"), ("CTA_TIMEOUT_L4PROTO", "uint8"),
               ("CTA_TIMEOUT_DATA", "slots"), ("CTA_TIMEOUT_USE", "be32"))

    class slots(nla):
        """One attribute a slot."""
        nla_map = tuple((f"SLOT_{number}", "be32") for number in range(12))


def policy(name, **slots):
    data = {"attrs": list(slots.items())}
    return {"nfgen_family": 0, "version": 0, "res_id": 0,
            "attrs": [["CTA_TIMEOUT_NAME", name], ["CTA_TIMEOUT_L3PROTO", 2],
                      ["CTA_TIMEOUT_L4PROTO", 6], ["CTA_TIMEOUT_DATA", data]]}


def ask(content, kind, flags):
    message = Policy()
    message.setvalue(content)
    return tuple(netfilter.nlm_request(message, msg_type=kind, msg_flags=NLM_F_REQUEST | flags))


netfilter = NetlinkSocket(family=NETLINK_NETFILTER)
netfilter.register_policy({kind: Policy for kind in (NEW, GET, DELETE)})
netfilter.bind()
ask(policy("one", SLOT_3=300), NEW, NLM_F_ACK | NLM_F_CREATE)
ask(policy("two", SLOT_1=5, SLOT_11=6), NEW, NLM_F_ACK | NLM_F_CREATE)
try:
    # Without EXCL it would be EBUSY, which pyroute2 takes for a reason to ask 30 times in 9 s.
    ask(policy("two", SLOT_1=5), NEW, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL)
except NetlinkError as error:
    print("refused:", error.code)
empty = {"nfgen_family": 0, "version": 0, "res_id": 0, "attrs": []}
for found in ask(empty, GET, NLM_F_DUMP):
    print(found.get_attr("CTA_TIMEOUT_NAME"), found.get_attr("CTA_TIMEOUT_USE"),
          dict(found.get_attr("CTA_TIMEOUT_DATA")["attrs"]))
netfilter.close()
