// The rules of the checker, one row each. RULES.md shows the same rows, with bytes that are run.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace cttimeout::tools::check {

enum class Severity : std::uint8_t {
  note,     ///< true and worth knowing; does not make a file unclean
  warning,  ///< works here and now, but is fragile, or leaks
  error,    ///< the kernel refuses it, or does something other than was meant
};

struct Rule {
  std::string_view id;  ///< never changes its meaning
  Severity severity;
  std::string_view title;
  std::string_view explanation;  ///< what the kernel does
};

inline constexpr std::array rules{
    // ---- framing
    Rule{"C-FRAME-SHORT", Severity::error, "datagram without a header",
         "A datagram of fewer than 16 bytes is swallowed: nothing is done, nothing is answered."},
    Rule{"C-FRAME-LENGTH", Severity::error, "nlmsg_len does not fit",
         "At a header that claims fewer than 16 bytes, or more than there are, the kernel stops "
         "silently. If it is the first one, the whole datagram is dropped."},
    Rule{"C-FRAME-UNPADDED", Severity::error, "message not padded",
         "The next message is looked for at the next multiple of 4, which is inside its header."},
    Rule{"C-FRAME-TRAILING", Severity::warning, "bytes after the last message",
         "Fewer than 16 bytes after a message are ignored silently, and so are zero bytes."},
    Rule{"C-FRAME-NFGEN", Severity::error, "message without nfgenmsg",
         "A message of 16 to 19 bytes is not executed, but acked with success."},
    // ---- byte order
    Rule{"C-ORDER-HEADER", Severity::error, "header in the wrong byte order",
         "nlmsg_len, nlmsg_type and nlmsg_flags are in host order."},
    Rule{"C-ORDER-ATTR", Severity::error, "attribute header in the wrong byte order",
         "nla_len and nla_type are in host order."},
    Rule{"C-ORDER-L3PROTO", Severity::error, "L3PROTO in the wrong byte order",
         "L3PROTO is in network order. The kernel stores any number; no rule can then use the "
         "policy."},
    Rule{"C-ORDER-L4PROTO", Severity::error, "L4PROTO as a wider integer in network order",
         "L4PROTO is one byte; of a longer payload the kernel takes the first, which is 0."},
    Rule{"C-ORDER-TIMEOUT", Severity::error, "timeout in the wrong byte order",
         "Timeouts are in network order."},
    Rule{"C-ORDER-RESID", Severity::error, "res_id in the wrong byte order",
         "res_id is in network order. The kernel answers EINVAL and drops the whole datagram."},
    // ---- type and batch
    Rule{"C-TYPE-UNKNOWN", Severity::error, "unknown message type",
         "The endpoint has the commands 0 to 4; to any other the kernel answers EINVAL."},
    Rule{"C-TYPE-CONTROL", Severity::error, "control message sent to the kernel",
         "Types below 16 are not executed, but acked with success."},
    Rule{"C-BATCH-BEGIN", Severity::error, "batch for an endpoint without transactions",
         "To a BATCH_BEGIN for this subsystem the kernel answers EOPNOTSUPP, and drops the whole "
         "datagram."},
    Rule{"C-BATCH-FOREIGN", Severity::error, "message inside another subsystem's batch",
         "The kernel answers EINVAL and aborts the batch."},
    Rule{"C-BATCH-STRAY", Severity::error, "batch message outside of a batch",
         "BATCH_BEGIN counts only as the first message of a datagram, BATCH_END only after it; "
         "elsewhere the kernel answers EINVAL."},
    Rule{"C-SCOPE-OTHER", Severity::note, "not for this endpoint",
         "Messages of other subsystems, and datagrams to other ports, are passed over."},
    // ---- flags and headers
    Rule{"C-FLAG-REQUEST", Severity::error, "REQUEST missing",
         "Without NLM_F_REQUEST a message is never executed, but acked with success."},
    Rule{"C-FLAG-ACK", Severity::warning, "ACK missing",
         "Success is then silence, which cannot be told from a reply that was lost. One ack at "
         "the end of a datagram answers for the messages before it."},
    Rule{"C-FLAG-CREATE", Severity::warning, "NEW without CREATE",
         "This endpoint creates all the same; by the rules of netlink it must not."},
    Rule{"C-FLAG-BOTH", Severity::error, "NEW with EXCL and REPLACE",
         "EXCL wins: an existing policy is never replaced. The two together are NLM_F_DUMP."},
    Rule{"C-FLAG-NEITHER", Severity::note, "NEW with neither EXCL nor REPLACE",
         "If the name is taken the kernel answers EBUSY, as for a policy in use, not EEXIST."},
    Rule{"C-FLAG-HALF-DUMP", Severity::error, "GET with one of the two DUMP bits",
         "Either bit alone makes a dump of it: every policy comes back, not the one named."},
    Rule{"C-FLAG-DUMP-ACK", Severity::note, "dump with ACK",
         "A dump is never acked: a program that waits for the ack after DONE waits for ever."},
    Rule{"C-FLAG-IGNORED", Severity::warning, "flag without effect",
         "The kernel ignores the flag for this command."},
    Rule{"C-HEAD-PORT", Severity::note, "nlmsg_pid set",
         "The kernel ignores it, and answers to the socket's port id, which is not always the "
         "process id."},
    Rule{"C-HEAD-NFGEN", Severity::note, "nfgenmsg not zero",
         "Family, version and res_id are ignored; in particular the family does not filter."},
    Rule{"C-SEQ-REUSE", Severity::warning, "sequence number used again",
         "A request of another datagram with this number has not been answered yet; the replies "
         "cannot be told apart."},
    // ---- attributes
    Rule{"C-ATTR-LEFTOVER", Severity::error, "bytes that are no attribute",
         "At an attribute that claims fewer than 4 bytes, or more than there are, the kernel "
         "stops. What was before it counts; it and what follows do not exist."},
    Rule{"C-ATTR-UNPADDED", Severity::error, "attribute not padded",
         "The next attribute is looked for at the next multiple of 4, which is inside its header."},
    Rule{"C-ATTR-UNKNOWN", Severity::warning, "unknown attribute", "The kernel skips it silently."},
    Rule{"C-ATTR-MISSING", Severity::error, "mandatory attribute missing",
         "The kernel answers EINVAL."},
    Rule{"C-ATTR-DUPLICATE", Severity::warning, "attribute given twice", "The last one counts."},
    Rule{"C-ATTR-IGNORED", Severity::warning, "attribute without effect",
         "The kernel checks the attribute's form, but the command does not use it."},
    Rule{"C-DUMP-FILTER", Severity::warning, "attribute in a dump",
         "A dump gives all policies; attributes do not filter it."},
    Rule{"C-FLUSH-FILTER", Severity::error, "flush with attributes that do not filter",
         "DELETE without NAME deletes every policy that is not in use, of any protocol."},
    Rule{"C-NAME-FLUSH", Severity::error, "delete that became a flush",
         "The kernel cannot read the NAME, so that there is none: DELETE then deletes every "
         "policy that is not in use."},
    Rule{"C-NEST-MISSING", Severity::warning, "DATA without the NESTED flag",
         "This endpoint takes it; where attributes are checked strictly it is refused."},
    Rule{"C-NEST-STRAY", Severity::warning, "NESTED flag on a plain attribute",
         "This endpoint ignores it; where attributes are checked strictly it is refused."},
    Rule{"C-ATTR-BYTEORDER", Severity::note, "NET_BYTEORDER flag",
         "The kernel ignores it: the byte order of each attribute is fixed."},
    Rule{"C-LEN-SHORT", Severity::error, "attribute too short", "The kernel answers ERANGE."},
    Rule{"C-LEN-LONG", Severity::warning, "attribute too long",
         "The kernel takes the first bytes and ignores the rest, which is zero here."},
    Rule{"C-LEN-CUT", Severity::error, "integer cut",
         "The kernel takes the first bytes only; the others were part of the number."},
    Rule{"C-PAD-LEAK", Severity::warning, "padding not zero",
         "The kernel ignores padding; what stands in it leaked from the sender's memory."},
    // ---- names
    Rule{"C-NAME-UNTERMINATED", Severity::error, "name without a NUL",
         "The kernel answers EINVAL."},
    Rule{"C-NAME-LONG", Severity::error, "name too long",
         "A name has at most 31 bytes and a NUL; the kernel answers EINVAL or ERANGE."},
    Rule{"C-NAME-CUT", Severity::error, "name cut at a NUL",
         "The name is what stands before the first NUL; the rest is ignored."},
    Rule{"C-NAME-EMPTY", Severity::warning, "empty name",
         "It is a name like any other: NEW creates a policy that no rule can refer to, and DELETE "
         "is not a flush."},
    Rule{"C-NAME-FULL", Severity::note, "name of 31 bytes",
         "The longest there is. If it was cut from a longer one, it may be another policy's."},
    Rule{"C-NAME-BYTES", Severity::warning, "control bytes in a name",
         "The kernel takes any bytes; programs that print the name raw can be misled."},
    // ---- values
    Rule{"C-L3-UNUSED", Severity::warning, "L3PROTO that fits no rule",
         "The kernel stores any number, but rules are of IPv4 (2) or IPv6 (10)."},
    Rule{"C-L3-L4", Severity::warning, "L3PROTO that the protocol does not run on",
         "icmp runs on IPv4, icmpv6 on IPv6. Kernels before 5.1 refuse other pairs, later ones "
         "take them for nothing."},
    Rule{"C-L4-UNKNOWN", Severity::error, "L4PROTO without timeouts",
         "The kernel answers EOPNOTSUPP; flows of other protocols have those of 255 (generic)."},
    Rule{"C-L4-KERNELS", Severity::warning, "L4PROTO that not every kernel has",
         "A kernel without it answers EOPNOTSUPP."},
    Rule{"C-SET-L3PROTO", Severity::warning, "DEFAULT_SET without L3PROTO",
         "Kernels before 6.11 answer EINVAL."},
    Rule{"C-SET-NOTHING", Severity::warning, "DEFAULT_SET of nothing",
         "With an empty DATA it succeeds and changes nothing."},
    Rule{"C-REPLACE-RESET", Severity::note, "replace that resets timeouts",
         "Timeouts that are not given go back to the namespace's defaults; they are not kept."},
    Rule{"C-SLOT-UNKNOWN", Severity::error, "timeout that the protocol does not have",
         "The kernel skips it silently: the timeout is not set."},
    Rule{"C-VALUE-WRAP", Severity::error, "timeout that wraps",
         "Timeouts are kept in ticks, of 32 bits."},
    Rule{"C-VALUE-EXPIRED", Severity::error, "timeout that expires at once",
         "More than 2147483647 ticks count as already expired, not as for ever."},
    Rule{"C-VALUE-ZERO", Severity::warning, "timeout of 0 seconds", "The flow expires at once."},
    // ---- conversation
    Rule{"C-DUMP-BUSY", Severity::warning, "dump while another is read",
         "Until the first has been read to its end the kernel answers EBUSY."},
    Rule{"C-READ-SMALL", Severity::warning, "dump read with too small a buffer",
         "A part of a dump has up to 3776 bytes, or as many as the largest buffer that the socket "
         "was ever read with, up to 32448. What does not fit is lost."},
    Rule{"C-READ-CUT", Severity::error, "reply cut by the buffer",
         "The datagram was larger than the buffer; the rest of it is lost."},
    Rule{"C-READ-DONE", Severity::warning, "wait for a DONE that never comes",
         "The reply to a GET of one policy has NLM_F_MULTI, but no DONE follows. A client that "
         "reads "
         "on until DONE waits for ever: nl_recvmsgs() of libnl, and unless an ACK was asked for "
         "mdlayher/netlink and the usual loop around mnl_cb_run(), too."},
    Rule{"C-READ-UNREAD", Severity::warning, "reply left unread",
         "Whether the request succeeded was never looked at."},
    Rule{"C-READ-ENOBUFS", Severity::error, "ENOBUFS ignored",
         "Replies were dropped, although their requests were executed. They never come; the state "
         "has to be read back."},
};

/// The row with that id; an unknown id does not compile.
[[nodiscard]] consteval const Rule& rule(std::string_view id) {
  return *std::ranges::find(rules, id, &Rule::id);
}

[[nodiscard]] constexpr std::string_view to_string(Severity severity) {
  constexpr std::array<std::string_view, 3> names{"note", "warning", "error"};
  return names[static_cast<std::size_t>(severity)];
}

}  // namespace cttimeout::tools::check
