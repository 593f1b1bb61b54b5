// The options that every socket has at SOL_SOCKET, by their table (sk_setsockopt, sk_getsockopt).

#include "netlink/socket_level.h"

#include "core/behaviours.h"
#include "netlink/option_value.h"
#include "netlink/socket_level_rows.h"

namespace cttimeout::fake {

namespace {

constexpr auto initial_numbers = [] {
  std::array<std::int32_t, SocketLevel::most_options> numbers{};
  for (const level::Row& row : level::rows) {
    numbers[static_cast<std::size_t>(row.option)] = row.initial;
  }
  return numbers;
}();

bool is_guarded(const level::Row& row, int number) {
  switch (row.guard) {
    case level::Guard::nothing:
      return false;
    case level::Guard::switching_on:
      return number != 0;
    case level::Guard::every_value:
      return true;
    case level::Guard::priority:
      return number < 0 || number > 6;
  }
  return true;
}

}  // namespace

SocketLevel::SocketLevel(const KernelProfile& profile)
    : version_(profile.version),
      ticks_per_second_(profile.hz),
      numbers_(initial_numbers),
      linger_wraps_(has(profile, Behaviour::linger_wraps)),
      time_limits_{no_limit, no_limit} {}

bool SocketLevel::exists(int option) const {
  const level::Row* row = level::find_row(option);
  return row != nullptr && row->since <= version_;
}

void SocketLevel::lock_buffer(int which) {
  number(SO_BUF_LOCK) |= which;
}

SyscallResult<void> SocketLevel::set(int option, std::span<const std::byte> value, bool capable) {
  if (option == SO_BINDTODEVICE) return set_device(value, capable);
  if (value.size() < sizeof(int)) return tl::unexpected(EINVAL);
  if (!exists(option)) return tl::unexpected(ENOPROTOOPT);
  const level::Row& row = *level::find_row(option);
  const int asked = read_number(value);
  if (!capable && is_guarded(row, asked)) return tl::unexpected(row.guard_error);
  switch (row.write) {
    case level::Write::flag:
      number(option) = asked != 0 ? 1 : 0;
      return {};
    case level::Write::number:
      number(option) = asked;
      return {};
    case level::Write::not_negative:
      if (asked < 0) return tl::unexpected(row.write_error_of(version_));
      number(option) = asked;
      return {};
    case level::Write::zero:
      if (asked != 0) return tl::unexpected(row.write_error_of(version_));
      return {};
    case level::Write::ignored:
      return {};
    case level::Write::special:
      return set_special(option, value, capable);
    case level::Write::fails:
      break;
  }
  return tl::unexpected(row.write_error_of(version_));
}

SyscallResult<std::size_t> SocketLevel::get(int option, std::span<std::byte> value) const {
  if (!exists(option)) return tl::unexpected(ENOPROTOOPT);
  const level::Row& row = *level::find_row(option);
  switch (row.read) {
    case level::Read::number:
      return write_number(value, number(option));
    case level::Read::special:
      return get_special(option, value);
    case level::Read::fails:
      break;
  }
  return tl::unexpected(row.read_error);
}

}  // namespace cttimeout::fake
