// One message and its attributes, cut apart as the kernel's lenient walk does it.
#include "netlink/message.h"

#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "cttimeout/protocol.h"

namespace cttimeout::tools {
namespace {

constexpr std::array<std::string_view, IPCTNL_MSG_TIMEOUT_MAX> command_names{
    "NEW", "GET", "DELETE", "DEFAULT_SET", "DEFAULT_GET"};
constexpr std::array<std::string_view, CTA_TIMEOUT_MAX + 1> attribute_names{
    "attribute 0", "NAME", "L3PROTO", "L4PROTO", "DATA", "USE"};

struct FlagName {
  std::uint16_t flag;
  std::string_view name;
};
constexpr std::array common_flags{
    FlagName{NLM_F_REQUEST, "REQUEST"}, FlagName{NLM_F_MULTI, "MULTI"}, FlagName{NLM_F_ACK, "ACK"},
    FlagName{NLM_F_ECHO, "ECHO"}, FlagName{NLM_F_DUMP_INTR, "DUMP_INTR"}};
constexpr std::array get_flags{FlagName{NLM_F_ROOT, "ROOT"}, FlagName{NLM_F_MATCH, "MATCH"},
                               FlagName{NLM_F_ATOMIC, "ATOMIC"}};
constexpr std::array new_flags{FlagName{NLM_F_REPLACE, "REPLACE"}, FlagName{NLM_F_EXCL, "EXCL"},
                               FlagName{NLM_F_CREATE, "CREATE"}, FlagName{NLM_F_APPEND, "APPEND"}};
constexpr std::array reply_flags{FlagName{NLM_F_CAPPED, "CAPPED"},
                                 FlagName{NLM_F_ACK_TLVS, "ACK_TLVS"}};

constexpr unsigned command_of(std::uint16_t type) {
  return type & 0xffU;
}

constexpr bool is_of_us(std::uint16_t type) {
  return type >> 8U == NFNL_SUBSYS_CTNETLINK_TIMEOUT;
}

/// The upper bits, which mean something else for each kind of message.
std::span<const FlagName> special_flags(std::uint16_t type) {
  if (type == NLMSG_ERROR) return reply_flags;
  if (!is_of_us(type)) return {};
  if (command_of(type) == IPCTNL_MSG_TIMEOUT_NEW) return new_flags;
  return get_flags;
}

}  // namespace

bool Message::is_ours() const {
  return subsystem() == NFNL_SUBSYS_CTNETLINK_TIMEOUT && command() < IPCTNL_MSG_TIMEOUT_MAX;
}

bool Message::is_dump() const {
  return is_ours() && command() == IPCTNL_MSG_TIMEOUT_GET && has_any(NLM_F_DUMP);
}

MessageArea split_messages(Bytes datagram, std::size_t first_index) {
  MessageArea area{};
  std::size_t at = 0;
  while (datagram.size() - at >= header_size) {
    const Bytes rest = datagram.subspan(at);
    const auto length = load<std::uint32_t>(rest, 0);
    if (length < header_size || length > rest.size()) break;
    const std::size_t step = std::min(align4(length), rest.size());
    area.messages.push_back({.index = first_index + area.messages.size(),
                             .offset = at,
                             .bytes = rest.first(length),
                             .padding = rest.subspan(length, step - length)});
    at += step;
  }
  area.rest_offset = at;
  area.rest = datagram.subspan(at);
  return area;
}

const Attribute* AttributeArea::find(std::uint16_t type) const {
  const auto found = std::find_if(attributes.rbegin(), attributes.rend(),
                                  [&](const Attribute& a) { return a.type() == type; });
  return found == attributes.rend() ? nullptr : &*found;
}

AttributeArea split_attributes(Bytes area, std::size_t offset) {
  AttributeArea result{};
  std::size_t at = 0;
  while (area.size() - at >= NLA_HDRLEN) {
    const Bytes rest = area.subspan(at);
    const auto length = load<std::uint16_t>(rest, 0);
    if (length < NLA_HDRLEN || length > rest.size()) break;
    const std::size_t step = std::min(align4(length), rest.size());
    result.attributes.push_back({.raw_type = load<std::uint16_t>(rest, 2),
                                 .offset = offset + at,
                                 .payload = rest.subspan(NLA_HDRLEN, length - NLA_HDRLEN),
                                 .padding = rest.subspan(length, step - length)});
    at += step;
  }
  result.rest_offset = offset + at;
  result.rest = area.subspan(at);
  return result;
}

std::string type_name(std::uint16_t type) {
  switch (type) {
    case NLMSG_NOOP:
      return "NOOP";
    case NLMSG_ERROR:
      return "ERROR";
    case NLMSG_DONE:
      return "DONE";
    case NFNL_MSG_BATCH_BEGIN:
      return "BATCH_BEGIN";
    case NFNL_MSG_BATCH_END:
      return "BATCH_END";
    default:
      break;
  }
  if (is_of_us(type) && command_of(type) < command_names.size()) {
    return std::string(command_names[command_of(type)]);
  }
  return "type " + hex16(type);
}

std::string attribute_name(std::uint16_t type) {
  if (type < attribute_names.size()) return std::string(attribute_names[type]);
  return "attribute " + std::to_string(type);
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
  if (flags != 0) text += '|' + hex16(flags);
  return text.empty() ? "no flags" : text.substr(1);
}

std::string hex16(std::uint16_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) text += digits[value >> shift & 0xfU];
  return text;
}

}  // namespace cttimeout::tools
