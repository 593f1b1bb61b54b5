// One call of the C interface, as it is drawn, played and printed.
#include "call.h"

#include <linux/netlink.h>

#include <array>

namespace cttimeout::test {

namespace {

/// Larger than any text or message; all of it is compared, so that nobody writes further.
using Memory = std::array<char, 1024>;

std::string whole(const Memory& memory) {
  return {memory.data(), memory.size()};
}

Seen build(const Library& library, const Object& object, const Call& call) {
  alignas(nlmsghdr) Memory memory{};  // zeros: neither clears the padding of libmnl 1.0.4
  nlmsghdr* message = library.build_header(memory.data(), static_cast<std::uint8_t>(call.type),
                                           call.flags, call.value);
  for (int i = 0; i < (call.what == What::build_more ? 2 : 1); ++i) {
    library.build_payload(message, object.get());
  }
  return {message->nlmsg_len, whole(memory)};
}

Seen print(const Library& library, const Object& object, std::size_t size) {
  Memory memory{};
  const int result = library.print(memory.data(), size, object.get(), NFCT_TIMEOUT_O_DEFAULT, 0);
  return {result, whole(memory)};
}

Seen print_exactly(const Library& library, const Object& object) {
  const std::string text = print(library, object, Memory{}.size()).bytes;
  return print(library, object, text.find('\0') + 1);
}

Seen state_name(const Library& library, const Call& call) {
  const char* name = library.state_name(static_cast<std::uint8_t>(call.type), call.value);
  return name == nullptr ? Seen{-1} : Seen{0, name};
}

}  // namespace

Seen play(const Library& library, Object& object, const Call& call) {
  nfct_timeout* t = object.get();
  switch (call.what) {
    case What::renew:
      object = new_object(library);
      return {};
    case What::set_name:
      return {library.set(t, NFCT_TIMEOUT_ATTR_NAME, call.name.c_str())};
    case What::set_family: {
      const auto family = static_cast<std::uint16_t>(call.value);
      return {library.set(t, NFCT_TIMEOUT_ATTR_L3PROTO, &family)};
    }
    case What::set_protocol: {
      const auto protocol = static_cast<std::uint8_t>(call.value);
      return {library.set(t, NFCT_TIMEOUT_ATTR_L4PROTO, &protocol)};
    }
    case What::set_u8:
      return {library.set_u8(t, call.type, static_cast<std::uint8_t>(call.value))};
    case What::set_u16:
      return {library.set_u16(t, call.type, static_cast<std::uint16_t>(call.value))};
    case What::unset:
      library.unset(t, call.type);
      return {};
    case What::set_timeout:
      return {library.set_timeout(t, call.type, call.value)};
    case What::build:
    case What::build_more:
      return build(library, object, call);
    case What::parse:
      return {library.parse(reinterpret_cast<const nlmsghdr*>(call.message.data()), t)};
    case What::print:
      return print(library, object, Memory{}.size());
    case What::print_exactly:
      return print_exactly(library, object);
    case What::state_name:
      return state_name(library, call);
  }
  return {};
}

std::string to_text(const Call& call) {
  const std::string type = std::to_string(call.type);
  const std::string value = std::to_string(call.value);
  switch (call.what) {
    case What::renew:
      return "free, alloc";
    case What::set_name:
      return "attr_set(NAME, " + to_hex(characters(call.name)) + ")";
    case What::set_family:
      return "attr_set(L3PROTO, " + value + ")";
    case What::set_protocol:
      return "attr_set(L4PROTO, " + value + ")";
    case What::set_u8:
      return "attr_set_u8(" + type + ", " + value + ")";
    case What::set_u16:
      return "attr_set_u16(" + type + ", " + value + ")";
    case What::unset:
      return "attr_unset(" + type + ")";
    case What::set_timeout:
      return "policy_attr_set_u32(" + type + ", " + value + ")";
    case What::build:
      return "build(" + type + ", " + std::to_string(call.flags) + ", " + value + ")";
    case What::build_more:
      return "build, payload twice(" + type + ", " + std::to_string(call.flags) + ", " + value +
             ")";
    case What::parse:
      return "parse(" + to_hex(call.message) + ")";
    case What::print:
      return "snprintf";
    case What::print_exactly:
      return "snprintf, just fits";
    case What::state_name:
      return "policy_attr_to_name(" + type + ", " + value + ")";
  }
  return {};
}

std::string to_text(const Seen& seen) {
  return std::to_string(seen.result) + ' ' + to_hex(characters(seen.bytes));
}

}  // namespace cttimeout::test
