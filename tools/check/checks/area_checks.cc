// What holds for attributes of either level: where the walk ends, padding, type, duplicates.
#include <algorithm>
#include <unordered_map>

#include "check/checks/checks.h"

namespace cttimeout::tools::check {
namespace {

std::string length_text(Bytes rest) {
  return "nla_len is " + std::to_string(load<std::uint16_t>(rest, 0)) + " of " +
         std::to_string(rest.size()) + " bytes left";
}

/// The nla_type at the start of `bytes` is one of the level's, and the length fits.
bool is_header(Bytes bytes, const Level& level) {
  const auto length = load<std::uint16_t>(bytes, 0);
  const auto type = static_cast<std::uint16_t>(load<std::uint16_t>(bytes, 2) & NLA_TYPE_MASK);
  return length >= NLA_HDRLEN && length <= bytes.size() && level.known(type, level.protocol);
}

bool is_swapped_header(Bytes rest, const Level& level) {
  const std::uint16_t length = swapped(load<std::uint16_t>(rest, 0));
  const auto type = load<std::uint16_t>(rest, 2);
  const auto known = [&](std::uint16_t raw) {
    return level.known(static_cast<std::uint16_t>(raw & NLA_TYPE_MASK), level.protocol);
  };
  return rest.size() >= NLA_HDRLEN && length >= NLA_HDRLEN && length <= rest.size() &&
         (known(swapped(type)) || known(type));
}

/// Where the attribute ends, if the next one begins right there instead of at a multiple of 4.
bool next_is_unpadded(Bytes area, std::size_t at, const Attribute& attribute, const Level& level) {
  const std::size_t end = at + attribute.size();
  const std::size_t next = std::min(align4(end), area.size());
  return end < next && is_header(area.subspan(end), level) && !is_header(area.subspan(next), level);
}

/// The area again, from its first attribute's header on.
Bytes whole(const AttributeArea& area) {
  if (area.attributes.empty()) return area.rest;
  const Attribute& first = area.attributes.front();
  const std::byte* const begin = first.payload.data() - NLA_HDRLEN;
  const std::span whole(begin, area.rest_offset - first.offset + area.rest.size());
  return {whole, area.rest.order()};
}

/// The attribute after which the walk goes astray; nullptr if there is none.
const Attribute* find_unpadded(const AttributeArea& area, const Level& level) {
  const Bytes bytes = whole(area);
  const auto found = std::ranges::find_if(area.attributes, [&](const Attribute& a) {
    return next_is_unpadded(bytes, a.offset - area.attributes.front().offset, a, level);
  });
  return found == area.attributes.end() ? nullptr : &*found;
}

void check_padding(const Subject& subject, const Attribute& attribute, const Level& level) {
  if (all_zero(attribute.padding)) return;
  subject.report(
      rule("C-PAD-LEAK"), path_of(level, attribute.type()), attribute.offset + attribute.size(),
      "the " + std::to_string(attribute.padding.size()) + " bytes of padding are not zero");
}

void check_duplicates(const Subject& subject, const AttributeArea& area, const Level& level) {
  std::unordered_map<std::uint16_t, const Attribute*> lasts;
  for (const Attribute& attribute : area.attributes) lasts[attribute.type()] = &attribute;
  for (const Attribute& attribute : area.attributes) {
    const Attribute* const last = lasts.at(attribute.type());
    if (last == &attribute || !level.known(attribute.type(), level.protocol)) continue;
    subject.report(rule("C-ATTR-DUPLICATE"), path_of(level, attribute.type()), attribute.offset,
                   path_of(level, attribute.type()) + " stands again at byte " +
                       std::to_string(last->offset) + "; this one does not count");
  }
}

/// True if a DELETE loses its NAME to the end of the walk.
bool becomes_flush(const Subject& subject, const AttributeArea& area, const Level& level) {
  const auto type = static_cast<std::uint16_t>(load<std::uint16_t>(area.rest, 2) & NLA_TYPE_MASK);
  return subject.is(IPCTNL_MSG_TIMEOUT_DELETE) && level.path.empty() &&
         area.rest.size() >= NLA_HDRLEN && type == CTA_TIMEOUT_NAME &&
         area.find(CTA_TIMEOUT_NAME) == nullptr;
}

void check_rest(const Subject& subject, const AttributeArea& area, const Level& level) {
  const std::string name =
      area.rest.size() < NLA_HDRLEN
          ? std::string(level.path)
          : path_of(level,
                    static_cast<std::uint16_t>(load<std::uint16_t>(area.rest, 2) & NLA_TYPE_MASK));
  if (becomes_flush(subject, area, level)) {
    subject.report(rule("C-NAME-FLUSH"), name, area.rest_offset,
                   length_text(area.rest) +
                       ", so that the kernel sees no NAME and deletes every unused policy");
  } else if (is_swapped_header(area.rest, level)) {
    subject.report(rule("C-ORDER-ATTR"), std::string(level.path), area.rest_offset,
                   length_text(area.rest) + "; in host order it would be " +
                       std::to_string(swapped(load<std::uint16_t>(area.rest, 0))));
  } else if (area.rest.size() < NLA_HDRLEN) {
    subject.report(rule("C-ATTR-LEFTOVER"), name, area.rest_offset,
                   std::to_string(area.rest.size()) + " bytes are left, too few for an attribute");
  } else {
    subject.report(rule("C-ATTR-LEFTOVER"), name, area.rest_offset,
                   length_text(area.rest) + "; from here on nothing is read");
  }
}

}  // namespace

bool check_area(const Subject& subject, const AttributeArea& area, const Level& level) {
  if (const Attribute* const unpadded = find_unpadded(area, level)) {
    subject.report(rule("C-ATTR-UNPADDED"), path_of(level, unpadded->type()),
                   unpadded->offset + unpadded->size(),
                   path_of(level, unpadded->type()) + " has " + std::to_string(unpadded->size()) +
                       " bytes, and what follows stands right behind it");
    return true;
  }
  for (const Attribute& attribute : area.attributes) check_padding(subject, attribute, level);
  check_duplicates(subject, area, level);
  if (area.rest.empty()) return false;
  check_rest(subject, area, level);
  return true;
}

bool check_type(const Subject& subject, const Attribute& attribute, const Level& level) {
  const std::string path = path_of(level, attribute.type());
  const std::string type = "nla_type is " + hex16(attribute.raw_type);
  if (!level.known(attribute.type(), level.protocol)) {
    const auto meant = static_cast<std::uint16_t>(swapped(attribute.raw_type) & NLA_TYPE_MASK);
    if (!level.known(meant, level.protocol)) return true;
    subject.report(rule("C-ORDER-ATTR"), path, attribute.offset + 2,
                   type + "; in host order it would be " + path_of(level, meant));
    return false;
  }
  const bool is_nest = level.path.empty() && attribute.type() == CTA_TIMEOUT_DATA;
  const bool says_nest = (attribute.raw_type & NLA_F_NESTED) != 0;
  if (is_nest && !says_nest) {
    subject.report(rule("C-NEST-MISSING"), path, attribute.offset + 2, type);
  }
  if (!is_nest && says_nest) {
    subject.report(rule("C-NEST-STRAY"), path, attribute.offset + 2, type);
  }
  if ((attribute.raw_type & NLA_F_NET_BYTEORDER) != 0) {
    subject.report(rule("C-ATTR-BYTEORDER"), path, attribute.offset + 2, type);
  }
  return true;
}

std::string path_of(const Level& level, std::uint16_t type) {
  if (level.path.empty()) return attribute_name(type);
  const Slot* const slot = level.protocol == nullptr ? nullptr : level.protocol->slot(type);
  return std::string(level.path) + '/' +
         (slot == nullptr ? "slot " + std::to_string(type) : std::string(slot->name));
}

}  // namespace cttimeout::tools::check
