// Observes one netlink socket: takes datagrams apart and gives each message to its checks.
#include "check/observer.h"

#include <linux/netfilter/nfnetlink.h>

#include <utility>
#include <vector>

#include "check/checks/checks.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::size_t type_at = 4;
constexpr std::size_t resource_at = 18;  // res_id of the nfgenmsg

std::string bytes_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

bool is_our_type(std::uint16_t type) {
  return type >> 8U == NFNL_SUBSYS_CTNETLINK_TIMEOUT && (type & 0xffU) < IPCTNL_MSG_TIMEOUT_MAX;
}

/// The bytes are the header of a message of ours that fits.
bool is_header(Bytes bytes) {
  const auto length = load<std::uint32_t>(bytes, 0);
  return bytes.size() >= header_size && length >= header_size && length <= bytes.size() &&
         is_our_type(load<std::uint16_t>(bytes, type_at));
}

bool is_swapped_length(Bytes rest) {
  const std::uint32_t length = swapped(load<std::uint32_t>(rest, 0));
  return length >= header_size && length <= rest.size();
}

/// Another message begins right behind this one, instead of at a multiple of 4.
bool next_is_unpadded(const Message& message, const MessageArea& area) {
  if (message.padding.empty()) return false;
  const auto* const end = area.rest.data() + area.rest.size();
  return is_header({std::span(message.padding.data(), end), message.bytes.order()});
}

}  // namespace

void Subject::report(const Rule& broken, std::string_view path, std::size_t offset,
                     std::string text) const {
  std::string whole = type_name(message.type());
  if (!path.empty()) whole += '/' + std::string(path);
  findings.add({.rule = &broken,
                .datagram = datagram,
                .message = message.index,
                .path = std::move(whole),
                .offset = offset,
                .text = std::move(text)});
}

void Observer::report(const Rule& broken, const Message& message, std::size_t offset,
                      std::string text) {
  findings_.add({.rule = &broken,
                 .datagram = datagrams_,
                 .message = message.index,
                 .path = type_name(message.type()),
                 .offset = offset,
                 .text = std::move(text)});
}

void Observer::report(const Rule& broken, std::string text) {
  findings_.add({.rule = &broken,
                 .datagram = datagrams_,
                 .message = 0,
                 .path = "",
                 .offset = 0,
                 .text = std::move(text)});
}

void Observer::sent(const Sent& sent) {
  if (sent.port != 0) {
    if (!std::exchange(stranger_noted_, true)) {
      report(rule("C-SCOPE-OTHER"),
             "a datagram to port " + std::to_string(sent.port) + ", which is not the kernel");
    }
  } else if (sent.bytes.size() < header_size && !sent.cut) {
    report(rule("C-FRAME-SHORT"), "the datagram has " + bytes_text(sent.bytes.size()));
  } else {
    check_messages(split_messages(sent.bytes, messages_ + 1), sent.cut);
  }
  ++datagrams_;
}

void Observer::check_messages(const MessageArea& area, bool cut) {
  const bool is_batch = check_batch(area);
  // Backwards, because a message may be acked by one that follows it.
  std::vector<bool> acked_later(area.messages.size());
  bool acked = cut || is_batch;
  for (std::size_t i = area.messages.size(); i-- > 0;) {
    acked_later[i] = acked;
    acked = acked || area.messages[i].has(NLM_F_REQUEST | NLM_F_ACK);
  }
  for (std::size_t i = 0; i < area.messages.size(); ++i) {
    conversation_.sent(area.messages[i].sequence());
    check_message(area.messages[i], acked_later[i], !is_batch);
    check_padding(area.messages[i], area);
  }
  messages_ += area.messages.size();
  if (cut) {
    note_cut(area);
  } else if (!area.rest.empty()) {
    check_rest(area);
  }
}

void Observer::check_padding(const Message& message, const MessageArea& area) {
  if (!message.is_ours() || all_zero(message.padding) || next_is_unpadded(message, area)) return;
  report(rule("C-PAD-LEAK"), message, message.offset + message.bytes.size(),
         "the padding after the message is not zero");
}

void Observer::note_cut(const MessageArea& area) {
  if (area.rest.size() < header_size) return;
  const Message message{
      .index = ++messages_, .offset = area.rest_offset, .bytes = area.rest, .padding = {}};
  conversation_.sent(message.sequence());
  if (options_.knows_reads && message.is_ours() && message.has(NLM_F_REQUEST)) {
    conversation_.asked(message, datagrams_);
  }
}

bool Observer::check_batch(const MessageArea& area) {
  if (area.messages.empty() || area.messages.front().type() != NFNL_MSG_BATCH_BEGIN) return false;
  const Message& begin = area.messages.front();
  const auto resource = load_big<std::uint16_t>(begin.bytes, resource_at);
  const std::string is = "res_id is " + std::to_string(resource);
  if (resource == NFNL_SUBSYS_CTNETLINK_TIMEOUT) {
    report(rule("C-BATCH-BEGIN"), begin, resource_at, is + ", this subsystem");
    return true;
  }
  if (swapped(resource) == NFNL_SUBSYS_CTNETLINK_TIMEOUT) {
    report(rule("C-ORDER-RESID"), begin, resource_at,
           is + "; in network order it would be " + std::to_string(swapped(resource)));
    return true;
  }
  for (const Message& message : area.messages) {
    if (!message.is_ours()) continue;
    report(rule("C-BATCH-FOREIGN"), message, message.offset,
           "the batch is of subsystem " + std::to_string(resource));
  }
  return true;
}

void Observer::check_message(const Message& message, bool acked_later, bool executed) {
  const std::uint16_t type = message.type();
  const bool in_batch = !executed && (type == NFNL_MSG_BATCH_BEGIN || type == NFNL_MSG_BATCH_END);
  if (in_batch) return;
  if (is_our_type(swapped(type))) {
    return report(rule("C-ORDER-HEADER"), message, message.offset + type_at,
                  "nlmsg_type is " + hex16(type) + "; in host order it would be " +
                      hex16(swapped(type)) + " (" + type_name(swapped(type)) + ")");
  }
  if (type < NLMSG_MIN_TYPE) {
    return report(rule("C-TYPE-CONTROL"), message, message.offset + type_at,
                  "nlmsg_type is " + std::to_string(type));
  }
  if (type == NFNL_MSG_BATCH_BEGIN || type == NFNL_MSG_BATCH_END) {
    return report(rule("C-BATCH-STRAY"), message, message.offset + type_at,
                  "nlmsg_type is " + std::to_string(type));
  }
  if (message.subsystem() != NFNL_SUBSYS_CTNETLINK_TIMEOUT) return pass_over(message);
  if (!message.is_ours()) {
    return report(
        rule("C-TYPE-UNKNOWN"), message, message.offset + type_at,
        "nlmsg_type is " + hex16(type) + ", command " + std::to_string(message.command()));
  }
  if (!message.has_nfgen()) {
    return report(
        rule("C-FRAME-NFGEN"), message, message.offset,
        "the message has " + bytes_text(message.bytes.size()) + ", at least 20 are needed");
  }
  const Subject subject{.message = message,
                        .hz = options_.hz,
                        .acked_later = acked_later,
                        .reads_known = options_.knows_reads,
                        .datagram = datagrams_,
                        .findings = findings_};
  check_header(subject);
  check_attributes(subject);
  if (options_.knows_reads && executed && message.has(NLM_F_REQUEST)) {
    conversation_.asked(message, datagrams_);
  }
}

void Observer::check_rest(const MessageArea& area) {
  const bool is_first = area.messages.empty();
  const Message rest{
      .index = messages_ + 1, .offset = area.rest_offset, .bytes = area.rest, .padding = {}};
  if (!is_first && next_is_unpadded(area.messages.back(), area)) {
    const Message& last = area.messages.back();
    return report(rule("C-FRAME-UNPADDED"), last, last.offset + last.bytes.size(),
                  "the message has " + bytes_text(last.bytes.size()) +
                      ", and the next stands right behind it");
  }
  if (area.rest.size() < header_size) {
    return report(rule("C-FRAME-TRAILING"), area.messages.back(), area.rest_offset,
                  bytes_text(area.rest.size()) + " follow, too few for a message");
  }
  if (!is_first && all_zero(area.rest)) {
    return report(rule("C-FRAME-TRAILING"), area.messages.back(), area.rest_offset,
                  bytes_text(area.rest.size()) + " follow, all of them zero");
  }
  const auto length = load<std::uint32_t>(area.rest, 0);
  const std::string is =
      "nlmsg_len is " + std::to_string(length) + " of " + bytes_text(area.rest.size()) + " left";
  if (is_swapped_length(area.rest)) {
    return report(rule("C-ORDER-HEADER"), rest, area.rest_offset,
                  is + "; in host order it would be " + std::to_string(swapped(length)));
  }
  report(rule("C-FRAME-LENGTH"), rest, area.rest_offset,
         is + (is_first ? "; the whole datagram is dropped" : "; from here on nothing is read"));
}

void Observer::pass_over(const Message& message) {
  if (!passed_over_.insert(message.subsystem()).second) return;
  report(rule("C-SCOPE-OTHER"), message, message.offset,
         "messages of subsystem " + std::to_string(message.subsystem()) + " are not checked");
}

void Observer::received(const Received& received) {
  if (options_.knows_reads) conversation_.received(received);
}

void Observer::waits(bool polled) {
  if (options_.knows_reads) conversation_.waits(polled);
}

void Observer::closed() {
  if (options_.knows_reads) conversation_.closed();
}

}  // namespace cttimeout::tools::check
