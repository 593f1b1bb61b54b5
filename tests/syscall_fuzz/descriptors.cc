// Operations on descriptors: duplicates, flags, closing several, what files can and sockets cannot.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>

#include "operation.h"

namespace cttimeout::test {
namespace {

/// Numbers that are served sockets' under fake-kernel, and free but for what this file puts there.
int draw_high_number(Random& random) {
  return static_cast<int>(random.between(940, 990));
}

void keep(World& world, std::size_t slot, long descriptor) {
  world << slot << (descriptor >= 0 ? "got one" : show(descriptor));
  if (descriptor < 0) return;
  world.empty(slot);
  world.slot(slot) = static_cast<int>(descriptor);
}

void duplicate(World& world, Random& random) {
  const int from = world.any(random);
  const std::size_t to = world.any_slot(random);
  switch (random.below(4)) {
    case 0:
      return keep(world, to, call(SYS_dup, from));
    case 1: {
      const int lowest = static_cast<int>(random.between(0, 990)) - 1;
      const int command = random.chance(1, 2) ? F_DUPFD : F_DUPFD_CLOEXEC;
      const long copy = call(SYS_fcntl, from, command, lowest);
      world << (copy < 0 || copy >= lowest);
      return keep(world, to, copy);
    }
    case 2: {
      const int flags = random.chance(1, 8) ? O_NONBLOCK : random.of<int>({0, O_CLOEXEC});
      return keep(world, to, call(SYS_dup3, from, draw_high_number(random), flags));
    }
    default:
#ifdef SYS_dup2
      return keep(world, to, call(SYS_dup2, from, draw_high_number(random)));
#else
      return keep(world, to, call(SYS_dup3, from, draw_high_number(random), 0));
#endif
  }
}

void duplicate_onto_itself(World& world, Random& random) {
  const int socket = world.any(random);
  const long same = call(SYS_dup3, socket, socket, 0);
  world << (same >= 0 ? "same" : show(same));
#ifdef SYS_dup2
  world << (call(SYS_dup2, socket, socket) == socket ? "same" : "another");
#endif
}

/// A descriptor of something else comes to the number of a served socket, which closes that.
void replace(World& world, Random& random) {
  const std::size_t slot = world.any_slot(random);
  const int old = world.slot(slot);
  if (old < 0) return;
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  world << (call(SYS_dup3, null, old, O_CLOEXEC) == old) << show(call(SYS_write, old, "abc", 3))
        << show(call(SYS_recvfrom, old, nullptr, 0, 0, nullptr, nullptr));
  close(null);
  world.empty(slot);
}

void flags(World& world, Random& random) {
  const int socket = world.any(random);
  switch (random.below(4)) {
    case 0:
      world << "F_GETFL" << show(call(SYS_fcntl, socket, F_GETFL));
      return;
    case 1:
      world << "F_SETFL"
            << show(call(SYS_fcntl, socket, F_SETFL, random.chance(1, 2) ? O_NONBLOCK : 0));
      return;
    case 2:
      world << "F_GETFD" << show(call(SYS_fcntl, socket, F_GETFD));
      return;
    default:
      world << "F_SETFD" << show(call(SYS_fcntl, socket, F_SETFD, random.below(2)));
  }
}

/// Closes one by close_range, or marks it to be closed at exec.
void close_a_range(World& world, Random& random) {
  const std::size_t slot = world.any_slot(random);
  const int socket = world.slot(slot);
  if (socket < 0) return;
  const bool marks = random.chance(1, 2);
  const auto number = static_cast<unsigned>(socket);
  world << marks << show(call(SYS_close_range, number, number, marks ? CLOSE_RANGE_CLOEXEC : 0U));
  world << show(call(SYS_fcntl, socket, F_GETFD));
  if (!marks) world.slot(slot) = -1;
}

void treat_as_file(World& world, Random& random) {
  const int socket = world.any(random);
  std::array<char, 8> room{};
  struct stat status {};
  world << show(call(SYS_lseek, socket, 0, SEEK_CUR))
        << show(call(SYS_pread64, socket, room.data(), room.size(), 0))
        << show(call(SYS_pwrite64, socket, room.data(), room.size(), 0))
        << show(call(SYS_fsync, socket)) << show(call(SYS_ftruncate, socket, 0))
        << show(fstat(socket, &status)) << (status.st_mode & S_IFMT) << status.st_size;
}

constexpr std::array kinds{
    Kind{"duplicate", 40, duplicate},      Kind{"duplicate onto itself", 4, duplicate_onto_itself},
    Kind{"replace", 6, replace},           Kind{"flags", 20, flags},
    Kind{"close_range", 8, close_a_range}, Kind{"as a file", 6, treat_as_file},
};

}  // namespace

std::span<const Kind> descriptor_kinds() {
  return kinds;
}

}  // namespace cttimeout::test
