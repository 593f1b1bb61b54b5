// The text of attributes, with slots by the names of the protocol table.
#include "netlink/describe_attributes.h"

#include <linux/netfilter/nfnetlink_cttimeout.h>

#include <algorithm>

#include "cttimeout/protocol.h"
#include "netlink/message.h"
#include "netlink/text.h"

namespace cttimeout::tools {
namespace {

constexpr std::string_view attribute_line = "\n    ";
constexpr std::string_view slot_line = "\n      ";

std::string_view between(Layout layout) {
  return layout == Layout::in_one_line ? ", " : attribute_line;
}

// Calls one(attribute) for the text of each; joins them.
template <class One>
std::string list(Bytes bytes, std::string_view separator, One one) {
  std::string text;
  const auto append = [&](const std::string& item) {
    if (!text.empty()) text += separator;
    text += item;
  };
  const AttributeArea area = split_attributes(bytes, 0);
  for (const Attribute& attribute : area.attributes) append(one(attribute));
  if (!area.rest.empty()) append("leftover " + to_hex(area.rest));
  return text;
}

std::string name_text(Bytes payload) {
  std::string characters(payload.size(), '\0');
  std::ranges::transform(payload, characters.begin(),
                         [](std::byte b) { return static_cast<char>(b); });
  if (!characters.empty() && characters.find('\0') == characters.size() - 1) characters.pop_back();
  return in_quotes(characters);
}

const Protocol* protocol_of(Bytes attributes) {
  const AttributeArea area = split_attributes(attributes, 0);
  const Attribute* const number = area.find(CTA_TIMEOUT_L4PROTO);
  if (number == nullptr || number->payload.empty()) return nullptr;
  return find_protocol(load<std::uint8_t>(number->payload, 0));
}

std::string slot_text(const Attribute& a, const Protocol* protocol) {
  const unsigned number = a.type();
  const Slot* slot = protocol != nullptr ? protocol->slot(number) : nullptr;
  const std::string name =
      slot != nullptr ? std::string(slot->name) : "slot " + std::to_string(number);
  return name + ' ' +
         (a.payload.size() == 4 ? std::to_string(load_big<std::uint32_t>(a.payload, 0))
                                : bytes_text(a.payload));
}

std::string protocol_text(Bytes payload) {
  const auto number = load<std::uint8_t>(payload, 0);
  const Protocol* protocol = find_protocol(number);
  return "L4PROTO " + std::to_string(number) +
         (protocol != nullptr ? " (" + std::string(protocol->name) + ')' : "");
}

std::string data_text(Bytes nest, const Protocol* protocol, Layout layout) {
  const auto one = [&](const Attribute& slot) { return slot_text(slot, protocol); };
  if (layout == Layout::in_one_line) return "DATA {" + list(nest, ", ", one) + '}';
  const std::string slots = list(nest, slot_line, one);
  return "DATA" + (slots.empty() ? "" : std::string(slot_line) + slots);
}

std::string attribute_text(const Attribute& a, const Protocol* protocol, Layout layout) {
  const std::uint16_t type = a.type();
  if (type == CTA_TIMEOUT_NAME) return "NAME " + name_text(a.payload);
  if (type == CTA_TIMEOUT_L3PROTO && a.payload.size() == 2) {
    return "L3PROTO " + std::to_string(load_big<std::uint16_t>(a.payload, 0));
  }
  if (type == CTA_TIMEOUT_L4PROTO && a.payload.size() == 1) return protocol_text(a.payload);
  if (type == CTA_TIMEOUT_USE && a.payload.size() == 4) {
    return "USE " + std::to_string(load_big<std::uint32_t>(a.payload, 0));
  }
  if (type == CTA_TIMEOUT_DATA) return data_text(a.payload, protocol, layout);
  return "attribute " + std::to_string(type) + ' ' + bytes_text(a.payload);
}

}  // namespace

std::string describe_attributes(Bytes attributes, Layout layout) {
  const Protocol* protocol = protocol_of(attributes);
  return list(attributes, between(layout),
              [&](const Attribute& a) { return attribute_text(a, protocol, layout); });
}

std::string describe_ack_attributes(Bytes attributes, Layout layout) {
  return list(attributes, between(layout), [](const Attribute& a) {
    switch (a.raw_type) {
      case NLMSGERR_ATTR_MSG:
        return "MSG " + name_text(a.payload);
      case NLMSGERR_ATTR_OFFS:
        return "OFFS " + std::to_string(load<std::uint32_t>(a.payload, 0));
      case NLMSGERR_ATTR_POLICY | NLA_F_NESTED:
        return "POLICY " + to_hex(a.payload);
      default:
        return "attribute " + std::to_string(a.raw_type) + ' ' + bytes_text(a.payload);
    }
  });
}

}  // namespace cttimeout::tools
