// Differences where the old library reads or writes memory that is not its own.

#include <array>
#include <cstring>

#include "difference.h"
#include "support/reply.h"

namespace cttimeout::test {

namespace {

constexpr std::uint8_t sctp = 132;

std::string state_beyond_the_last(const Library& library) {
  const Object object = new_object(library, "x", tcp);
  return returned([&] { return library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_TCP_MAX, 1); });
}

std::string message_state_beyond_the_last(const Library& library) {
  const Object object = new_object(library);
  return seen({parsed(library, object,
                      new_policy("x", ipv4, tcp, {{1, 7}, {12, 1}, {16000, 1}, {16001, 1}})),
               printed(library, object)});
}

std::string larger_protocol_set(const Library& library) {
  const Object object = new_object(library, "x", udp);
  library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_REPLIED, 5);
  library.set_u8(object.get(), NFCT_TIMEOUT_ATTR_L4PROTO, tcp);
  return returned(
      [&] { return library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_TCP_UNACK, 7); });
}

std::string larger_protocol_parsed(const Library& library) {
  const Object object = new_object(library);
  return seen({parsed(library, object, policy_message({"u", ipv4, udp, {1, 2}})),
               parsed(library, object,
                      policy_message({"t", ipv4, tcp, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}))});
}

std::string larger_protocol_printed(const Library& library) {
  const Object object = new_object(library, "x", icmp);
  library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_ICMP, 5);
  library.set_u8(object.get(), NFCT_TIMEOUT_ATTR_L4PROTO, udp);
  return printed(library, object);
}

std::string policy_attribute(const Library& library) {
  const Object object = new_object(library);
  return seen({returned([&] { return library.set(object.get(), NFCT_TIMEOUT_ATTR_POLICY, ""); }),
               printed(library, object)});
}

std::string small_text_buffer(const Library& library) {
  const Object object = new_object(library, "x", tcp);
  library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_TCP_SYN_SENT, 1);
  std::vector<char> text(32);
  return seen(
      {returned([&] { return library.print(text.data(), text.size(), object.get(), 0, 0); }),
       text.data()});
}

std::string empty_text_buffer(const Library& library) {
  const Object object = new_object(library, "x", tcp);
  std::vector<char> text(4);
  return returned([&] { return library.print(text.data() + text.size(), 0, object.get(), 0, 0); });
}

std::string name_of_no_state(const Library& library) {
  return library.state_name(tcp, 1000000) == nullptr ? "NULL" : "a name";
}

std::string unterminated_name(const Library& library) {
  const Object object = new_object(library);
  // GET has no other attribute; the name ends where the memory does.
  return parsed(library, object, Message(type_get).attr(attr_name, characters("name")));
}

/// Leaves 0x5a in the memory that the next call's variables will have. There is no other variable
/// here, which would lie there in a build without optimization.
[[gnu::noinline]] void dirty_the_stack() {
  std::array<char, 512> memory;
  std::memset(&memory, 0x5a, sizeof memory);
  asm volatile("" : : "r"(&memory) : "memory");  // it is looked at
}

void set_byte_on_dirty_stack(const Library& library, const Object& object, std::uint32_t attribute,
                             std::uint8_t value) {
  nfct_timeout* const timeout = object.get();  // a call of its own without optimization
  dirty_the_stack();
  library.set_u8(timeout, attribute, value);
}

std::string byte_as_family(const Library& library) {
  const Object object = new_object(library);
  set_byte_on_dirty_stack(library, object, NFCT_TIMEOUT_ATTR_L3PROTO, 2);
  return printed(library, object);
}

std::string integer_as_name(const Library& library) {
  const Object object = new_object(library);
  set_byte_on_dirty_stack(library, object, NFCT_TIMEOUT_ATTR_NAME, 'a');
  return printed(library, object).substr(0, 3);  // what follows is what was on the stack
}

std::string attribute_32(const Library& library) {
  const Object object = new_object(library);
  return seen(
      {returned([&] { return library.set(object.get(), 32, "x"); }), attributes(library, object)});
}

std::string free_null(const Library& library) {
  library.free(nullptr);
  return "nothing";
}

std::string small_message_buffer(const Library& library) {
  const Object object = new_object(library, "x", tcp);
  std::vector<char> memory(32);
  if (library.build_request == nullptr) {
    library.build_payload(library.build_header(memory.data(), IPCTNL_MSG_TIMEOUT_NEW, 0, 1),
                          object.get());
    return "built";
  }
  return returned([&] {
    return library.build_request(memory.data(), memory.size(), IPCTNL_MSG_TIMEOUT_NEW, 0, 1,
                                 object.get());
  });
}

std::string padding(const Library& library) {
  return attributes(library, new_object(library, "x", sctp));
}

constexpr std::array differences{
    Difference{"state-beyond-the-last", state_beyond_the_last, "SIGSEGV", "-1 EINVAL"},
    Difference{"message-state-beyond-the-last", message_state_beyond_the_last, "SIGSEGV",
               "0 .x = {\n\t.l3proto = 2,\n\t.l4proto = 6,\n\t.policy = {\n\t\t.SYN_SENT = 7,\n"
               "\t\t.SYN_RECV = 0,\n\t\t.ESTABLISHED = 0,\n\t\t.FIN_WAIT = 0,\n"
               "\t\t.CLOSE_WAIT = 0,\n\t\t.LAST_ACK = 0,\n\t\t.TIME_WAIT = 0,\n\t\t.CLOSE = 0,\n"
               "\t\t.SYN_SENT2 = 0,\n\t\t.RETRANS = 0,\n\t\t.UNACKNOWLEDGED = 0,\n\t},\n};"},
    Difference{"larger-protocol-set", larger_protocol_set, "SIGSEGV", "0"},
    Difference{"larger-protocol-parsed", larger_protocol_parsed, "SIGSEGV", "0 0"},
    Difference{"larger-protocol-printed", larger_protocol_printed, "SIGSEGV",
               ".x = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n\t\t.UNREPLIED = 5,\n"
               "\t\t.REPLIED = 0,\n\t},\n};"},
    Difference{"policy-attribute", policy_attribute, "SIGSEGV", "-1 EINVAL };"},
    Difference{"small-text-buffer", small_text_buffer, "SIGSEGV",
               "-1 ENOSPC .x = {\n\t.l3proto = 2,\n\t.l4proto"},
    Difference{"empty-text-buffer", empty_text_buffer, "SIGSEGV", "-1 ENOSPC"},
    Difference{"name-of-no-state", name_of_no_state, "SIGSEGV", "NULL"},
    Difference{"unterminated-name", unterminated_name, "SIGSEGV", "-1 EINVAL"},
    Difference{"byte-as-family", byte_as_family, "\t.l3proto = 23042,\n};", "\t.l3proto = 2,\n};"},
    Difference{"integer-as-name", integer_as_name, ".aZ", ".(n"},
    Difference{"attribute-out-of-range", attribute_32,
               "0 0500010000"
               "5a5a5a",
               "-1 EINVAL "},
    Difference{"null", free_null, "SIGSEGV", "nothing"},
    Difference{"small-message-buffer", small_message_buffer, "SIGSEGV", "-1 ENOSPC"},
    Difference{"padding", padding,
               "06000100"
               "78005a5a"
               "06000200"
               "00025a5a"
               "05000300"
               "845a5a5a",
               "06000100"
               "78000000"
               "06000200"
               "00020000"
               "05000300"
               "84000000"},
};

}  // namespace

std::span<const Difference> memory_differences() {
  return differences;
}

}  // namespace cttimeout::test
