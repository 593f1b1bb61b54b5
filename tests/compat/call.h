// One call of the C interface, as it is drawn, played and printed.
#pragma once

#include <cstdint>
#include <string>

#include "library.h"
#include "support/bytes.h"

namespace cttimeout::test {

enum class What : std::uint8_t {
  renew,  ///< free and alloc
  set_name,
  set_family,    ///< attr_set
  set_protocol,  ///< attr_set
  set_u8,
  set_u16,
  unset,
  set_timeout,
  build,       ///< header and payload
  build_more,  ///< the same, the payload twice
  parse,
  print,
  print_exactly,  ///< into a buffer that the text just fits
  state_name,
};

struct Call {
  What what = What::renew;
  std::uint32_t type = 0;   ///< attribute or state; build: command; state_name: protocol
  std::uint32_t value = 0;  ///< build: sequence number; state_name: state
  std::uint16_t flags = 0;  ///< build
  std::string name = {};    ///< set_name
  Bytes message = {};       ///< parse
};

/// What came of a call: what it returned, and what it wrote.
struct Seen {
  long result = 0;
  std::string bytes = {};

  friend bool operator==(const Seen&, const Seen&) = default;
};

[[nodiscard]] Seen play(const Library& library, Object& object, const Call& call);

/// As it would stand in a program.
[[nodiscard]] std::string to_text(const Call& call);
[[nodiscard]] std::string to_text(const Seen& seen);

}  // namespace cttimeout::test
