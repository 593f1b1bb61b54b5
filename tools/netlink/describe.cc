// The text of a datagram: one line for each message, for golden files and failure messages.
#include "netlink/describe.h"

#include <linux/netfilter/nfnetlink.h>

#include <numeric>
#include <sstream>
#include <vector>

#include "netlink/describe_attributes.h"
#include "netlink/message.h"
#include "netlink/text.h"

namespace cttimeout::tools {
namespace {

constexpr std::size_t payload_offset = header_size + nfgen_size;

/// The bytes need not be as many as the header says.
Message message_of(Bytes bytes) {
  return {.index = 0, .offset = 0, .bytes = bytes, .padding = {}};
}

std::string header_text(const Message& message) {
  std::string text = type_name(message.type()) + ' ' + flag_names(message.type(), message.flags()) +
                     " seq " + std::to_string(message.sequence());
  return message.port() == 0 ? text : text + " pid " + std::to_string(message.port());
}

std::string nfgen_text(const Message& message) {
  if (!message.has_nfgen()) return " without nfgenmsg";
  const Bytes nfgen = message.bytes.subspan(header_size, nfgen_size);
  return all_zero(nfgen) ? "" : " nfgen " + to_hex(nfgen);
}

// What a message consists of beside its header.
std::string with_attributes(std::string head, const std::string& attributes, Layout layout) {
  if (attributes.empty()) return head;
  return head + (layout == Layout::in_one_line ? ": " : "\n    ") + attributes;
}

std::string request_text(const Message& message, Layout layout) {
  std::string head = header_text(message) + nfgen_text(message);
  if (message.bytes.size() <= payload_offset) return head;
  const Bytes attributes = message.bytes.subspan(payload_offset);
  return with_attributes(head, describe_attributes(attributes, layout), layout);
}

// NLMSG_ERROR: errno, the copy of the request, then TLVs.
std::string error_text(const Message& message, Layout layout) {
  const auto code = load<std::int32_t>(message.bytes, header_size);
  std::string text = header_text(message) + ' ' + (code == 0 ? "0" : errno_text(-code));
  if (message.bytes.size() < payload_offset + header_size) return text;
  const Bytes copy = message.bytes.subspan(payload_offset);
  text += ", of " + header_text(message_of(copy));
  if (!message.has(NLM_F_ACK_TLVS)) return text;
  const std::size_t copied =
      message.has(NLM_F_CAPPED) ? header_size : align4(load<std::uint32_t>(copy, 0));
  if (copied > copy.size()) return text + ", cut short";
  return with_attributes(text, describe_ack_attributes(copy.subspan(copied), layout), layout);
}

// A message of another nfnetlink subsystem; shown only line by line.
bool is_foreign(const Message& message, Layout layout) {
  return layout == Layout::line_by_line && message.subsystem() != 0 &&
         message.subsystem() != NFNL_SUBSYS_CTNETLINK_TIMEOUT;
}

std::string foreign_text(const Message& message) {
  std::string text =
      header_text(message) + "\n    subsystem " + std::to_string(message.subsystem()) +
      " (not that of timeout policies), message " + std::to_string(message.command());
  if (message.bytes.size() > payload_offset) {
    text += ' ' + to_hex(message.bytes.subspan(payload_offset));
  }
  return text;
}

std::string message_text(const Message& message, Layout layout) {
  if (is_foreign(message, layout)) return foreign_text(message);
  switch (message.type()) {
    case NLMSG_ERROR:
      return error_text(message, layout);
    case NLMSG_DONE:
      return header_text(message) + ' ' +
             std::to_string(load<std::uint32_t>(message.bytes, header_size));
    default:
      return request_text(message, layout);
  }
}

std::string datagram_text(Bytes datagram, Layout layout) {
  const MessageArea area = split_messages(datagram, 1);
  std::string text;
  for (const Message& message : area.messages) text += message_text(message, layout) + '\n';
  if (area.rest.empty()) return text;
  if (area.rest.size() < header_size) return text + "then " + to_hex(area.rest) + '\n';
  return text + header_text(message_of(area.rest)) + ", length " +
         std::to_string(load<std::uint32_t>(area.rest, 0)) + " in " +
         std::to_string(area.rest.size()) + " bytes\n";
}

}  // namespace

std::string describe(std::span<const std::byte> datagram) {
  return datagram_text(datagram, Layout::in_one_line);
}

std::string describe_by_line(std::span<const std::byte> datagram) {
  return datagram_text(datagram, Layout::line_by_line);
}

std::string summary(std::span<const std::byte> datagram) {
  constexpr std::size_t shown = 4;
  std::vector<std::string> lines;
  std::istringstream text(describe(datagram));
  for (std::string line; std::getline(text, line);) lines.push_back(line + '\n');
  if (lines.size() > shown + 2) {
    const std::string left_out = std::to_string(lines.size() - shown - 1);
    lines.erase(lines.begin() + shown, lines.end() - 1);
    lines.insert(lines.end() - 1, "... " + left_out + " more\n");
  }
  return std::accumulate(lines.begin(), lines.end(), std::string());
}

}  // namespace cttimeout::tools
