// What one network namespace holds: policies, defaults, sockets by port id, the inputs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "behaviours.h"
#include "cttimeout/kernel_profile.h"
#include "defaults.h"
#include "kernel_memory.h"
#include "policy_table.h"

namespace cttimeout {

class Socket;

class Namespace {
 public:
  explicit Namespace(const KernelProfile& profile)
      : profile(ticking(profile)), defaults(this->profile) {}

  [[nodiscard]] bool has(Behaviour behaviour) const { return cttimeout::has(profile, behaviour); }

  /// The tracker that this kernel has for a layer-4 number, or nullptr.
  [[nodiscard]] const Protocol* tracker(std::uint8_t number) const {
    const Protocol* protocol = find_protocol(number);
    return protocol != nullptr && protocol->lifetime.contains(profile.version) ? protocol : nullptr;
  }

  /// A profile that a program has made may say 0, by which nothing could be divided.
  [[nodiscard]] static KernelProfile ticking(KernelProfile profile) {
    profile.hz = std::max<std::uint32_t>(profile.hz, 1);
    return profile;
  }

  const KernelProfile profile;
  PolicyTable policies;
  Defaults defaults;
  KernelMemory memory;
  std::unordered_map<std::uint32_t, Socket*> ports;  // bound sockets
  std::uint64_t cookie = 0;                          // SO_NETNS_COOKIE, given when first asked for
  bool capable = true;                               // the calling process has CAP_NET_ADMIN
};

}  // namespace cttimeout
