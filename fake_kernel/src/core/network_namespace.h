// What every part of one network namespace shares: the kernel's build, its clock and memory, and
// the sockets by port id.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "core/behaviours.h"
#include "core/clock.h"
#include "core/deferred.h"
#include "core/kernel_memory.h"
#include "cttimeout/kernel_profile.h"

namespace cttimeout::fake {

class NetlinkInput;
class Socket;

class NetworkNamespace {
 public:
  explicit NetworkNamespace(const KernelProfile& profile)
      : profile(ticking(profile)), clock(this->profile.hz) {}
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;

  [[nodiscard]] bool has(Behaviour behaviour) const { return fake::has(profile, behaviour); }

  /// The tracker that this kernel has for a layer-4 number, or nullptr.
  [[nodiscard]] const Protocol* tracker(std::uint8_t number) const {
    return find_protocol(number, profile.version);
  }
  /// That tracker, or else the generic one, which takes what no other does.
  [[nodiscard]] const Protocol& tracker_or_generic(std::uint8_t number) const {
    const Protocol* found = tracker(number);
    static constexpr const Protocol& generic = *find_protocol(generic_protocol);
    return found != nullptr ? *found : generic;
  }

  const KernelProfile profile;
  Clock clock;
  KernelMemory memory;
  Deferred deferred;  ///< let go when a socket is closed, at the latest at the next tick
  /// The command of a process (comm), as nf_tables tells it.
  std::function<std::string(std::uint32_t process_id)> command_of = own_command;
  NetlinkInput* input = nullptr;  ///< what handles the datagrams that sockets send to the kernel
  std::unordered_map<std::uint32_t, Socket*> ports;  ///< bound sockets
  std::uint64_t cookie = 0;  ///< SO_NETNS_COOKIE, given when first asked for

 private:
  [[nodiscard]] static std::string own_command(std::uint32_t /*process_id*/) {
    constexpr std::size_t longest = 15;
    return std::string(program_invocation_short_name).substr(0, longest);
  }
  /// A profile that a program has made may say 0, by which nothing could be divided.
  [[nodiscard]] static KernelProfile ticking(KernelProfile profile) {
    profile.hz = std::max<std::uint32_t>(profile.hz, 1);
    return profile;
  }
};

}  // namespace cttimeout::fake
