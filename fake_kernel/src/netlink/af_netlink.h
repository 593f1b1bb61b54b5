// One netlink socket: port id, destinations, options, receive queue, dump continuation.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/network_namespace.h"
#include "cttimeout/netlink_socket.h"
#include "netlink/dump.h"
#include "netlink/message_builder.h"
#include "netlink/receive_queue.h"
#include "netlink/reply_writer.h"
#include "netlink/socket_level.h"

namespace cttimeout::fake {

class Socket final : public NetlinkSocket {
 public:
  /// `capable`: whether the process that makes the calls has CAP_NET_ADMIN; it lives as long as
  /// the namespace.
  Socket(std::shared_ptr<NetworkNamespace> net, const bool& capable, std::uint32_t process_id,
         std::function<void()> data_ready);
  ~Socket() override;

  SyscallResult<void> bind(NetlinkAddress address) override;
  SyscallResult<void> connect(NetlinkAddress address) override;
  NetlinkAddress name() const override { return {port_id_, groups_}; }
  NetlinkAddress peer() const override { return peer_; }
  SyscallResult<void> prepare_send(std::size_t size, std::optional<NetlinkAddress> to,
                                   int flags) override;
  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override;
  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override;
  SyscallResult<void> set_option(int level, int option, std::span<const std::byte> value) override;
  SyscallResult<std::size_t> get_option(int level, int option, std::span<std::byte> value) override;
  void set_sender(const Credentials& sender) override { sender_ = sender; }
  void set_error(int error) override { queue_.set_error(error); }
  bool wait(std::chrono::milliseconds timeout) override;
  std::uint32_t hz() const override { return net_->profile.hz; }
  std::size_t receive_buffer() const override { return queue_.limit(); }
  short poll() const override;
  SocketMemory memory() const override;

  // What the layers of the kernel above ask of it.

  [[nodiscard]] bool cap_ack() const { return flag(Option::cap_ack); }
  [[nodiscard]] bool ext_ack() const { return flag(Option::ext_ack); }

  /// Queues a datagram of `size` bytes from the kernel, written by fill(ReplyWriter&), charged as
  /// if it had `charged` bytes. Returns 0, ECONNREFUSED or ENOBUFS (netlink_unicast).
  template <class Fill>
  int reply(std::size_t size, std::size_t charged, Fill&& fill) {
    const std::size_t charge = charge_for(net_->profile, charged);
    if (const int refused = admit(0, charge); refused != 0) return refused;
    ReplyWriter writer(queue_.reserve(size).data());
    fill(writer);
    queue_.commit(size, charge, {});
    return 0;
  }

  /// The same of what was built, charged for the room that the kernel makes for messages whose size
  /// it does not know (NLMSG_GOODSIZE).
  int reply(const MessageBuilder& built) {
    return reply(built.size(), MessageBuilder::usual_room,
                 [&](ReplyWriter& writer) { writer.padded(built.bytes()); });
  }

  /// Memory for a reply; false if there is none.
  [[nodiscard]] bool allocate() { return net_->memory.allocate(); }
  /// The next receive fails with `error`.
  void report(int error) { set_error(error); }

  /// Starts a dump and makes its first part. EBUSY while one is under way; ENOBUFS if that part
  /// did not fit, in which case the dump still goes on at a later receive (K-MEM-6).
  int start_dump(std::unique_ptr<Dump> dump, std::uint32_t sequence);

 private:
  enum class Option : std::uint8_t {
    pktinfo,
    broadcast_error,
    no_enobufs,
    listen_all_nsid,
    cap_ack,
    ext_ack,
    strict_check,
  };
  [[nodiscard]] static std::optional<Option> flag_option(int option);
  [[nodiscard]] bool flag(Option option) const {
    return (flags_ >> static_cast<unsigned>(option) & 1U) != 0;
  }

  SyscallResult<void> autobind();
  SyscallResult<void> insert(std::uint32_t port_id);
  SyscallResult<void> change_membership(std::uint32_t group, bool member);
  SyscallResult<void> set_netlink_option(int option, std::span<const std::byte> value);
  SyscallResult<void> set_socket_option(int option, std::span<const std::byte> value);
  SyscallResult<std::size_t> get_netlink_option(int option, std::span<std::byte> value);
  SyscallResult<std::size_t> get_socket_option(int option, std::span<std::byte> value);
  SyscallResult<std::size_t> write_peer(std::span<std::byte> value) const;
  SyscallResult<std::size_t> write_namespace_cookie(std::span<std::byte> value) const;
  /// 0, or the errno with which this socket refuses a unicast from `sender`.
  [[nodiscard]] int admit(std::uint32_t sender, std::size_t charge);
  void multicast(std::span<const std::byte> datagram, NetlinkAddress to);
  void queue(std::span<const std::byte> datagram, std::size_t charge,
             const ReceiveQueue::Source& source);
  int unicast(std::span<const std::byte> datagram, NetlinkAddress to);
  [[nodiscard]] ReceiveQueue::Source source(NetlinkAddress to) const;
  SyscallResult<ReceivedDatagram> deliver(std::span<std::byte> buffer, int flags);
  [[nodiscard]] std::size_t allocate_part();
  int continue_dump();

  const std::shared_ptr<NetworkNamespace> net_;
  const bool& capable_;
  Credentials sender_;
  const bool opener_capable_;
  ReceiveQueue queue_;
  SocketLevel level_;
  std::unique_ptr<Dump> dump_;  // null: none is under way
  std::uint32_t dump_sequence_ = 0;
  NetlinkAddress peer_;
  std::uint64_t cookie_ = 0;  // given when first asked for
  std::size_t send_limit_;
  std::size_t largest_receive_ = 0;
  std::uint32_t port_id_ = 0;
  std::uint32_t groups_ = 0;
  std::uint8_t flags_ = 0;
  bool bound_ = false;
  bool connected_ = false;
  bool membership_used_ = false;
};

}  // namespace cttimeout::fake
