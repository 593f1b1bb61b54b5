// The payloads of NAME, L3PROTO and L4PROTO.
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>

#include "check/checks/checks.h"
#include "cttimeout/policy.h"
#include "words.h"

namespace cttimeout::tools::check {
namespace {

std::string count(std::size_t bytes) {
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string_view characters(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_control(char byte) {
  return (byte >= 0 && byte < ' ') || byte == '\x7f';
}

void check_readable_name(const Subject& subject, std::string_view name, std::size_t offset) {
  if (name.empty()) {
    subject.report(rule("C-NAME-EMPTY"), "NAME", offset,
                   "NAME is there, and empty: it names a policy");
  }
  if (name.size() == max_name_size) {
    subject.report(rule("C-NAME-FULL"), "NAME", offset,
                   "NAME is " + quoted(name) + ", of " + count(name.size()));
  }
  if (std::ranges::any_of(name, is_control)) {
    subject.report(rule("C-NAME-BYTES"), "NAME", offset, "NAME is " + quoted(name));
  }
}

bool is_ip(std::uint16_t family) {
  return family == AF_INET || family == AF_INET6;
}

std::string version(KernelVersion version) {
  return std::to_string(version.major) + '.' + std::to_string(version.minor);
}

void check_number(const Subject& subject, std::uint8_t number, std::size_t offset) {
  const Protocol* const protocol = find_protocol(number);
  if (protocol == nullptr) {
    subject.report(rule("C-L4-UNKNOWN"), "L4PROTO", offset,
                   "L4PROTO is " + std::to_string(number) + ", which no kernel has timeouts for");
  } else if (protocol->versions.until != VersionRange{}.until) {
    subject.report(rule("C-L4-KERNELS"), "L4PROTO", offset,
                   "L4PROTO is " + std::to_string(number) + " (" + std::string(protocol->name) +
                       "), which kernels from " + version(protocol->versions.until) +
                       " on do not have");
  }
}

}  // namespace

void check_name(const Subject& subject, const Attribute& attribute) {
  const std::string_view bytes = characters(attribute.payload);
  const std::size_t offset = attribute.offset + NLA_HDRLEN;
  const std::size_t end = bytes.substr(0, max_name_size + 1).find('\0');
  const std::size_t length = bytes.size() - (bytes.ends_with('\0') ? 1 : 0);
  if (end == std::string_view::npos && bytes.size() <= max_name_size) {
    return subject.report(rule("C-NAME-UNTERMINATED"), "NAME", offset,
                          "NAME is " + quoted(bytes) + " without a NUL");
  }
  if (end == std::string_view::npos || length > max_name_size) {
    return subject.report(rule("C-NAME-LONG"), "NAME", offset,
                          "NAME has " + count(bytes.size()) + "; with the NUL 32 are possible");
  }
  const std::string_view name = bytes.substr(0, end);
  if (bytes.find_first_not_of('\0', end) == std::string_view::npos) {
    return check_readable_name(subject, name, offset);
  }
  subject.report(rule("C-NAME-CUT"), "NAME", offset + end,
                 "the kernel reads " + quoted(name) + " of " + quoted(bytes));
}

void check_family(const Subject& subject, const Attribute& attribute) {
  const Bytes payload = attribute.payload;
  const std::size_t offset = attribute.offset + NLA_HDRLEN;
  const auto report = [&](const Rule& broken, std::string text) {
    subject.report(broken, "L3PROTO", offset, std::move(text));
  };
  if (payload.size() < sizeof(std::uint16_t)) {
    return report(rule("C-LEN-SHORT"), "L3PROTO has " + count(payload.size()) + " of 2");
  }
  const auto family = load_big<std::uint16_t>(payload, 0);
  const Bytes rest = payload.subspan(sizeof family);
  const std::string is = "L3PROTO is " + std::to_string(family);
  if (!all_zero(rest)) {
    return report(rule("C-LEN-CUT"), is + ", the first 2 of " + count(payload.size()));
  }
  if (is_ip(swapped(family))) {
    return report(rule("C-ORDER-L3PROTO"),
                  is + "; in network order it would be " + std::to_string(swapped(family)));
  }
  if (!rest.empty()) {
    report(rule("C-LEN-LONG"), "L3PROTO has " + count(payload.size()) + " instead of 2");
  }
  if (!is_ip(family) && subject.is(IPCTNL_MSG_TIMEOUT_NEW)) report(rule("C-L3-UNUSED"), is);
}

void check_protocol(const Subject& subject, const Attribute& attribute) {
  const Bytes payload = attribute.payload;
  const std::size_t offset = attribute.offset + NLA_HDRLEN;
  if (payload.empty()) {
    return subject.report(rule("C-LEN-SHORT"), "L4PROTO", offset, "L4PROTO has 0 bytes of 1");
  }
  const auto number = load<std::uint8_t>(payload, 0);
  const Bytes rest = payload.subspan(1);
  const std::string is =
      "L4PROTO is " + std::to_string(number) + ", the first of " + count(payload.size());
  if (!all_zero(rest)) {
    const bool is_wide = number == 0 && all_zero(rest.first(rest.size() - 1));
    return subject.report(
        is_wide ? rule("C-ORDER-L4PROTO") : rule("C-LEN-CUT"), "L4PROTO", offset,
        is + "; the last is " + std::to_string(std::to_integer<unsigned>(payload.back())));
  }
  if (!rest.empty()) {
    subject.report(rule("C-LEN-LONG"), "L4PROTO", offset,
                   is + "; where integers begin with their upper bytes it would be 0");
  }
  check_number(subject, number, offset);
}

}  // namespace cttimeout::tools::check
