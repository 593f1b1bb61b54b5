// Requests drawn from the protocol table, some of them damaged on purpose.

#include "draw_message.h"

#include <algorithm>
#include <array>
#include <string>

#include "cttimeout/protocol.h"
#include "support/request.h"

namespace cttimeout::test {

namespace {

constexpr std::uint16_t net_byteorder = 0x4000;
constexpr std::array<std::uint16_t, 5> commands{type_new, type_get, type_delete, type_default_set,
                                                type_default_get};

std::string draw_name(Random& random) {
  static const std::array<std::string, 10> names{
      "a", "b", "web", "", held_name, std::string(31, 'x'), "caf\xc3\xa9", "\n", "x y", "A"};
  if (random.chance(1, 2)) return random.of(std::span<const std::string>(names));
  return "p" + std::to_string(random.below(40));
}

/// A NAME payload: mostly terminated, sometimes not, too long, or with bytes behind the NUL.
Bytes draw_name_payload(Random& random, const std::string& name) {
  if (!random.chance(1, 12)) return text(name);
  switch (random.below(5)) {
    case 0:
      return characters(name);
    case 1:
      return text(std::string(random.between(28, 40), 'n'));
    case 2:
      return join({text(name), characters(std::string(random.below(40), 'j'))});
    case 3:
      return join({text(name), zeros(random.below(40))});
    default:
      return characters(std::string(random.between(0, 40), 'n'));
  }
}

/// What a message is about. A name mostly comes with the same family and protocol, so that
/// policies are also replaced.
struct Subjects {
  std::string name;
  std::uint16_t family;
  std::uint8_t protocol;
};

Subjects draw_subjects(Random& random, std::string name) {
  Subjects subjects{.name = std::move(name), .family = ipv4, .protocol = tcp};
  if (subjects.name != held_name && !subjects.name.empty()) {
    const auto last = static_cast<unsigned char>(subjects.name.back());
    subjects.protocol = protocols[last % protocols.size()].number;
  }
  if (random.chance(1, 10)) subjects.family = ipv6;
  if (random.chance(1, 20)) subjects.family = static_cast<std::uint16_t>(random.below(65536));
  if (random.chance(1, 10)) subjects.protocol = static_cast<std::uint8_t>(random.below(256));
  return subjects;
}

std::uint32_t draw_seconds(Random& random) {
  switch (random.below(6)) {
    case 0:
      return random.of<std::uint32_t>({0, 1, 8589934, 8589935, 17179869, 17179870, 0x7fffffff,
                                       0x80000000, 0xfffffffe, 0xffffffff});
    case 1:
      return static_cast<std::uint32_t>(random.between(0, 0xffffffff));
    default:
      return static_cast<std::uint32_t>(random.between(1, 500000));
  }
}

std::uint16_t draw_type_flags(Random& random) {
  if (!random.chance(1, 12)) return 0;
  return random.of<std::uint16_t>({nested, net_byteorder, nested | net_byteorder});
}

/// The inside of DATA: slots of the protocol, now and then unknown ones, short or long values.
Bytes draw_slots(Random& random, std::uint8_t protocol) {
  const Protocol* row = find_protocol(protocol);
  const std::size_t known = row == nullptr ? 3 : row->slots.size();
  Bytes data;
  for (std::size_t i = random.below(known + 2); i > 0; --i) {
    const auto slot = static_cast<std::uint16_t>(random.chance(1, 15) ? random.below(20)
                                                                      : 1 + random.below(known));
    Bytes value = big32(draw_seconds(random));
    if (random.chance(1, 25)) value.resize(random.below(9));
    const auto type = static_cast<std::uint16_t>(slot | draw_type_flags(random));
    data = join({data, attribute(type, value)});
  }
  if (random.chance(1, 25)) data = join({data, zeros(random.below(5))});
  if (random.chance(1, 40)) data.resize(random.below(6));
  return data;
}

/// An integer's payload: mostly of its own size, sometimes shorter or longer.
Bytes draw_size(Random& random, Bytes payload) {
  if (random.chance(1, 25)) payload.resize(random.below(6));
  return payload;
}

void put_attribute(Random& random, Message& message, std::uint16_t type, const Subjects& subjects) {
  const auto flagged = static_cast<std::uint16_t>(type | draw_type_flags(random));
  switch (type) {
    case attr_name:
      message.attr(flagged, draw_name_payload(random, subjects.name));
      return;
    case attr_family:
      message.attr(flagged, draw_size(random, big16(subjects.family)));
      return;
    case attr_protocol:
      message.attr(flagged, draw_size(random, byte(subjects.protocol)));
      return;
    case attr_data:
      message.attr(static_cast<std::uint16_t>(flagged | (random.chance(7, 8) ? nested : 0)),
                   draw_slots(random, subjects.protocol));
      return;
    default:
      message.attr(flagged, zeros(random.below(9)));
  }
}

std::uint16_t draw_flags(Random& random) {
  if (random.chance(1, 40)) return static_cast<std::uint16_t>(random.below(65536));
  std::uint16_t flags = random.chance(30, 31) ? flag_request : 0;
  const auto add = [&](std::uint16_t flag, unsigned of) {
    if (random.chance(1, of)) flags = static_cast<std::uint16_t>(flags | flag);
  };
  add(flag_ack, 2);
  add(flag_replace, 4);
  add(flag_exclusive, 6);
  add(flag_create, 2);
  add(flag_echo, 12);
  add(flag_append, 12);
  return flags;
}

std::uint16_t draw_type(Random& random) {
  if (random.chance(1, 200)) return type_batch_begin;
  if (!random.chance(1, 30)) return commands[random.below(commands.size())];
  // Subsystems 1 to 7 and 9 to 11 belong to other endpoints.
  const auto low = static_cast<std::uint16_t>(random.below(256));
  const auto subsystem = random.of<std::uint16_t>({0, 0, 8, 8, 8, 12, 13, 200, 255});
  return static_cast<std::uint16_t>(subsystem << 8 | low);
}

Message draw_message(Random& random, std::uint32_t sequence, const Subjects& subjects) {
  const std::uint16_t type = draw_type(random);
  Message message(type);
  message.without(flag_request).with(draw_flags(random)).sequence(sequence);
  if (random.chance(1, 20)) message.port(static_cast<std::uint32_t>(random.between(1, 99999)));
  if (type == type_batch_begin || random.chance(1, 20)) {
    message.nfgen(static_cast<std::uint8_t>(random.below(256)),
                  static_cast<std::uint8_t>(random.below(256)),
                  random.of<std::uint16_t>({0, 8, 0x0800, 11, 12, 13, 0xffff}));
  }
  std::array<std::uint16_t, 4> order{attr_name, attr_family, attr_protocol, attr_data};
  if (random.chance(1, 6)) std::swap(order[random.below(4)], order[random.below(4)]);
  for (const std::uint16_t attribute : order) {
    if (random.chance(1, 20)) continue;
    put_attribute(random, message, attribute, subjects);
    if (random.chance(1, 40)) put_attribute(random, message, attribute, subjects);
  }
  if (random.chance(1, 20)) {
    put_attribute(random, message, random.of<std::uint16_t>({0, 5, 6, 7, 0x3fff}), subjects);
  }
  return message;
}

/// Damage to a message's bytes: a bit, a byte, an inner length, its end.
void damage(Random& random, Bytes& message) {
  switch (random.below(5)) {
    case 0:
      message[random.below(message.size())] ^= std::byte{1} << random.below(8);
      break;
    case 1:
      message[random.below(message.size())] = static_cast<std::byte>(random.below(256));
      break;
    case 2: {  // some 16-bit number, such as an attribute's length
      const std::size_t at = random.below(message.size() / 2) * 2;
      const Bytes number = host16(static_cast<std::uint16_t>(random.below(80)));
      std::copy(number.begin(), number.end(), message.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    }
    case 3: {  // the message's length
      const Bytes number = host32(static_cast<std::uint32_t>(random.below(message.size() + 8)));
      std::copy(number.begin(), number.end(), message.begin());
      break;
    }
    default:
      message.resize(random.below(message.size()) + 1);
  }
}

bool belongs_to_another_endpoint(std::uint16_t type) {
  const unsigned subsystem = type >> 8;
  return subsystem != 0 && subsystem < 12 && subsystem != 8;
}

/// Damage may address other endpoints or nf_tables, which are not our subject.
bool off_limits(View datagram) {
  if (datagram.size() >= payload_offset && read16(datagram, 4) == type_batch_begin) {
    const std::uint16_t res_id = read16(datagram, 18);
    if (res_id == 10 || res_id == 0x0a00) return true;
  }
  for (std::size_t at = 0; at + header_size <= datagram.size();) {
    const std::size_t length = read32(datagram, at);
    if (belongs_to_another_endpoint(read16(datagram, at + 4))) return true;
    if (length < header_size || length > datagram.size() - at) return false;
    at += aligned(length);
  }
  return false;
}

Bytes draw_messages(Random& random, std::uint32_t& sequence) {
  Bytes datagram;
  const std::size_t count = random.chance(1, 8) ? random.between(2, 6) : 1;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes message = draw_message(random, ++sequence, draw_subjects(random, draw_name(random)));
    if (random.chance(1, 10)) damage(random, message);
    if (!random.chance(1, 20)) message = padded(std::move(message));
    datagram.insert(datagram.end(), message.begin(), message.end());
  }
  return datagram;
}

}  // namespace

Bytes draw_datagram(Random& random, std::uint32_t& sequence) {
  if (random.chance(1, 300)) return zeros(random.of<std::size_t>({0, 1, 15, 212960, 212961}));
  for (;;) {
    Bytes datagram = draw_messages(random, sequence);
    if (!off_limits(datagram)) return datagram;
  }
}

Bytes draw_attribute(Random& random) {
  const auto type = random.of<std::uint16_t>(
      {attr_name, attr_family, attr_protocol, attr_data, attr_data, attr_users, 0, 6});
  Message message(type_new);
  put_attribute(random, message, type, draw_subjects(random, draw_name(random)));
  const Bytes bytes = message;
  return {bytes.begin() + payload_offset, bytes.end()};
}

Bytes draw_many_policies(Random& random, std::uint32_t& sequence) {
  Bytes datagram;
  for (std::size_t i = random.between(20, 400); i > 0; --i) {
    const Protocol& protocol = protocols[random.below(protocols.size())];
    const Bytes message =
        new_policy("m" + std::to_string(random.below(1000)), ipv4, protocol.number)
            .sequence(++sequence)
            .with(flag_replace);
    datagram.insert(datagram.end(), message.begin(), message.end());
  }
  return datagram;
}

Bytes draw_dump(Random& random, std::uint32_t& sequence) {
  Message dump = dump_policies();
  if (random.chance(1, 5)) dump.ack();
  return dump.sequence(++sequence);
}

Bytes draw_request_for_held(Random& random, std::uint32_t& sequence) {
  for (;;) {
    const Bytes request = draw_message(random, ++sequence, draw_subjects(random, held_name)).ack();
    if (!off_limits(request)) return request;
  }
}

Bytes new_held_policy(std::uint32_t& sequence) {
  const std::uint32_t first = ++sequence;
  return datagram({delete_policy(held_name).sequence(first),
                   new_policy(held_name, ipv4, tcp).sequence(++sequence)});
}

}  // namespace cttimeout::test
