// Flags, nlmsg_pid and nfgenmsg of one message.
#include <linux/netfilter/nfnetlink.h>

#include "check/checks/checks.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::size_t flags_at = 6;
constexpr std::size_t port_at = 12;

void report_flags(const Subject& subject, const Rule& broken, std::string text) {
  subject.report(broken, "", subject.message.offset + flags_at, std::move(text));
}

std::string flags_of(const Message& message) {
  return "nlmsg_flags is " + hex16(message.flags()) + " (" +
         flag_names(message.type(), message.flags()) + ")";
}

/// Flags that mean something to this command.
std::uint16_t useful_flags(const Message& message) {
  constexpr unsigned always = NLM_F_REQUEST | NLM_F_ACK;
  constexpr unsigned creation = NLM_F_REPLACE | NLM_F_EXCL | NLM_F_CREATE;
  unsigned flags = always;
  if (message.command() == IPCTNL_MSG_TIMEOUT_NEW) flags |= creation;
  if (message.command() == IPCTNL_MSG_TIMEOUT_GET) flags |= NLM_F_DUMP;
  return static_cast<std::uint16_t>(flags);
}

bool changes_state(const Subject& subject) {
  return subject.is(IPCTNL_MSG_TIMEOUT_NEW) || subject.is(IPCTNL_MSG_TIMEOUT_DELETE) ||
         subject.is(IPCTNL_MSG_TIMEOUT_DEFAULT_SET);
}

void check_new(const Subject& subject) {
  const Message& message = subject.message;
  if (!message.has(NLM_F_CREATE)) {
    report_flags(subject, rule("C-FLAG-CREATE"),
                 flags_of(message) + ", without CREATE; a policy is created all the same" +
                     (message.has(NLM_F_REPLACE) ? " if there is none to replace" : ""));
  }
  if (message.has(NLM_F_REPLACE | NLM_F_EXCL)) {
    report_flags(subject, rule("C-FLAG-BOTH"),
                 flags_of(message) + "; EXCL wins, so that nothing is ever replaced");
  } else if (!message.has_any(NLM_F_REPLACE | NLM_F_EXCL)) {
    report_flags(subject, rule("C-FLAG-NEITHER"),
                 flags_of(message) + "; a name that is taken is answered by EBUSY");
  }
}

/// How the reply is read is not known: whether it is right to wait for more.
void check_single(const Subject& subject) {
  const Message& message = subject.message;
  if (subject.reads_known || message.has(NLM_F_ACK) || subject.acked_later) return;
  report_flags(subject, rule("C-READ-DONE"),
               flags_of(message) + ", without ACK: nothing follows the one reply, which has MULTI");
}

void check_get(const Subject& subject) {
  const Message& message = subject.message;
  if (!message.is_dump()) return check_single(subject);
  if (!message.has(NLM_F_DUMP)) {
    report_flags(subject, rule("C-FLAG-HALF-DUMP"),
                 flags_of(message) + "; one bit of NLM_F_DUMP is enough for a dump");
  }
  if (message.has(NLM_F_ACK)) {
    report_flags(subject, rule("C-FLAG-DUMP-ACK"),
                 flags_of(message) + "; the dump ends with DONE, and no ack follows");
  }
}

void check_nfgen(const Subject& subject) {
  const Message& message = subject.message;
  const Bytes nfgen = message.bytes.subspan(header_size, nfgen_size);
  if (all_zero(nfgen)) return;
  subject.report(rule("C-HEAD-NFGEN"), "", message.offset + header_size,
                 "nfgenmsg has family " + std::to_string(load<std::uint8_t>(nfgen, 0)) +
                     ", version " + std::to_string(load<std::uint8_t>(nfgen, 1)) + ", res_id " +
                     std::to_string(load_big<std::uint16_t>(nfgen, 2)) + ", all of them ignored");
}

/// True if the flags are those of a request, but swapped.
bool flags_are_swapped(const Message& message) {
  const std::uint16_t meant = swapped(message.flags());
  return (meant & NLM_F_REQUEST) != 0 && (meant & ~useful_flags(message)) == 0;
}

/// False if the message is not executed, so that its other flags mean nothing.
bool check_request(const Subject& subject) {
  const Message& message = subject.message;
  if (message.has(NLM_F_REQUEST)) return true;
  if (flags_are_swapped(message)) {
    report_flags(subject, rule("C-ORDER-HEADER"),
                 flags_of(message) + "; in host order that would be " +
                     flag_names(message.type(), swapped(message.flags())));
    return false;
  }
  report_flags(subject, rule("C-FLAG-REQUEST"),
               flags_of(message) + ", without REQUEST, so that nothing is done");
  return false;
}

void check_ack(const Subject& subject) {
  const Message& message = subject.message;
  if (!changes_state(subject) || message.has(NLM_F_ACK) || subject.acked_later) return;
  report_flags(subject, rule("C-FLAG-ACK"),
               flags_of(message) + ", and no later message of the datagram asks for an ack");
}

void check_ignored_flags(const Subject& subject) {
  const Message& message = subject.message;
  const auto ignored = static_cast<std::uint16_t>(message.flags() & ~useful_flags(message));
  if (ignored == 0) return;
  report_flags(subject, rule("C-FLAG-IGNORED"),
               flags_of(message) + ", of which " + flag_names(message.type(), ignored) +
                   " has no effect on " + type_name(message.type()));
}

}  // namespace

void check_header(const Subject& subject) {
  const Message& message = subject.message;
  if (check_request(subject)) {
    check_ack(subject);
    check_ignored_flags(subject);
    if (subject.is(IPCTNL_MSG_TIMEOUT_NEW)) check_new(subject);
    if (subject.is(IPCTNL_MSG_TIMEOUT_GET)) check_get(subject);
    if (subject.is(IPCTNL_MSG_TIMEOUT_DEFAULT_GET)) check_single(subject);
  }
  if (message.port() != 0) {
    subject.report(rule("C-HEAD-PORT"), "", message.offset + port_at,
                   "nlmsg_pid is " + std::to_string(message.port()) + "; the kernel ignores it");
  }
  check_nfgen(subject);
}

}  // namespace cttimeout::tools::check
