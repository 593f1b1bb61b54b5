// Objects of the C interface, their name and their protocols.

#include <cstdlib>
#include <cstring>
#include <new>

#include "object.h"

namespace {

using cttimeout::compat::fail;

/// What the object is called once a name was refused that cannot be kept: too long for any kernel.
constexpr std::string_view unusable_name = "(no name: what was set is none) ";
static_assert(unusable_name.size() > cttimeout::max_name_size);

/// The text at `data`, or its first 32 bytes: it is too long then, and no more of it need be
/// readable.
std::string_view name_at(const char* data) {
  return {data, strnlen(data, CTNL_TIMEOUT_NAME_MAX)};
}

int set_name(nfct_timeout& t, std::string_view name) {
  t.policy.name = name;
  t.add(CTA_TIMEOUT_NAME);
  return cttimeout::compat::is_refused(t.policy.name) ? fail(ENAMETOOLONG) : 0;
}

int set_l3proto(nfct_timeout& t, std::uint16_t family) {
  t.policy.family = cttimeout::Family{family};
  t.add(CTA_TIMEOUT_L3PROTO);
  return 0;
}

int set_l4proto(nfct_timeout& t, std::uint16_t protocol) {
  if (protocol > 0xff) {
    t.drop(CTA_TIMEOUT_L4PROTO);
    return fail(ERANGE);
  }
  t.policy.protocol = static_cast<std::uint8_t>(protocol);
  t.add(CTA_TIMEOUT_L4PROTO);
  return 0;
}

/// For a value that no attribute of that type can have.
int refuse(nfct_timeout& t, std::uint32_t type) {
  if (type == NFCT_TIMEOUT_ATTR_NAME) set_name(t, unusable_name);
  if (type == NFCT_TIMEOUT_ATTR_L3PROTO) t.drop(CTA_TIMEOUT_L3PROTO);
  if (type == NFCT_TIMEOUT_ATTR_L4PROTO) t.drop(CTA_TIMEOUT_L4PROTO);
  return fail(EINVAL);
}

int set_integer(nfct_timeout* t, std::uint32_t type, std::uint16_t value) {
  if (t == nullptr) return fail(EINVAL);
  switch (type) {
    case NFCT_TIMEOUT_ATTR_L3PROTO:
      return set_l3proto(*t, value);
    case NFCT_TIMEOUT_ATTR_L4PROTO:
      return set_l4proto(*t, value);
    default:
      return refuse(*t, type);
  }
}

}  // namespace

nfct_timeout* nfct_timeout_alloc() {
  void* memory = std::malloc(sizeof(nfct_timeout));
  return memory == nullptr ? nullptr : new (memory) nfct_timeout;
}

void nfct_timeout_free(nfct_timeout* t) {
  std::free(t);
}

int nfct_timeout_attr_set(nfct_timeout* t, std::uint32_t type, const void* data) {
  if (t == nullptr) return fail(EINVAL);
  if (data == nullptr) return refuse(*t, type);
  const auto* bytes = static_cast<const std::byte*>(data);  // aligned for nothing in particular
  switch (type) {
    case NFCT_TIMEOUT_ATTR_NAME:
      return set_name(*t, name_at(static_cast<const char*>(data)));
    case NFCT_TIMEOUT_ATTR_L3PROTO:
      return set_l3proto(*t, cttimeout::wire::load<std::uint16_t>(bytes));
    case NFCT_TIMEOUT_ATTR_L4PROTO:
      return set_l4proto(*t, cttimeout::wire::load<std::uint8_t>(bytes));
    default:
      return fail(EINVAL);
  }
}

int nfct_timeout_attr_set_u8(nfct_timeout* t, std::uint32_t type, std::uint8_t data) {
  return set_integer(t, type, data);
}

int nfct_timeout_attr_set_u16(nfct_timeout* t, std::uint32_t type, std::uint16_t data) {
  return set_integer(t, type, data);
}

void nfct_timeout_attr_unset(nfct_timeout* t, std::uint32_t type) {
  if (t == nullptr || type >= NFCT_TIMEOUT_ATTR_MAX) return;
  static_assert(NFCT_TIMEOUT_ATTR_NAME + 1 == CTA_TIMEOUT_NAME);
  static_assert(NFCT_TIMEOUT_ATTR_POLICY + 1 == CTA_TIMEOUT_DATA);
  t->drop(type + 1);
  if (type == NFCT_TIMEOUT_ATTR_POLICY) t->policy.timeouts = {};
}
