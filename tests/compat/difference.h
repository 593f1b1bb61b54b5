// The differences between the two libraries: each a few calls, and what is seen of either.
#pragma once

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "library.h"
#include "support/bytes.h"

namespace cttimeout::test {

struct Difference {
  std::string_view id;  ///< as in lib/compat/DIFFERENCES.md
  std::string (*play)(const Library& library);
  std::string_view theirs;  ///< text, or the signal that ended libnetfilter_cttimeout 1.0.1
  std::string_view ours;
};

/// Where memory was read or written that is not the library's to touch.
[[nodiscard]] std::span<const Difference> memory_differences();
/// In what it reads in messages.
[[nodiscard]] std::span<const Difference> message_differences();
/// In what it makes of values and in what it says.
[[nodiscard]] std::span<const Difference> value_differences();

[[nodiscard]] std::vector<Difference> all_differences();

/// One after the other, which a chain of + does not promise; with a blank between them.
[[nodiscard]] std::string seen(std::initializer_list<std::string> parts);

/// What a call returned, with the name of errno if that is -1: "0", "-1 EINVAL".
template <class Call>
std::string returned(Call&& call) {
  errno = 0;
  const int result = call();
  return result == -1 ? "-1 " + std::string(strerrorname_np(errno)) : std::to_string(result);
}

/// An object with these attributes set.
[[nodiscard]] Object new_object(const Library& library, const char* name, std::uint8_t protocol);

/// The text of an object that fits.
[[nodiscard]] std::string printed(const Library& library, const Object& object);

/// The attributes of an object, built into memory that was 0x5a all over; in hex.
[[nodiscard]] std::string attributes(const Library& library, const Object& object);

/// The message in memory of exactly its size, parsed.
[[nodiscard]] std::string parsed(const Library& library, const Object& object,
                                 const Bytes& message);

}  // namespace cttimeout::test
