// Prints objects of the C interface, in the layout of nfct.

#include "text.h"

namespace cttimeout::compat {
namespace {

/// As it is, for people to read; but a control character could forge a line of output.
void put_name(Text& text, std::string_view name) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte != 0x7f) {
      text.put({&character, 1});
    } else {
      text.put("\\x").put(hex.substr(byte >> 4U, 1)).put(hex.substr(byte & 0xfU, 1));
    }
  }
}

}  // namespace

std::size_t print(Text text, const nfct_timeout& t, std::size_t states) {
  if (t.has(CTA_TIMEOUT_NAME)) {
    text.put(".");
    put_name(text, t.policy.name.view());
    text.put(" = {\n");
  }
  if (t.has(CTA_TIMEOUT_L3PROTO)) {
    text.put("\t.l3proto = ").put(std::uint32_t{static_cast<std::uint16_t>(t.policy.family)});
    text.put(",\n");
  }
  if (t.has(CTA_TIMEOUT_L4PROTO)) {
    text.put("\t.l4proto = ").put(std::uint32_t{t.policy.protocol}).put(",\n");
  }
  if (t.has(CTA_TIMEOUT_DATA)) {
    text.put("\t.policy = {\n");
    for (const Slot& slot : row_of(t.policy.protocol).slots.first(states)) {
      text.put("\t\t.").put(slot.name).put(" = ").put(t.policy.timeouts.raw()[slot.number - 1]);
      text.put(",\n");
    }
    text.put("\t},\n");
  }
  text.put("};");
  return text.end();
}

}  // namespace cttimeout::compat

namespace {

using namespace cttimeout;

constexpr std::string_view last_piece = "};";

/// How many states the text has that programs know: sctp's heartbeats came later.
std::size_t listed_states(std::uint8_t l4proto) {
  if (l4proto == IPPROTO_SCTP) return NFCT_TIMEOUT_ATTR_SCTP_MAX;
  return compat::row_of(l4proto).slots.size();
}

}  // namespace

int nfct_timeout_snprintf(char* buf, size_t size, const nfct_timeout* t, unsigned int type,
                          unsigned int /*flags*/) {
  if (buf == nullptr) return compat::fail(EINVAL);
  compat::Text text(buf, size);
  if (t == nullptr || type != NFCT_TIMEOUT_O_DEFAULT) {
    text.end();
    return compat::fail(EINVAL);
  }
  const std::size_t length = print(text, *t, listed_states(t->policy.protocol));
  // Programs exist that take the length of the last piece for success.
  return length < size ? static_cast<int>(last_piece.size()) : compat::fail(ENOSPC);
}
