// Act: one thing that happens to a kernel with flows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cttimeout/tuple.h"
#include "support/bytes.h"

namespace cttimeout::test {

struct Act {
  enum class Kind : std::uint8_t {
    packet,         ///< `bytes` pass
    set_timeout,    ///< the flow with `tuple` gets `number` seconds by hand
    remove_flow,    ///< the flow with `tuple` is removed
    write_sysctl,   ///< `number` into nf_conntrack_`name`
    set_policy,     ///< the policy `name` of `protocol`, slot i: `number` + i * 100 s
    delete_policy,  ///< the policy `name`
    set_default,    ///< the default of the first slot of `protocol`: `number` seconds
    add_rule,       ///< the policy `name` for packets of `protocol` to the network of own rules
    delete_rule,    ///< the first such rule
    pause           ///< longer than the two seconds after which udp has a stream
  };

  Kind kind = Kind::packet;
  Bytes bytes = {};
  Tuple tuple = {};
  std::uint32_t number = 0;
  std::string name = {};
  std::uint8_t protocol = 0;
};

using Sequence = std::vector<Act>;

}  // namespace cttimeout::test
