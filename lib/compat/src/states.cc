// The timeouts of a policy by state, as the C interface counts them: from 0.

#include "object.h"

namespace {

using namespace cttimeout;

/// Names go out as C strings.
consteval bool names_are_terminated() {
  return std::ranges::all_of(protocols, [](const Protocol& protocol) {
    return std::ranges::all_of(protocol.slots, [](const Slot& slot) {
      return slot.name.data()[slot.name.size()] == '\0';
    });
  });
}
static_assert(names_are_terminated());

// A state is a slot number less 1; those of the other protocols have the same order.
static_assert(NFCT_TIMEOUT_ATTR_TCP_SYN_SENT + 1 == CTA_TIMEOUT_TCP_SYN_SENT);
static_assert(NFCT_TIMEOUT_ATTR_TCP_UNACK + 1 == CTA_TIMEOUT_TCP_UNACK);
static_assert(NFCT_TIMEOUT_ATTR_SCTP_SHUTDOWN_ACK_SENT + 1 == CTA_TIMEOUT_SCTP_SHUTDOWN_ACK_SENT);

}  // namespace

int nfct_timeout_policy_attr_set_u32(nfct_timeout* t, std::uint32_t state, std::uint32_t data) {
  if (t == nullptr || !t->has(CTA_TIMEOUT_L4PROTO)) return compat::fail(EINVAL);
  const Slot* slot = compat::find_slot(compat::row_of(t->policy.protocol), state);
  if (slot == nullptr) return compat::fail(EINVAL);
  t->policy.timeouts.set_raw(slot->number, data);
  t->add(CTA_TIMEOUT_DATA);
  return 0;
}

void nfct_timeout_policy_attr_unset(nfct_timeout* t, std::uint32_t state) {
  if (t == nullptr) return;
  t->policy.timeouts.unset(std::size_t{state} + 1);
  if (t->policy.timeouts.empty()) t->drop(CTA_TIMEOUT_DATA);
}

const char* nfct_timeout_policy_attr_to_name(std::uint8_t l4proto, std::uint32_t state) {
  const Protocol* row = find_protocol(l4proto);
  const Slot* slot = row == nullptr ? nullptr : compat::find_slot(*row, state);
  return slot == nullptr ? nullptr : slot->name.data();
}
