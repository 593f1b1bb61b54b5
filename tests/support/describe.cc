// The text of a datagram: one line for each message, for golden files and failure messages.
#include "support/describe.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <sstream>
#include <vector>

#include "support/describe_attributes.h"
#include "support/golden_text.h"
#include "support/wire.h"

namespace cttimeout::test {
namespace {

std::string type_text(std::uint16_t type) {
  switch (type) {
    case type_noop:
      return "NOOP";
    case type_error:
      return "ERROR";
    case type_done:
      return "DONE";
    case type_batch_begin:
      return "BATCH_BEGIN";
    case type_batch_end:
      return "BATCH_END";
    case type_new:
      return "NEW";
    case type_get:
      return "GET";
    case type_delete:
      return "DELETE";
    case type_default_set:
      return "DEFAULT_SET";
    case type_default_get:
      return "DEFAULT_GET";
    default:
      return "type " + std::to_string(type);
  }
}

struct FlagName {
  std::uint16_t flag;
  std::string_view name;
};

constexpr std::array common_flags{FlagName{flag_request, "REQUEST"}, FlagName{flag_multi, "MULTI"},
                                  FlagName{flag_ack, "ACK"}, FlagName{flag_echo, "ECHO"}};
constexpr std::array get_flags{FlagName{flag_root, "ROOT"}, FlagName{flag_match, "MATCH"}};
constexpr std::array new_flags{FlagName{flag_replace, "REPLACE"}, FlagName{flag_exclusive, "EXCL"},
                               FlagName{flag_create, "CREATE"}, FlagName{flag_append, "APPEND"}};
constexpr std::array ack_flags{FlagName{flag_capped, "CAPPED"},
                               FlagName{flag_ack_tlvs, "ACK_TLVS"}};

std::span<const FlagName> special_flags(std::uint16_t type) {
  if (type == type_get) return get_flags;
  if (type == type_new) return new_flags;
  if (type == type_error) return ack_flags;
  return {};
}

std::string flag_names(std::uint16_t type, std::uint16_t flags) {
  std::string text;
  const auto take = [&](const FlagName& flag) {
    if ((flags & flag.flag) == 0) return;
    text += '|' + std::string(flag.name);
    flags = static_cast<std::uint16_t>(flags & ~flag.flag);
  };
  std::ranges::for_each(common_flags, take);
  std::ranges::for_each(special_flags(type), take);
  if (flags != 0) text += "|0x" + to_hex(big16(flags));
  return text.empty() ? "no flags" : text.substr(1);
}

std::string header_text(View message) {
  const std::uint16_t type = read16(message, 4);
  std::string text = type_text(type) + ' ' + flag_names(type, read16(message, 6)) + " seq " +
                     std::to_string(read32(message, 8));
  const std::uint32_t port = read32(message, 12);
  return port == 0 ? text : text + " pid " + std::to_string(port);
}

std::string nfgen_text(View message) {
  if (message.size() < payload_offset) return " without nfgenmsg";
  return read32(message, header_size) == 0 ? ""
                                           : " nfgen " + to_hex(message.subspan(header_size, 4));
}

// What a message consists of beside its header.
std::string with_attributes(std::string head, const std::string& attributes, Layout layout) {
  if (attributes.empty()) return head;
  return head + (layout == Layout::in_one_line ? ": " : "\n    ") + attributes;
}

std::string request_text(View message, Layout layout) {
  const std::string head = header_text(message) + nfgen_text(message);
  if (message.size() <= payload_offset) return head;
  return with_attributes(head, describe_attributes(message.subspan(payload_offset), layout),
                         layout);
}

// NLMSG_ERROR: errno, the copy of the request, then TLVs.
std::string error_text(View message, Layout layout) {
  const auto code = static_cast<int>(read32(message, header_size));
  std::string text = header_text(message) + ' ' + (code == 0 ? "0" : errno_text(-code));
  if (message.size() < payload_offset + header_size) return text;
  const View copy = message.subspan(payload_offset);
  text += ", of " + header_text(copy);
  const std::uint16_t flags = read16(message, 6);
  if ((flags & flag_ack_tlvs) == 0) return text;
  const std::size_t copied = (flags & flag_capped) != 0 ? header_size : aligned(read32(copy, 0));
  if (copied > copy.size()) return text + ", cut short";
  return with_attributes(text, describe_ack_attributes(copy.subspan(copied), layout), layout);
}

constexpr unsigned subsystem_of_policies = type_new >> 8;

// Of another endpoint of nfnetlink; only where there are lines for it.
bool is_foreign(View message, Layout layout) {
  const unsigned subsystem = read16(message, 4) >> 8;
  return layout == Layout::line_by_line && subsystem != 0 && subsystem != subsystem_of_policies;
}

std::string foreign_text(View message) {
  const unsigned type = read16(message, 4);
  std::string text = header_text(message) + "\n    subsystem " + std::to_string(type >> 8) +
                     " (not that of timeout policies), message " + std::to_string(type & 0xff);
  if (message.size() > payload_offset) text += ' ' + to_hex(message.subspan(payload_offset));
  return text;
}

std::string message_text(View message, Layout layout) {
  if (is_foreign(message, layout)) return foreign_text(message);
  switch (read16(message, 4)) {
    case type_error:
      return error_text(message, layout);
    case type_done:
      return header_text(message) + ' ' + std::to_string(read32(message, header_size));
    default:
      return request_text(message, layout);
  }
}

std::string datagram_text(View datagram, Layout layout) {
  std::string text;
  while (datagram.size() >= header_size) {
    const std::uint32_t length = read32(datagram, 0);
    if (length < header_size || length > datagram.size()) {
      return text + header_text(datagram) + ", length " + std::to_string(length) + " in " +
             std::to_string(datagram.size()) + " bytes\n";
    }
    text += message_text(datagram.first(length), layout) + '\n';
    datagram = datagram.subspan(std::min(aligned(length), datagram.size()));
  }
  return datagram.empty() ? text : text + "then " + to_hex(datagram) + '\n';
}

}  // namespace

std::string describe(View datagram) {
  return datagram_text(datagram, Layout::in_one_line);
}

std::string describe_by_line(View datagram) {
  return datagram_text(datagram, Layout::line_by_line);
}

std::string summary(View datagram) {
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

}  // namespace cttimeout::test
