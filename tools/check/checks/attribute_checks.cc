// The outer attributes of one message: which there are, which the command uses.
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <array>
#include <optional>

#include "check/checks/checks.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::size_t attributes_at = header_size + nfgen_size;

constexpr unsigned bit(unsigned type) {
  return 1U << type;
}

struct CommandRow {
  unsigned needs;  ///< bits by attribute type: without one of them EINVAL
  unsigned uses;
};

constexpr unsigned name_bit = bit(CTA_TIMEOUT_NAME);
constexpr unsigned family_bit = bit(CTA_TIMEOUT_L3PROTO);
constexpr unsigned protocol_bit = bit(CTA_TIMEOUT_L4PROTO);
constexpr unsigned data_bit = bit(CTA_TIMEOUT_DATA);

constexpr std::array<CommandRow, IPCTNL_MSG_TIMEOUT_MAX> commands{{
    {name_bit | family_bit | protocol_bit | data_bit,
     name_bit | family_bit | protocol_bit | data_bit},                // NEW
    {name_bit, name_bit},                                             // GET
    {0, name_bit},                                                    // DELETE
    {protocol_bit | data_bit, family_bit | protocol_bit | data_bit},  // DEFAULT_SET
    {family_bit | protocol_bit, family_bit | protocol_bit},           // DEFAULT_GET
}};

bool known_outer(std::uint16_t type, const Protocol* /*protocol*/) {
  return type != CTA_TIMEOUT_UNSPEC && type <= CTA_TIMEOUT_MAX;
}

constexpr Level outer{.path = "", .known = known_outer, .protocol = nullptr};

const Protocol* protocol_of(const AttributeArea& area) {
  const Attribute* const attribute = area.find(CTA_TIMEOUT_L4PROTO);
  if (attribute == nullptr || attribute->payload.empty()) return nullptr;
  return find_protocol(std::to_integer<std::uint8_t>(attribute->payload.front()));
}

void check_payload(const Subject& subject, const Attribute& attribute, const Protocol* protocol) {
  switch (attribute.type()) {
    case CTA_TIMEOUT_NAME:
      return check_name(subject, attribute);
    case CTA_TIMEOUT_L3PROTO:
      return check_family(subject, attribute);
    case CTA_TIMEOUT_L4PROTO:
      return check_protocol(subject, attribute);
    case CTA_TIMEOUT_DATA:
      return check_data(subject, attribute, protocol);
    default:
      return;
  }
}

/// False if the attribute is not the one that was meant.
bool check_attribute(const Subject& subject, const Attribute& attribute, const Protocol* protocol) {
  if (!check_type(subject, attribute, outer)) return false;
  if (known_outer(attribute.type(), nullptr)) {
    check_payload(subject, attribute, protocol);
  } else {
    subject.report(rule("C-ATTR-UNKNOWN"), attribute_name(attribute.type()), attribute.offset,
                   "nla_type is " + hex16(attribute.raw_type) + ", " +
                       std::to_string(attribute.payload.size()) + " bytes that are skipped");
  }
  return true;
}

void check_missing(const Subject& subject, const AttributeArea& area) {
  if (subject.message.is_dump()) return;
  const unsigned needs = commands[subject.message.command()].needs;
  for (std::uint16_t type = 1; type <= CTA_TIMEOUT_MAX; ++type) {
    if ((needs & bit(type)) == 0 || area.find(type) != nullptr) continue;
    subject.report(rule("C-ATTR-MISSING"), attribute_name(type), subject.message.offset,
                   type_name(subject.message.type()) + " needs " + attribute_name(type));
  }
  if (subject.is(IPCTNL_MSG_TIMEOUT_DEFAULT_SET) && area.find(CTA_TIMEOUT_L3PROTO) == nullptr) {
    subject.report(rule("C-SET-L3PROTO"), "", subject.message.offset,
                   "L3PROTO is missing; kernels before 6.11 require it");
  }
}

/// The rule that an attribute breaks which the command does not use.
const Rule& rule_of_unused(const Subject& subject, bool is_flush, const Attribute& attribute) {
  const bool could_filter = attribute.type() != CTA_TIMEOUT_USE;
  if (subject.message.is_dump() && could_filter) return rule("C-DUMP-FILTER");
  if (is_flush && could_filter) return rule("C-FLUSH-FILTER");
  return rule("C-ATTR-IGNORED");
}

void check_unused(const Subject& subject, const AttributeArea& area) {
  const unsigned uses = subject.message.is_dump() ? 0 : commands[subject.message.command()].uses;
  const bool is_flush =
      subject.is(IPCTNL_MSG_TIMEOUT_DELETE) && area.find(CTA_TIMEOUT_NAME) == nullptr;
  for (const Attribute& attribute : area.attributes) {
    if (!known_outer(attribute.type(), nullptr) || (uses & bit(attribute.type())) != 0) continue;
    const std::string name = attribute_name(attribute.type());
    subject.report(rule_of_unused(subject, is_flush, attribute), name, attribute.offset,
                   name + " has no effect on " +
                       (subject.message.is_dump() ? "a dump" : type_name(subject.message.type())));
  }
}

std::optional<std::uint16_t> family_of(const AttributeArea& area) {
  const Attribute* const attribute = area.find(CTA_TIMEOUT_L3PROTO);
  if (attribute == nullptr || attribute->payload.size() < 2) return std::nullopt;
  return load_big<std::uint16_t>(attribute->payload, 0);
}

/// icmp and icmpv6 belong to one family each.
void check_pair(const Subject& subject, const AttributeArea& area, const Protocol* protocol) {
  const auto family = family_of(area);
  if (protocol == nullptr || (family != AF_INET && family != AF_INET6)) return;
  const int belongs = protocol->number == IPPROTO_ICMP     ? AF_INET
                      : protocol->number == IPPROTO_ICMPV6 ? AF_INET6
                                                           : *family;
  if (belongs == *family || (commands[subject.message.command()].uses & family_bit) == 0) return;
  subject.report(rule("C-L3-L4"), "L3PROTO", area.find(CTA_TIMEOUT_L3PROTO)->offset,
                 "L3PROTO is " + std::to_string(*family) + " and L4PROTO " +
                     std::to_string(protocol->number) + " (" + std::string(protocol->name) + ")");
}

}  // namespace

void check_attributes(const Subject& subject) {
  const AttributeArea area = split_attributes(subject.message.bytes.subspan(attributes_at),
                                              subject.message.offset + attributes_at);
  const Protocol* const protocol = protocol_of(area);
  bool astray = check_area(subject, area, outer);
  for (const Attribute& attribute : area.attributes) {
    if (!check_attribute(subject, attribute, protocol)) astray = true;
  }
  if (astray) return;
  check_missing(subject, area);
  check_unused(subject, area);
  check_pair(subject, area, protocol);
}

}  // namespace cttimeout::tools::check
