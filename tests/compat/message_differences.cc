// Differences in what is read in messages.

#include <array>

#include "difference.h"
#include "support/reply.h"

namespace cttimeout::test {

namespace {

constexpr std::uint8_t sctp = 132;
constexpr std::uint8_t unknown = 200;

std::string parsed_anew(const Library& library, const Bytes& message) {
  const Object object = new_object(library);
  return seen({parsed(library, object, message), printed(library, object)});
}

std::string unknown_protocol(const Library& library) {
  return parsed_anew(library, policy_message({"x", ipv4, unknown, {5}}));
}

std::string data_without_protocol(const Library& library) {
  return parsed_anew(library, Message(type_get).timeouts({{1, 5}}));
}

std::string malformed(const Library& library) {
  // L3PROTO has one byte.
  return parsed_anew(library, Message(type_get).name("x").attr(attr_family, byte(2)));
}

std::string timeout_of_two_bytes(const Library& library) {
  const Bytes data = join({attribute(1, big32(5)), attribute(2, big16(5))});
  return parsed_anew(library, new_policy("x", ipv4, udp).attr(attr_data | nested, data));
}

std::string foreign_message(const Library& library) {
  constexpr std::uint16_t type_of_ctnetlink = 0x0100;
  return parsed_anew(library, Message(type_of_ctnetlink).name("x"));
}

std::string nest_beyond_the_message(const Library& library) {
  return parsed_anew(library, Message(type_get).name("x").raw(
                                  attribute_of_length(40, attr_data | nested, zeros(8))));
}

std::string missing_attribute(const Library& library) {
  return parsed_anew(library, Message(type_new).name("x"));
}

std::string long_name_received(const Library& library) {
  return parsed_anew(library, Message(type_get).name("0123456789012345678901234567890X"));
}

std::string parse_resets(const Library& library) {
  const Object object = new_object(library);
  return seen({parsed(library, object, policy_message({"x", ipv4, udp, {1, 2}})),
               parsed(library, object, default_message(ipv4, udp, {3, 4})),
               printed(library, object)});
}

std::string heartbeats_copied(const Library& library) {
  const Object object = new_object(library);
  // As far as the old library survives: 8, heartbeat_sent, would overwrite its stack.
  const Bytes message = new_policy("x", ipv4, sctp, {{7, 1}, {9, 2}});
  return seen({parsed(library, object, message), attributes(library, object)});
}

constexpr std::array differences{
    Difference{"unknown-protocol-received", unknown_protocol,
               "0 .x = {\n\t.l3proto = 2,\n\t.l4proto = 200,\n};",
               "0 .x = {\n\t.l3proto = 2,\n\t.l4proto = 200,\n\t.policy = {\n\t\t.TIMEOUT = 5,\n"
               "\t},\n};"},
    Difference{"data-without-protocol", data_without_protocol, "0 };", "-1 EINVAL };"},
    Difference{"malformed-message", malformed,
               "mnl_attr_validate: Numerical result out of range\n0 .x = {\n};", "-1 EINVAL };"},
    Difference{"malformed-timeout", timeout_of_two_bytes,
               "mnl_attr_validate: Numerical result out of range\n"
               "0 .x = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n\t\t.UNREPLIED = 5,\n"
               "\t\t.REPLIED = 0,\n\t},\n};",
               "-1 EINVAL };"},
    Difference{"foreign-message", foreign_message, "0 .x = {\n};", "-1 EINVAL };"},
    Difference{"nest-beyond-the-message", nest_beyond_the_message, "0 .x = {\n};", "-1 EINVAL };"},
    Difference{"missing-attribute", missing_attribute, "0 .x = {\n};", "-1 EINVAL };"},
    Difference{"long-name-received", long_name_received,
               "0 .0123456789012345678901234567890 = {\n};", "-1 EINVAL };"},
    Difference{"parse-resets", parse_resets,
               "0 0 .x = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n\t\t.UNREPLIED = 3,\n"
               "\t\t.REPLIED = 4,\n\t},\n};",
               "0 0 \t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n\t\t.UNREPLIED = 3,\n"
               "\t\t.REPLIED = 4,\n\t},\n};"},
    Difference{"heartbeats-copied", heartbeats_copied,
               "0 06000100"
               "78005a5a"
               "06000200"
               "00025a5a"
               "05000300"
               "845a5a5a"
               "0c000480"
               "08000700"
               "00000001",
               "0 06000100"
               "78000000"
               "06000200"
               "00020000"
               "05000300"
               "84000000"
               "14000480"
               "08000700"
               "00000001"
               "08000900"
               "00000002"},
};

}  // namespace

std::span<const Difference> message_differences() {
  return differences;
}

}  // namespace cttimeout::test
