// What the guard and the program tell the supervisor.
#include "process/channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace cttimeout::tools::wrapper {
namespace {

struct Message {
  ProcessEvent::Kind kind = ProcessEvent::Kind::all_gone;
  int value = 0;
};

using Descriptors = std::array<int, 2>;

/// A message and room for the descriptors that come with it, as sendmsg and recvmsg want them.
struct Envelope {
  Envelope() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
  }
  Envelope(const Envelope&) = delete;
  Envelope& operator=(const Envelope&) = delete;

  void make_room() {
    header.msg_control = room.data();
    header.msg_controllen = room.size();
  }

  Message message;
  iovec part{.iov_base = &message, .iov_len = sizeof message};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(Descriptors))> room{};
  msghdr header{};
};

void enclose(Envelope& envelope, const Descriptors& descriptors) {
  envelope.make_room();
  cmsghdr* rights = CMSG_FIRSTHDR(&envelope.header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(rights), descriptors.data(), sizeof descriptors);
}

}  // namespace

SyscallResult<Channel> open_channel() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::unexpected(errno);
  }
  return Channel{.ours = Descriptor(ends[0]), .theirs = Descriptor(ends[1])};
}

bool send_event(const Descriptor& channel, const ProcessEvent& event) {
  Envelope envelope;
  envelope.message = {.kind = event.kind, .value = event.value};
  if (event.listener) enclose(envelope, {event.listener.number(), event.program.number()});
  return sendmsg(channel.number(), &envelope.header, MSG_NOSIGNAL) == sizeof(Message);
}

ProcessEvent receive_event(const Descriptor& channel) {
  Envelope envelope;
  envelope.make_room();
  ssize_t size = 0;
  do {
    size = recvmsg(channel.number(), &envelope.header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < static_cast<ssize_t>(sizeof(Message))) return {};
  ProcessEvent event{.kind = envelope.message.kind, .value = envelope.message.value};
  const cmsghdr* rights = CMSG_FIRSTHDR(&envelope.header);
  if (rights != nullptr && rights->cmsg_len == CMSG_LEN(sizeof(Descriptors))) {
    Descriptors descriptors{};
    std::memcpy(descriptors.data(), CMSG_DATA(rights), sizeof descriptors);
    event.listener = Descriptor(descriptors[0]);
    event.program = Descriptor(descriptors[1]);
  }
  return event;
}

}  // namespace cttimeout::tools::wrapper
