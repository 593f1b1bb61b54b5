// Ancillary data of a receive: what the socket asked to be told beside the datagram.
#include "calls/ancillary.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

namespace cttimeout::tools::wrapper {
namespace {

/// Control messages one after the other, as far as there is room (put_cmsg).
class ControlWriter {
 public:
  ControlWriter(const Caller& caller, msghdr& header) : caller_(caller), header_(header) {}

  template <class T>
  void put(int level, int type, const T& value) {
    const std::size_t room = header_.msg_control == nullptr ? 0 : header_.msg_controllen - used_;
    if (room < sizeof(cmsghdr)) {
      header_.msg_flags |= MSG_CTRUNC;
      return;
    }
    std::array<std::byte, CMSG_SPACE(sizeof(T))> bytes{};
    const std::size_t size = std::min<std::size_t>(CMSG_LEN(sizeof(T)), room);
    if (size < CMSG_LEN(sizeof(T))) header_.msg_flags |= MSG_CTRUNC;
    const cmsghdr head{.cmsg_len = size, .cmsg_level = level, .cmsg_type = type};
    std::memcpy(bytes.data(), &head, sizeof head);
    std::memcpy(bytes.data() + CMSG_LEN(0), &value, sizeof value);
    const auto to = reinterpret_cast<Address>(header_.msg_control) + used_;
    // One that cannot be written is left out, and nobody is told.
    if (caller_.write(to, std::span(bytes).first(size))) used_ += std::min(bytes.size(), room);
  }

  void finish() { header_.msg_controllen = used_; }

 private:
  const Caller& caller_;
  msghdr& header_;
  std::size_t used_ = 0;
};

}  // namespace

void store_ancillary(const Caller& caller, const ReceivedDatagram& received, msghdr& header) {
  ControlWriter writer(caller, header);
  if (received.group) {
    writer.put(SOL_NETLINK, NETLINK_PKTINFO, nl_pktinfo{.group = *received.group});
  }
  if (const auto& who = received.credentials) {
    writer.put(
        SOL_SOCKET, SCM_CREDENTIALS,
        ucred{
            .pid = static_cast<pid_t>(who->process_id), .uid = who->user_id, .gid = who->group_id});
  }
  writer.finish();
}

}  // namespace cttimeout::tools::wrapper
