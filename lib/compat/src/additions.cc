// The additions to the C interface: getters, requests in bounds, a text with its length.

#include "libnetfilter_cttimeout/additions.h"

#include <cstddef>
#include <span>

#include "text.h"

namespace {

using namespace cttimeout;

static_assert(max_request_size <= CTTIMEOUT_REQUEST_MAX);
static_assert(CTTIMEOUT_ATTR_SCTP_HEARTBEAT_SENT + 1 == CTA_TIMEOUT_SCTP_HEARTBEAT_SENT);
static_assert(CTTIMEOUT_ATTR_SCTP_MAX == CTA_TIMEOUT_SCTP_MAX);

template <class T, class Value>
int get(const nfct_timeout* t, unsigned attribute, T* value, Value read) {
  if (t == nullptr || value == nullptr) return compat::fail(EINVAL);
  if (!t->has(attribute)) return compat::fail(ENOENT);
  *value = read(t->policy);
  return 0;
}

bool has_usable_name(const nfct_timeout& t) {
  return t.has(CTA_TIMEOUT_NAME) && !compat::is_refused(t.policy.name);
}

bool has_protocols(const nfct_timeout& t) {
  return t.has(CTA_TIMEOUT_L3PROTO) && t.has(CTA_TIMEOUT_L4PROTO);
}

bool has_what_it_needs(std::uint8_t command, const nfct_timeout* t) {
  switch (command) {
    case IPCTNL_MSG_TIMEOUT_NEW:
      return t != nullptr && has_usable_name(*t) && has_protocols(*t);
    case IPCTNL_MSG_TIMEOUT_GET:
    case IPCTNL_MSG_TIMEOUT_DELETE:
      return t == nullptr || has_usable_name(*t);
    case IPCTNL_MSG_TIMEOUT_DEFAULT_SET:
    case IPCTNL_MSG_TIMEOUT_DEFAULT_GET:
      return t != nullptr && has_protocols(*t);
    default:
      return false;
  }
}

std::size_t encode(std::span<std::byte> out, const RequestHeader& header, const nfct_timeout* t) {
  if (t == nullptr) return encode_request(out, header);
  const Timeouts timeouts = compat::known_timeouts(*t);
  const auto& [name, family, protocol, unused] = static_cast<const Policy&>(t->policy);
  switch (header.command) {
    case IPCTNL_MSG_TIMEOUT_NEW:
      return encode_request(out, header, Policy{name, family, protocol, timeouts});
    case IPCTNL_MSG_TIMEOUT_DEFAULT_SET:
      return encode_request(out, header, DefaultTimeouts{family, protocol, timeouts});
    case IPCTNL_MSG_TIMEOUT_DEFAULT_GET:
      return encode_request(out, header, family, protocol);
    default:  // GET, DELETE
      return encode_request(out, header, name);
  }
}

}  // namespace

int cttimeout_get_name(const nfct_timeout* t, const char** value) {
  if (t != nullptr && value != nullptr && !has_usable_name(*t)) return compat::fail(ENOENT);
  return get(t, CTA_TIMEOUT_NAME, value,
             [](const Policy& policy) { return policy.name.view().data(); });
}

int cttimeout_get_l3proto(const nfct_timeout* t, std::uint16_t* value) {
  return get(t, CTA_TIMEOUT_L3PROTO, value,
             [](const Policy& policy) { return static_cast<std::uint16_t>(policy.family); });
}

int cttimeout_get_l4proto(const nfct_timeout* t, std::uint8_t* value) {
  return get(t, CTA_TIMEOUT_L4PROTO, value, [](const Policy& policy) { return policy.protocol; });
}

int cttimeout_get_timeout(const nfct_timeout* t, std::uint32_t state, std::uint32_t* value) {
  if (t == nullptr || value == nullptr) return compat::fail(EINVAL);
  const Slot* slot = compat::find_slot(compat::row_of(t->policy.protocol), state);
  if (slot == nullptr || !t->policy.timeouts.get(slot->number)) return compat::fail(ENOENT);
  *value = t->policy.timeouts.raw()[state];
  return 0;
}

int cttimeout_get_users(const nfct_timeout* t, std::uint32_t* value) {
  return get(t, CTA_TIMEOUT_USE, value, [](const InstalledPolicy& policy) { return policy.users; });
}

std::uint32_t cttimeout_states(std::uint8_t l4proto) {
  const Protocol* row = find_protocol(l4proto);
  return row == nullptr ? 0 : static_cast<std::uint32_t>(row->slots.size());
}

int cttimeout_build_request(void* buf, size_t size, std::uint8_t cmd, std::uint16_t flags,
                            std::uint32_t seq, const nfct_timeout* t) {
  if (buf == nullptr || !has_what_it_needs(cmd, t)) return compat::fail(EINVAL);
  const RequestHeader header{
      .command = cmd, .flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST), .sequence = seq};
  const std::size_t written = encode({static_cast<std::byte*>(buf), size}, header, t);
  return written == 0 ? compat::fail(ENOSPC) : static_cast<int>(written);
}

int cttimeout_snprintf(char* buf, size_t size, const nfct_timeout* t) {
  if (t == nullptr || (buf == nullptr && size > 0)) return compat::fail(EINVAL);
  const std::size_t states = compat::row_of(t->policy.protocol).slots.size();
  return static_cast<int>(print(compat::Text(buf, size), *t, states));
}
