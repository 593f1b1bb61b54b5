// Differences in what is made of values, and in what is said about it.

#include <array>

#include "difference.h"
#include "support/wire.h"

namespace cttimeout::test {

namespace {

constexpr std::uint8_t sctp = 132;
constexpr std::uint8_t unknown = 200;

std::string unset_one_timeout(const Library& library) {
  if (library.unset_timeout == nullptr) return "not exported";
  const Object object = new_object(library, "x", udp);
  library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_UNREPLIED, 1);
  library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_REPLIED, 2);
  library.unset_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_UNREPLIED);
  return attributes(library, object);
}

std::string heartbeat_set(const Library& library) {
  const Object object = new_object(library, "x", sctp);
  const char* name = library.state_name(sctp, CTTIMEOUT_ATTR_SCTP_HEARTBEAT_SENT);
  return seen({name == nullptr ? "NULL" : name, returned([&] {
                 return library.set_timeout(object.get(), CTTIMEOUT_ATTR_SCTP_HEARTBEAT_ACKED, 5);
               })});
}

std::string unset_policy(const Library& library) {
  const Object object = new_object(library, "x", udp);
  library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_UNREPLIED, 1);
  library.unset(object.get(), NFCT_TIMEOUT_ATTR_POLICY);
  library.set_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_REPLIED, 2);
  return printed(library, object);
}

std::string unknown_protocol(const Library& library) {
  const Object object = new_object(library, "x", unknown);
  return seen({returned([&] { return library.set_timeout(object.get(), 0, 5); }),
               attributes(library, object)});
}

std::string unknown_output(const Library& library) {
  const Object object = new_object(library, "x", tcp);
  std::array<char, 64> text{"what was there"};
  return seen(
      {returned([&] { return library.print(text.data(), text.size(), object.get(), 1, 0); }),
       text.data()});
}

std::string long_name(const Library& library) {
  const Object object = new_object(library);
  const char* name = "0123456789012345678901234567890X";
  return seen({returned([&] { return library.set(object.get(), NFCT_TIMEOUT_ATTR_NAME, name); }),
               attributes(library, object)});
}

std::string wide_protocol(const Library& library) {
  const Object object = new_object(library);
  return seen(
      {returned([&] { return library.set_u16(object.get(), NFCT_TIMEOUT_ATTR_L4PROTO, 262); }),
       printed(library, object)});
}

std::string failure_without_reason(const Library& library) {
  const Object object = new_object(library);
  return returned([&] { return library.set_timeout(object.get(), 0, 1); });
}

std::string unknown_attribute(const Library& library) {
  const Object object = new_object(library);
  return returned([&] { return library.set(object.get(), NFCT_TIMEOUT_ATTR_MAX, "x"); });
}

std::string says_protocol_is_unknown(const Library& library) {
  return library.state_name(unknown, 0) == nullptr ? "NULL" : "a name";
}

std::string control_characters(const Library& library) {
  const Object object = new_object(library);
  library.set(object.get(), NFCT_TIMEOUT_ATTR_NAME, "x = {\n};\n.y\x1b[2J\x7f");
  return printed(library, object);
}

constexpr std::array differences{
    Difference{"unset-one-timeout", unset_one_timeout, "not exported",
               "06000100"
               "78000000"
               "06000200"
               "00020000"
               "05000300"
               "11000000"
               "0c000480"
               "08000200"
               "00000002"},
    Difference{"heartbeats-set", heartbeat_set, "state 7 does not exists\nNULL -1 0",
               "HEARTBEAT_SENT 0"},
    Difference{"unset-policy", unset_policy,
               ".x = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n\t\t.UNREPLIED = 1,\n"
               "\t\t.REPLIED = 2,\n\t},\n};",
               ".x = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n\t\t.UNREPLIED = 0,\n"
               "\t\t.REPLIED = 2,\n\t},\n};"},
    Difference{"unknown-protocol-sent", unknown_protocol,
               "0 06000100"
               "78005a5a"
               "06000200"
               "00025a5a"
               "05000300"
               "c85a5a5a"
               "04000480",
               "0 06000100"
               "78000000"
               "06000200"
               "00020000"
               "05000300"
               "c8000000"
               "0c000480"
               "08000100"
               "00000005"},
    Difference{"unknown-output", unknown_output, "0 what was there", "-1 EINVAL "},
    Difference{"long-name", long_name,
               "0 24000100"
               "3031323334353637383930313233343536373839303132333435363738393000",
               "-1 ENAMETOOLONG 23000100"
               "3031323334353637383930313233343536373839303132333435363738393000"},
    Difference{"wide-protocol", wide_protocol, "0 \t.l4proto = 6,\n};", "-1 ERANGE };"},
    Difference{"failure-without-reason", failure_without_reason, "-1 0", "-1 EINVAL"},
    Difference{"unknown-attribute", unknown_attribute, "0", "-1 EINVAL"},
    Difference{"says-protocol-is-unknown", says_protocol_is_unknown, "no array state name\nNULL",
               "NULL"},
    Difference{"control-characters", control_characters, ".x = {\n};\n.y\x1b[2J\x7f = {\n};",
               ".x = {\\x0a};\\x0a.y\\x1b[2J\\x7f = {\n};"},
};

}  // namespace

std::span<const Difference> value_differences() {
  return differences;
}

}  // namespace cttimeout::test
