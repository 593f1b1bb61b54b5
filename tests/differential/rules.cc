// Rules of the endpoint that a run has met, told from its operations and what came of them.

#include "rules.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <string_view>

#include "message_view.h"

namespace cttimeout::test {

namespace {

constexpr std::uint32_t first_chosen_port = 0x80000000;

struct Rule {
  std::string_view id;
  bool (*met)(const Operation&, const Outcome&);
};

bool fails(const Operation& operation, const Outcome& outcome, Act act, int error) {
  return operation.act == act && outcome.error == error;
}
bool does(const Operation& operation, const Outcome& outcome, Act act) {
  return fails(operation, outcome, act, 0);
}
/// The datagram that was sent to the kernel; empty for other operations.
View sent(const Operation& operation, const Outcome& outcome) {
  return does(operation, outcome, Act::send) ? View(operation.bytes) : View();
}
/// The first message that came from the kernel, if one did.
View came(const Operation& operation, const Outcome& outcome) {
  return does(operation, outcome, Act::receive) && outcome.address.port_id == 0
             ? View(outcome.bytes)
             : View();
}
/// Whether some attribute of the first message that was sent satisfies `wanted`.
template <class Wanted>
bool has(const Operation& operation, const Outcome& outcome, Wanted&& wanted) {
  bool found = false;
  for_each_attribute(sent(operation, outcome),
                     [&](std::uint16_t type, View payload) { found |= wanted(type, payload); });
  return found;
}

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): fifty lambdas would drown the conditions
#define MET(condition)                                                                 \
  []([[maybe_unused]] const Operation& o, [[maybe_unused]] const Outcome& r) -> bool { \
    return condition;                                                                  \
  }

const Rule rules[] = {
    {"K-SOCK-1", MET(does(o, r, Act::name) && r.address.port_id >= first_chosen_port)},
    {"K-SOCK-2", MET(fails(o, r, Act::bind, EADDRINUSE))},
    {"K-SOCK-3", MET(does(o, r, Act::send) && !o.to)},
    {"K-SOCK-4", MET(does(o, r, Act::send) && o.to && o.to->port_id != 0)},
    {"K-SOCK-6", MET(does(o, r, Act::receive) && r.more == 1)},
    {"K-SOCK-7", MET(does(o, r, Act::receive) && (o.flags & MSG_PEEK) != 0)},
    {"K-SOCK-8", MET(fails(o, r, Act::receive, EAGAIN))},
    {"K-SOCK-9", MET(fails(o, r, Act::send, EMSGSIZE))},
    {"K-SOCK-10", MET(does(o, r, Act::receive) && r.group)},
    {"K-SOCK-11", MET(does(o, r, Act::set_option) && o.level == SOL_NETLINK)},
    {"K-SOCK-18", MET(does(o, r, Act::connect) && o.address.port_id != 0)},
    {"K-SOCK-19", MET(o.act == Act::poll && (r.number & POLLERR) != 0)},
    {"K-SOCK-20", MET(does(o, r, Act::receive) && r.credentials)},
    {"K-MEM-1", MET(o.act == Act::memory && r.number > 0)},
    {"K-MEM-2", MET(o.act == Act::memory && r.more > 1)},
    {"K-MEM-3", MET(fails(o, r, Act::receive, ENOBUFS))},
    {"K-MEM-6", MET(error_of(came(o, r)) == ENOBUFS)},
    {"K-FRAME-1", MET(does(o, r, Act::send) && o.bytes.size() < header_size)},
    {"K-FRAME-2", MET(length_of(sent(o, r)) >= 16 && length_of(sent(o, r)) < 20)},
    {"K-FRAME-3", MET(sent(o, r).size() >= header_size && !sane(sent(o, r)))},
    {"K-FRAME-5", MET(sane(sent(o, r)) && aligned(length_of(sent(o, r))) < o.bytes.size())},
    {"K-FRAME-6", MET(sane(sent(o, r)) && length_of(sent(o, r)) % 4 != 0)},
    {"K-FRAME-7", MET(sane(sent(o, r)) && (flags_of(sent(o, r)) & flag_request) == 0)},
    {"K-FRAME-8", MET(sane(sent(o, r)) && type_of(sent(o, r)) < 16)},
    {"K-FRAME-9", MET(type_of(sent(o, r)) > 16 && type_of(sent(o, r)) < 256)},
    {"K-FRAME-11", MET((flags_of(sent(o, r)) & 0xf0f0) != 0)},
    {"K-ACK-1", MET(error_of(came(o, r)) == 0)},
    {"K-ACK-2", MET(error_of(came(o, r)) == 0 && (flags_of(came(o, r)) & flag_ack_tlvs) != 0)},
    {"K-ACK-3", MET(error_of(came(o, r)) > 0 && (flags_of(came(o, r)) & flag_capped) != 0)},
    {"K-ACK-10", MET(error_of(came(o, r)) == EINVAL && came(o, r).size() > 100 &&
                     (flags_of(came(o, r)) & flag_ack_tlvs) != 0)},
    {"K-ACK-14",
     MET(error_of(came(o, r)) == ERANGE && (flags_of(came(o, r)) & flag_ack_tlvs) != 0)},
    {"K-ACK-20",
     MET(error_of(came(o, r)) == ENOENT && (flags_of(came(o, r)) & flag_ack_tlvs) != 0)},
    {"K-NFNL-1", MET(sane(sent(o, r)) && o.bytes.size() >= 20 && read32(o.bytes, 16) != 0)},
    {"K-NFNL-4", MET(type_of(sent(o, r)) >= 0x0c00)},
    {"K-NFNL-5", MET(type_of(sent(o, r)) > type_default_get && type_of(sent(o, r)) < 0x0900)},
    {"K-BATCH-1",
     MET(is_batch(sent(o, r)) && o.bytes[18] == std::byte{0} && o.bytes[19] < std::byte{13})},
    {"K-BATCH-2", MET(is_batch(sent(o, r)) && o.bytes[18] != std::byte{0})},
    {"K-BATCH-5", MET(is_batch(sent(o, r)) && length_of(o.bytes) > 20)},
    {"K-PERM-1", MET(error_of(came(o, r)) == EPERM)},
    {"K-PERM-6", MET(fails(o, r, Act::send, EPERM))},
    {"K-ATTR-1", MET(has(o, r, [](unsigned type, View) { return (type & 0x3fff) > 5; }))},
    {"K-ATTR-3", MET(leftover(sent(o, r)) > 0)},
    {"K-ATTR-4",
     MET(has(o, r, [](unsigned t, View v) { return t == attr_family && v.size() < 2; }))},
    {"K-ATTR-5",
     MET(has(o, r, [](unsigned t, View v) { return t == attr_protocol && v.empty(); }))},
    {"K-ATTR-6",
     MET(has(o, r, [](unsigned t, View v) { return t == attr_name && v.size() > 32; }))},
    {"K-ATTR-7", MET(has(o, r, [](unsigned type, View) { return (type & 0x4000) != 0; }))},
    {"K-ATTR-8", MET(has(o, r,
                         [](unsigned t, View v) {
                           return (t & 0x3fffU) == attr_data && !v.empty() && v.size() < 4;
                         }))},
    {"K-DUMP-1", MET(type_of(came(o, r)) == type_done)},
    {"K-DUMP-5", MET(does(o, r, Act::receive) && r.number > 3776)},
    {"K-DUMP-10", MET(error_of(came(o, r)) == EBUSY)},
    {"K-DUMP-12", MET(o.act == Act::memory && r.more % 2 == 1)},
    {"K-SYSCTL-1", MET(fails(o, r, Act::write_sysctl, EINVAL))},
    {"K-SYSCTL-2", MET(o.act == Act::read_sysctl && r.text.starts_with('-'))},
    {"K-USE-1", MET(o.act == Act::hold && r.number == 1)},
    {"K-USE-3", MET(o.act == Act::release)},
};

#undef MET

}  // namespace

Rules::Rules() : visits_(std::size(rules)) {}

void Rules::watch(const Operation& operation, const Outcome& outcome) {
  for (std::size_t i = 0; i < std::size(rules); ++i) {
    if (rules[i].met(operation, outcome)) ++visits_[i];
  }
}

void Rules::print(std::ostream& out) const {
  for (std::size_t i = 0; i < std::size(rules); ++i) {
    out << "  " << visits_[i] << "\t" << rules[i].id << '\n';
  }
}

std::vector<std::string> Rules::missing() const {
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < std::size(rules); ++i) {
    if (visits_[i] == 0) missing.emplace_back(rules[i].id);
  }
  return missing;
}

}  // namespace cttimeout::test
