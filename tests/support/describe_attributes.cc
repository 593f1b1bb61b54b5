// The text of attributes, with slots by the names of the protocol table.
#include "support/describe_attributes.h"

#include <algorithm>

#include "cttimeout/protocol.h"
#include "support/golden_text.h"
#include "support/wire.h"

namespace cttimeout::test {
namespace {

constexpr std::uint16_t type_mask = 0x3fff;

struct Attribute {
  std::uint16_t type;
  View payload;
};

// Calls visit(attribute) for each; returns the bytes that are none.
template <class Visit>
View for_each_attribute(View bytes, Visit visit) {
  while (bytes.size() >= 4) {
    const std::size_t length = read16(bytes, 0);
    if (length < 4 || length > bytes.size()) break;
    visit(Attribute{read16(bytes, 2), bytes.subspan(4, length - 4)});
    bytes = bytes.subspan(std::min(aligned(length), bytes.size()));
  }
  return bytes;
}

constexpr std::string_view attribute_line = "\n    ";
constexpr std::string_view slot_line = "\n      ";

std::string_view between(Layout layout) {
  return layout == Layout::in_one_line ? ", " : attribute_line;
}

// Calls one(attribute) for the text of each; joins them.
template <class One>
std::string list(View bytes, std::string_view separator, One one) {
  std::string text;
  const auto append = [&](const std::string& item) {
    if (!text.empty()) text += separator;
    text += item;
  };
  const View rest = for_each_attribute(bytes, [&](Attribute a) { append(one(a)); });
  if (!rest.empty()) append("leftover " + to_hex(rest));
  return text;
}

std::string name_text(View payload) {
  std::string characters(payload.size(), '\0');
  std::ranges::transform(payload, characters.begin(),
                         [](std::byte b) { return static_cast<char>(b); });
  if (!characters.empty() && characters.find('\0') == characters.size() - 1) characters.pop_back();
  return in_quotes(characters);
}

const Protocol* protocol_of(View attributes) {
  const Protocol* protocol = nullptr;
  for_each_attribute(attributes, [&](Attribute a) {
    if ((a.type & type_mask) != attr_protocol || a.payload.empty()) return;
    protocol = find_protocol(std::to_integer<std::uint8_t>(a.payload.front()));
  });
  return protocol;
}

std::string slot_text(Attribute a, const Protocol* protocol) {
  const unsigned number = a.type & type_mask;
  const Slot* slot = protocol != nullptr ? protocol->slot(number) : nullptr;
  const std::string name =
      slot != nullptr ? std::string(slot->name) : "slot " + std::to_string(number);
  return name + ' ' +
         (a.payload.size() == 4 ? std::to_string(read_big32(a.payload, 0)) : bytes_text(a.payload));
}

std::string protocol_text(View payload) {
  const auto number = std::to_integer<std::uint8_t>(payload.front());
  const Protocol* protocol = find_protocol(number);
  return "L4PROTO " + std::to_string(number) +
         (protocol != nullptr ? " (" + std::string(protocol->name) + ')' : "");
}

std::string data_text(View nest, const Protocol* protocol, Layout layout) {
  const auto one = [&](Attribute slot) { return slot_text(slot, protocol); };
  if (layout == Layout::in_one_line) return "DATA {" + list(nest, ", ", one) + '}';
  const std::string slots = list(nest, slot_line, one);
  return "DATA" + (slots.empty() ? "" : std::string(slot_line) + slots);
}

std::string attribute_text(Attribute a, const Protocol* protocol, Layout layout) {
  const unsigned type = a.type & type_mask;
  if (type == attr_name) return "NAME " + name_text(a.payload);
  if (type == attr_family && a.payload.size() == 2) {
    return "L3PROTO " +
           std::to_string(read_big32(join({zeros(2), {a.payload.begin(), a.payload.end()}}), 0));
  }
  if (type == attr_protocol && a.payload.size() == 1) return protocol_text(a.payload);
  if (type == attr_users && a.payload.size() == 4) {
    return "USE " + std::to_string(read_big32(a.payload, 0));
  }
  if (type == attr_data) return data_text(a.payload, protocol, layout);
  return "attribute " + std::to_string(type) + ' ' + bytes_text(a.payload);
}

}  // namespace

std::string describe_attributes(View attributes, Layout layout) {
  const Protocol* protocol = protocol_of(attributes);
  return list(attributes, between(layout),
              [&](Attribute a) { return attribute_text(a, protocol, layout); });
}

std::string describe_ack_attributes(View attributes, Layout layout) {
  return list(attributes, between(layout), [](Attribute a) {
    if (a.type == ext_message) return "MSG " + name_text(a.payload);
    if (a.type == ext_offset) return "OFFS " + std::to_string(read32(a.payload, 0));
    if (a.type == ext_policy) return "POLICY " + to_hex(a.payload);
    return "attribute " + std::to_string(a.type) + ' ' + bytes_text(a.payload);
  });
}

}  // namespace cttimeout::test
