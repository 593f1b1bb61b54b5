// What a way to change many policies must be able to do to be measured: see example_contestant.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cttimeout/policy.h"
#include "cttimeout/transport.h"

namespace cttimeout::bench {

/// Before it is timed, its result is compared with that of Client::add.
class Contestant {
 public:
  Contestant() = default;
  Contestant(const Contestant&) = delete;
  Contestant& operator=(const Contestant&) = delete;
  virtual ~Contestant() = default;

  /// Called once with the policies that all later calls will have, outside the time.
  virtual void prepare(std::span<const Policy> /*policies*/) {}
  /// Adds them, none of which is there; false if any was refused.
  [[nodiscard]] virtual bool add(std::span<const Policy> policies) = 0;
  /// Removes them, all of which are there.
  [[nodiscard]] virtual bool remove(std::span<const Policy> policies) = 0;
  /// Whether they are there as given, if Client::get cannot tell.
  [[nodiscard]] virtual std::optional<bool> holds(std::span<const Policy> /*policies*/) {
    return std::nullopt;
  }
};

/// Makes a contestant that uses `transport`; or sockets and programs of its own, which then are in
/// the right network namespace.
using MakeContestant = std::function<std::unique_ptr<Contestant>(Transport& transport)>;

/// Where a contestant can run.
enum class Reach : std::uint8_t {
  any_transport,  ///< fake, replay and real kernel, by the Transport that a Client has
  raw_transport,  ///< fake and real kernel, with nothing around the system calls
  own_socket,     ///< real kernel
  own_process,    ///< real kernel; timed by the clock, as other processes do the work
};

/// Enters a contestant under a name, from a static initialiser. Always true.
bool enter_contestant(std::string name, Reach reach, MakeContestant make);

}  // namespace cttimeout::bench
