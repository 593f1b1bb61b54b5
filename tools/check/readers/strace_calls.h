// The system calls that tell what became of a socket, by the names that strace prints.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace cttimeout::tools::check {

enum class CallKind : std::uint8_t {
  socket,
  open,  ///< returns a new descriptor of something else
  send,
  receive,
  duplicate,
  control,  ///< fcntl, ioctl
  close,
  close_range,
  fork,
  execute,
  unshare,
  connect,
  bind,
  option,
  other,  ///< tells only that more than network calls is traced
};

/// Where the data stands among the arguments.
enum class Shape : std::uint8_t {
  none,
  plain,     ///< buffer, size, flags, address
  vectors,   ///< iovec[]
  message,   ///< msghdr
  messages,  ///< mmsghdr[]
};

struct CallRow {
  std::string_view name;
  CallKind kind;
  Shape shape = Shape::none;
};

inline constexpr std::array call_rows{
    CallRow{"socket", CallKind::socket},
    CallRow{"sendto", CallKind::send, Shape::plain},
    CallRow{"send", CallKind::send, Shape::plain},
    CallRow{"write", CallKind::send, Shape::plain},
    CallRow{"writev", CallKind::send, Shape::vectors},
    CallRow{"pwritev2", CallKind::send, Shape::vectors},
    CallRow{"sendmsg", CallKind::send, Shape::message},
    CallRow{"sendmmsg", CallKind::send, Shape::messages},
    CallRow{"recvfrom", CallKind::receive, Shape::plain},
    CallRow{"recv", CallKind::receive, Shape::plain},
    CallRow{"read", CallKind::receive, Shape::plain},
    CallRow{"readv", CallKind::receive, Shape::vectors},
    CallRow{"preadv2", CallKind::receive, Shape::vectors},
    CallRow{"recvmsg", CallKind::receive, Shape::message},
    CallRow{"recvmmsg", CallKind::receive, Shape::messages},
    CallRow{"recvmmsg_time64", CallKind::receive, Shape::messages},
    CallRow{"dup", CallKind::duplicate},
    CallRow{"dup2", CallKind::duplicate},
    CallRow{"dup3", CallKind::duplicate},
    CallRow{"fcntl", CallKind::control},
    CallRow{"fcntl64", CallKind::control},
    CallRow{"ioctl", CallKind::control},
    CallRow{"close", CallKind::close},
    CallRow{"close_range", CallKind::close_range},
    CallRow{"clone", CallKind::fork},
    CallRow{"clone2", CallKind::fork},
    CallRow{"clone3", CallKind::fork},
    CallRow{"fork", CallKind::fork},
    CallRow{"vfork", CallKind::fork},
    CallRow{"execve", CallKind::execute},
    CallRow{"execveat", CallKind::execute},
    CallRow{"unshare", CallKind::unshare},
    CallRow{"connect", CallKind::connect},
    CallRow{"bind", CallKind::bind},
    CallRow{"setsockopt", CallKind::option},
    CallRow{"open", CallKind::open},
    CallRow{"openat", CallKind::open},
    CallRow{"openat2", CallKind::open},
    CallRow{"creat", CallKind::open},
    CallRow{"accept", CallKind::open},
    CallRow{"accept4", CallKind::open},
    CallRow{"eventfd", CallKind::open},
    CallRow{"eventfd2", CallKind::open},
    CallRow{"epoll_create", CallKind::open},
    CallRow{"epoll_create1", CallKind::open},
    CallRow{"timerfd_create", CallKind::open},
    CallRow{"memfd_create", CallKind::open},
    CallRow{"signalfd4", CallKind::open},
    CallRow{"inotify_init1", CallKind::open},
    CallRow{"pidfd_open", CallKind::open},
    CallRow{"userfaultfd", CallKind::open},
    CallRow{"perf_event_open", CallKind::open},
    CallRow{"io_uring_setup", CallKind::open},
    CallRow{"brk", CallKind::other},
    CallRow{"mmap", CallKind::other},
};

/// nullptr for any other call.
[[nodiscard]] inline const CallRow* find_call(std::string_view name) {
  const auto* const found = std::ranges::find(call_rows, name, &CallRow::name);
  return found == call_rows.end() ? nullptr : found;
}

}  // namespace cttimeout::tools::check
