// Draws calls as programs make them, and now and then as they better did not.
#include "draw_call.h"

#include <algorithm>
#include <array>
#include <vector>

#include "old_object.h"
#include "support/request.h"

namespace cttimeout::test {

namespace {

constexpr std::array<std::uint8_t, 9> known{1, 6, 17, 33, 47, 58, 132, 136, 255};

std::uint8_t draw_protocol(Random& random) {
  if (random.chance(1, 16)) return static_cast<std::uint8_t>(random.between(0, 255));
  return random.of(std::span<const std::uint8_t>(known));
}

/// Any characters but control characters, also such as terminals do not know.
std::string draw_name(Random& random) {
  std::string name(random.below(32), '\0');
  for (char& byte : name) {
    byte = static_cast<char>(random.between(' ', 255));
    if (byte == 0x7f) byte = ' ';
  }
  return name;
}

/// Too long for a name, or with control characters, or both.
std::string draw_odd_name(Random& random) {
  std::string name(random.between(1, 40), '\0');
  for (char& byte : name) byte = static_cast<char>(random.between(1, 255));
  return name;
}

std::uint32_t draw_seconds(Random& random) {
  return static_cast<std::uint32_t>(random.chance(1, 2) ? random.between(0, 1000)
                                                        : random.between(0, 0xffffffff));
}

/// The inside of DATA: some or all states, and now and then slots that nobody knows. Never the one
/// after the last state: 1.0.1 writes behind its table.
Bytes draw_slots(Random& random, std::uint8_t protocol) {
  const std::uint32_t states = old_states(protocol);
  const bool all = random.chance(1, 2);
  Bytes data;
  for (std::uint32_t slot = 1; slot <= states; ++slot) {
    if (!all && random.chance(1, 2)) continue;
    const Bytes one = attribute(static_cast<std::uint16_t>(slot), big32(draw_seconds(random)));
    data.insert(random.chance(1, 4) ? data.begin() : data.end(), one.begin(), one.end());
  }
  if (random.chance(1, 8)) {
    const auto slot = static_cast<std::uint16_t>(random.between(12, 0x3fff));
    if (slot > states + 1) data = join({data, attribute(slot, big32(1))});
  }
  return data;
}

/// A message as the kernel sends it, or another of this subsystem, in which attributes may be
/// missing. Attributes in any order.
Bytes draw_message(Random& random) {
  const std::uint8_t protocol = draw_protocol(random);
  const bool whole = random.chance(3, 4);
  const auto wanted = [&] { return whole || random.chance(1, 2); };
  std::vector<Bytes> attributes;
  const bool has_protocol = wanted();
  if (wanted()) attributes.push_back(attribute(attr_name, text(draw_name(random))));
  if (wanted()) {
    const auto family = static_cast<std::uint16_t>(random.between(0, 0xffff));
    attributes.push_back(attribute(attr_family, big16(family)));
  }
  if (has_protocol) attributes.push_back(attribute(attr_protocol, byte(protocol)));
  if (has_protocol && old_states(protocol) != 0 && wanted()) {
    const auto type = static_cast<std::uint16_t>(attr_data | (random.chance(7, 8) ? nested : 0));
    attributes.push_back(attribute(type, draw_slots(random, protocol)));
  }
  if (wanted()) attributes.push_back(attribute(attr_users, big32(draw_seconds(random))));
  if (random.chance(1, 8)) {
    const auto type = static_cast<std::uint16_t>(random.between(6, 0x3fff));
    attributes.push_back(attribute(type, zeros(random.below(20))));
  }
  if (random.chance(1, 4)) {
    for (std::size_t i = attributes.size(); i > 1; --i) {
      std::swap(attributes[i - 1], attributes[random.below(i)]);
    }
  }
  Message message(
      whole ? type_new
            : random.of({type_new, type_get, type_delete, type_default_set, type_default_get}));
  for (const Bytes& one : attributes) message.raw(one);
  return message.bytes();
}

Call draw_set(Random& random) {
  const bool family = random.chance(1, 2);
  const std::uint32_t value =
      family ? static_cast<std::uint32_t>(random.between(0, 0xffff)) : draw_protocol(random);
  if (random.chance(1, 3)) {
    return {.what = family ? What::set_family : What::set_protocol, .value = value};
  }
  if (family) return {.what = What::set_u16, .type = NFCT_TIMEOUT_ATTR_L3PROTO, .value = value};
  if (random.chance(1, 100)) {
    return {.what = What::set_u16, .type = NFCT_TIMEOUT_ATTR_L4PROTO, .value = value + 256};
  }
  return {.what = random.chance(1, 2) ? What::set_u8 : What::set_u16,
          .type = NFCT_TIMEOUT_ATTR_L4PROTO,
          .value = value};
}

Call draw_build(Random& random) {
  return {.what = random.chance(1, 16) ? What::build_more : What::build,
          .type = static_cast<std::uint32_t>(random.between(0, 4)),
          .value = static_cast<std::uint32_t>(random.between(0, 0xffffffff)),
          .flags = static_cast<std::uint16_t>(random.between(0, 0xffff))};
}

Call draw_state_name(Random& random) {
  const std::uint8_t protocol = random.of(std::span<const std::uint8_t>(known));
  return {.what = What::state_name,
          .type = protocol,
          .value = static_cast<std::uint32_t>(random.below(old_states(protocol)))};
}

}  // namespace

Call draw_call(Random& random, const Bytes& built) {
  const std::size_t kind = random.below(32);
  if (kind < 1) return {.what = What::renew};
  if (kind < 4) {
    return {.what = What::set_name,
            .name = random.chance(1, 50) ? draw_odd_name(random) : draw_name(random)};
  }
  if (kind < 9) return draw_set(random);
  if (kind < 10) {
    return {.what = What::unset, .type = static_cast<std::uint32_t>(random.below(4))};
  }
  if (kind < 19) {
    return {.what = What::set_timeout,
            .type = static_cast<std::uint32_t>(random.below(random.chance(1, 4) ? 20 : 11)),
            .value = draw_seconds(random)};
  }
  if (kind < 23) return draw_build(random);
  if (kind < 26) return {.what = What::parse, .message = draw_message(random)};
  if (kind < 27 && !built.empty()) return {.what = What::parse, .message = built};
  if (kind < 29) return {.what = What::print};
  if (kind < 31) return {.what = What::print_exactly};
  return draw_state_name(random);
}

}  // namespace cttimeout::test
