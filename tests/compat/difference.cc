// What the plays of differences have in common.
#include "difference.h"

#include <linux/netlink.h>

#include <algorithm>
#include <array>

namespace cttimeout::test {

std::vector<Difference> all_differences() {
  std::vector<Difference> all;
  for (const auto part : {memory_differences(), message_differences(), value_differences()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::string seen(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

Object new_object(const Library& library, const char* name, std::uint8_t protocol) {
  Object object = new_object(library);
  library.set(object.get(), NFCT_TIMEOUT_ATTR_NAME, name);
  library.set_u16(object.get(), NFCT_TIMEOUT_ATTR_L3PROTO, 2);
  library.set_u8(object.get(), NFCT_TIMEOUT_ATTR_L4PROTO, protocol);
  return object;
}

std::string printed(const Library& library, const Object& object) {
  std::array<char, 1024> text{};
  library.print(text.data(), text.size(), object.get(), NFCT_TIMEOUT_O_DEFAULT, 0);
  return text.data();
}

std::string attributes(const Library& library, const Object& object) {
  constexpr std::size_t headers = 20;
  alignas(nlmsghdr) std::array<char, 1024> memory;
  memory.fill(0x5a);
  nlmsghdr* message = library.build_header(memory.data(), IPCTNL_MSG_TIMEOUT_NEW, 0, 1);
  library.build_payload(message, object.get());
  return to_hex(std::as_bytes(std::span(memory)).first(message->nlmsg_len).subspan(headers));
}

std::string parsed(const Library& library, const Object& object, const Bytes& message) {
  const Bytes exact(message);  // nothing behind it
  return returned(
      [&] { return library.parse(reinterpret_cast<const nlmsghdr*>(exact.data()), object.get()); });
}

}  // namespace cttimeout::test
