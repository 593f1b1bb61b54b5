// One netlink socket: port id, destinations, receive queue, dump continuation.

#include "netlink/af_netlink.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "netlink/netlink_input.h"

namespace cttimeout::fake {

namespace {

constexpr std::size_t send_overhead = 32;  // K-SOCK-9: a datagram may have this much less

// Dump parts (K-DUMP-5 to 8): NLMSG_DEFAULT_SIZE, up to 32 KiB less the same trailer.
constexpr std::size_t smallest_part = nlmsg_default_size;
constexpr std::size_t largest_part = 32448;

// An address names one group: the lowest of its mask.
std::uint32_t lowest_group(std::uint32_t groups) {
  return groups & (0U - groups);
}

}  // namespace

Socket::Socket(std::shared_ptr<NetworkNamespace> net, const bool& capable, std::uint32_t process_id,
               std::function<void()> data_ready)
    : net_(std::move(net)),
      capable_(capable),
      sender_{.process_id = process_id},
      opener_capable_(capable),
      queue_(net_->profile, std::move(data_ready)),
      level_(net_->profile),
      send_limit_(default_buffer) {}

Socket::~Socket() {
  net_->deferred.let_go();
  if (bound_) net_->ports.erase(port_id_);
}

// netlink_insert: the port id shows in getsockname even if it was refused (K-SOCK-2).
SyscallResult<void> Socket::insert(std::uint32_t port_id) {
  port_id_ = port_id;
  if (!net_->ports.emplace(port_id, this).second) return tl::unexpected(EADDRINUSE);
  bound_ = true;
  return {};
}

// netlink_autobind (K-SOCK-1): the process id, else the first free one counting down from -4097.
// The kernel starts at a random one.
SyscallResult<void> Socket::autobind() {
  std::uint32_t port_id = sender_.process_id;
  for (std::uint32_t next = 0U - 4097; net_->ports.contains(port_id); --next) port_id = next;
  return insert(port_id);
}

// netlink_bind
SyscallResult<void> Socket::bind(NetlinkAddress address) {
  if (address.groups != 0 && !capable_) return tl::unexpected(EPERM);
  membership_used_ = membership_used_ || address.groups != 0;
  if (bound_ && address.port_id != port_id_) return tl::unexpected(EINVAL);
  if (!bound_) {
    const auto bound = address.port_id == 0 ? autobind() : insert(address.port_id);
    if (!bound) return bound;
  }
  groups_ = address.groups;
  return {};
}

// netlink_connect
SyscallResult<void> Socket::connect(NetlinkAddress address) {
  if (address != NetlinkAddress{} && !capable_) return tl::unexpected(EPERM);
  if (!bound_) {
    const auto bound = autobind();
    if (!bound) return bound;
  }
  connected_ = true;
  peer_ = {.port_id = address.port_id, .groups = lowest_group(address.groups)};
  return {};
}

// netlink_sendmsg, up to where it reads the data (K-SOCK-9)
SyscallResult<void> Socket::prepare_send(std::size_t size, std::optional<NetlinkAddress> to,
                                         int flags) {
  if ((flags & MSG_OOB) != 0) return tl::unexpected(EOPNOTSUPP);
  if (size == 0) return tl::unexpected(ENODATA);
  if (to && *to != NetlinkAddress{} && !capable_) return tl::unexpected(EPERM);
  if (!bound_) {
    const auto bound = autobind();
    if (!bound) return bound;
  }
  if (size + send_overhead > send_limit_) return tl::unexpected(EMSGSIZE);
  return {};
}

// netlink_sendmsg (K-SOCK-3, K-SOCK-4)
SyscallResult<std::size_t> Socket::send(std::span<const std::byte> datagram,
                                        std::optional<NetlinkAddress> to, int flags) {
  const auto prepared = prepare_send(datagram.size(), to, flags);
  if (!prepared) return tl::unexpected(prepared.error());
  const NetlinkAddress destination = to.value_or(peer_);
  if (!net_->memory.allocate()) return tl::unexpected(ENOBUFS);  // K-ALLOC-1
  if (destination.groups != 0) multicast(datagram, destination);
  if (destination.port_id != 0) {
    const int refused = unicast(datagram, destination);
    if (refused != 0) return tl::unexpected(refused);
    return datagram.size();
  }
  // netlink_net_capable (K-PERM-2): without an address the opener of the socket counts, too.
  const bool capable = capable_ && (to || opener_capable_);
  net_->deferred.let_go_at(net_->clock.ticks());
  net_->input->receive(*this, datagram, {.credentials = sender_, .capable = capable});
  return datagram.size();
}

// netlink_attachskb. A connected socket hears only its peer (K-SOCK-18).
int Socket::admit(std::uint32_t sender, std::size_t charge) {
  if (connected_ && peer_.port_id != sender) return ECONNREFUSED;
  if (queue_.accepts(charge)) return 0;
  if (sender != 0) return EAGAIN;  // a user would wait, the kernel drops
  queue_.overrun();
  return ENOBUFS;
}

int Socket::unicast(std::span<const std::byte> datagram, NetlinkAddress to) {
  const auto found = net_->ports.find(to.port_id);
  if (found == net_->ports.end()) return ECONNREFUSED;
  const std::size_t charge = charge_for_user(net_->profile, datagram.size(), to.groups != 0);
  const int refused = found->second->admit(port_id_, charge);
  if (refused == 0) found->second->queue(datagram, charge, source(to));
  return refused;
}

// netlink_broadcast: to every other member of the group that is not also the destination.
void Socket::multicast(std::span<const std::byte> datagram, NetlinkAddress to) {
  const std::uint32_t group = lowest_group(to.groups);
  const std::size_t charge = charge_for_user(net_->profile, datagram.size(), true);
  for (const auto& [port_id, receiver] : net_->ports) {
    if (receiver == this || port_id == to.port_id || (receiver->groups_ & group) == 0) continue;
    if (receiver->queue_.accepts(charge)) {
      receiver->queue(datagram, charge, source(to));
    } else {
      receiver->queue_.overrun();
    }
  }
}

// What a datagram of ours to that destination shows to its receivers.
ReceiveQueue::Source Socket::source(NetlinkAddress to) const {
  return {.address = {.port_id = port_id_, .groups = lowest_group(to.groups)}, .sender = sender_};
}

void Socket::queue(std::span<const std::byte> datagram, std::size_t charge,
                   const ReceiveQueue::Source& source) {
  std::ranges::copy(datagram, queue_.reserve(datagram.size()).begin());
  queue_.commit(datagram.size(), charge, source);
}

// netlink_recvmsg (K-SOCK-6 to 8, K-MEM-3)
SyscallResult<ReceivedDatagram> Socket::receive(std::span<std::byte> buffer, int flags) {
  if ((flags & MSG_OOB) != 0) return tl::unexpected(EOPNOTSUPP);
  const int pending = queue_.take_error();
  if (pending != 0 || queue_.empty()) {
    queue_.relieve();
    return tl::unexpected(pending != 0 ? pending : EAGAIN);
  }
  return deliver(buffer, flags);
}

// What the front of the queue brings, written where the caller will have it: no copies.
SyscallResult<ReceivedDatagram> Socket::deliver(std::span<std::byte> buffer, int flags) {
  SyscallResult<ReceivedDatagram> received(tl::in_place);
  const ReceiveQueue::Datagram datagram = queue_.front();
  const std::size_t copied = std::min(buffer.size(), datagram.bytes.size());
  std::copy_n(datagram.bytes.begin(), copied, buffer.begin());
  const auto& [address, sender] = datagram.source;
  received->returned = (flags & MSG_TRUNC) != 0 ? datagram.bytes.size() : copied;
  received->copied = copied;
  received->truncated = copied < datagram.bytes.size();
  received->sender = address;
  // K-SOCK-10: the number of the group, not its bit. K-SOCK-20.
  if (flag(Option::pktinfo)) received->group = std::bit_width(address.groups);
  if (level_.on(SO_PASSCRED)) received->credentials = sender;
  if ((flags & MSG_PEEK) == 0) queue_.pop();
  largest_receive_ = std::max(largest_receive_, buffer.size());
  if (dump_ && queue_.used() <= queue_.limit() / 2) {
    if (const int error = continue_dump(); error != 0) queue_.set_error(error);
  }
  queue_.relieve();
  return received;
}

// __netlink_dump_start
int Socket::start_dump(std::unique_ptr<Dump> dump, std::uint32_t sequence) {
  if (dump_) return EBUSY;
  dump_ = std::move(dump);
  dump_sequence_ = sequence;
  return continue_dump();
}

/// Room for a dump part, 0 if there is no memory: it can do without a large one (K-ALLOC-6).
std::size_t Socket::allocate_part() {
  const std::size_t wanted = std::clamp(largest_receive_, smallest_part, largest_part);
  if (wanted > smallest_part && allocate()) return wanted;
  return allocate() ? smallest_part : 0;
}

// netlink_dump (K-DUMP-10): one part, or DONE in a datagram of its own. Both are charged for the
// room they had, not for what they hold.
int Socket::continue_dump() {
  const std::size_t capacity = allocate_part();
  if (capacity == 0) return ENOBUFS;
  const std::size_t charge = charge_for(net_->profile, capacity);
  if (!queue_.accepts_dump_part(charge)) return ENOBUFS;
  const std::span<std::byte> part = queue_.reserve(capacity);
  std::size_t size = dump_->fill(part, {.sequence = dump_sequence_, .port_id = port_id_});
  if (size == 0) {
    ReplyWriter writer(part.data());
    size = NLMSG_HDRLEN + sizeof(std::int32_t);
    writer.value(nlmsghdr{.nlmsg_len = static_cast<std::uint32_t>(size),
                          .nlmsg_type = NLMSG_DONE,
                          .nlmsg_flags = NLM_F_MULTI,
                          .nlmsg_seq = dump_sequence_,
                          .nlmsg_pid = port_id_});
    writer.value(std::int32_t{0});
    dump_.reset();
  }
  queue_.commit(size, charge, {});
  return 0;
}

bool Socket::wait(std::chrono::milliseconds timeout) {
  net_->clock.advance(timeout);
  return (poll() & (POLLIN | POLLERR)) != 0;
}

// datagram_poll (K-SOCK-19)
short Socket::poll() const {
  const int events = POLLOUT | (queue_.empty() ? 0 : POLLIN) | (queue_.error() == 0 ? 0 : POLLERR);
  return static_cast<short>(events);
}

SocketMemory Socket::memory() const {
  return {.used = queue_.used(), .drops = queue_.drops(), .dumping = dump_ != nullptr};
}

}  // namespace cttimeout::fake
