// Prints policies, as a block and as a line. Names of protocols and slots come from protocol.h.
#include "cttimeout/format.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "words.h"

namespace cttimeout {
namespace {

std::string name_text(const Name& name) {
  return is_plain_word(name.view()) ? std::string(name.view()) : quoted(name.view());
}

std::string family_text(Family family) {
  const auto* found = std::ranges::find(families, family, &decltype(families)::value_type::second);
  return found != families.end() ? std::string(found->first)
                                 : std::to_string(static_cast<std::uint16_t>(family));
}

std::string protocol_text(std::uint8_t number) {
  const Protocol* const protocol = find_protocol(number);
  return protocol != nullptr ? std::string(protocol->name) : std::to_string(number);
}

std::string slot_name(std::uint8_t protocol_number, std::size_t slot_number) {
  const Protocol* const protocol = find_protocol(protocol_number);
  const Slot* const slot = protocol != nullptr ? protocol->slot(slot_number) : nullptr;
  return slot != nullptr ? std::string(slot->name) : "SLOT_" + std::to_string(slot_number);
}

}  // namespace

std::string to_block(const Policy& policy) {
  std::string text = '.' + name_text(policy.name) + " = {\n";
  text += "\t.l3proto = " + std::to_string(static_cast<std::uint16_t>(policy.family)) + ",\n";
  text += "\t.l4proto = " + std::to_string(policy.protocol) + ",\n";
  if (!policy.timeouts.empty()) text += "\t.policy = {\n";
  for (std::size_t slot = 1; slot <= max_slots; ++slot) {
    if (const auto timeout = policy.timeouts.get(slot)) {
      text += "\t\t." + slot_name(policy.protocol, slot) + " = " +
              std::to_string(timeout->count()) + ",\n";
    }
  }
  if (!policy.timeouts.empty()) text += "\t},\n";
  return text + "};";
}

std::string to_line(const Policy& policy) {
  std::string text = name_text(policy.name) + ' ' + family_text(policy.family) + ' ' +
                     protocol_text(policy.protocol);
  for (std::size_t slot = 1; slot <= max_slots; ++slot) {
    if (const auto timeout = policy.timeouts.get(slot)) {
      text += ' ' + lower_case(slot_name(policy.protocol, slot)) + ' ' +
              std::to_string(timeout->count());
    }
  }
  return text;
}

}  // namespace cttimeout
