// What the kernel may hold, as far as its clients can know: a set of states for each name.
//
// A result of unknown outcome leaves both in the set, what was before and what may be now; reading
// back leaves those that agree with what was read. A set that gets empty is a contradiction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cttimeout/client.h"
#include "cttimeout/flow.h"
#include "cttimeout/kernel_profile.h"

namespace cttimeout::test {

/// What excuses a refusal, beside what the model holds.
struct Weather {
  bool capable = true;         ///< the caller may ask at all
  bool memory = true;          ///< the kernel gets all the memory it wants
  bool replies_fit = true;     ///< so does every reply into the receive queue
  bool all_or_noticed = true;  ///< no reply can be lost or added without a word
};

/// Empty, or how a result contradicts what was possible.
using Complaint = std::string;

class Model {
 public:
  Model(const KernelProfile& profile, std::span<const Name> names);

  /// Each tells of one operation and its result. A list's comes with the policies that it gave.
  [[nodiscard]] Complaint add(const Policy& policy, const Result<void>& result,
                              const Weather& weather);
  [[nodiscard]] Complaint replace(const Policy& policy, const Result<void>& result,
                                  const Weather& weather);
  [[nodiscard]] Complaint remove(const Name& name, const Result<void>& result,
                                 const Weather& weather);
  [[nodiscard]] Complaint flush(const Result<void>& result, const Weather& weather);
  [[nodiscard]] Complaint get(const Name& name, const Result<InstalledPolicy>& result,
                              const Weather& weather);
  [[nodiscard]] Complaint list(const Result<void>& result,
                               const std::vector<InstalledPolicy>& listed, const Weather& weather);
  [[nodiscard]] Complaint set_default(std::uint8_t protocol, const Timeouts& timeouts,
                                      const Result<void>& result, const Weather& weather);
  [[nodiscard]] Complaint get_default(std::uint8_t protocol, const Result<Timeouts>& result,
                                      const Weather& weather);

  /// One change of apply(). Where a reply was lost it looks whether the kernel has what was
  /// asked for, and calls that success. Silence means success, too.
  [[nodiscard]] Complaint change(const Change& change, const Result<void>& told,
                                 const Weather& weather);

  /// A rule was to hold a policy; that succeeds if there is one.
  [[nodiscard]] Complaint hold(const Name& name, bool held);
  void release(const Name& name);
  /// A rule was to give a policy to flows of that protocol over IPv4: errno, or 0.
  [[nodiscard]] Complaint give(const Name& name, std::uint8_t protocol, int error);
  void take_back(const Name& name);
  /// A flow has begun by a packet that only a rule that gives this policy would match.
  [[nodiscard]] Complaint flow(const Name& name, const Flow& flow);

  /// The largest number of states that anything may be in.
  [[nodiscard]] std::size_t widest() const;

 private:
  using State = std::optional<Policy>;  // of a name: no policy, or one with every slot set
  using States = std::vector<State>;
  struct Cell {
    States states{std::nullopt};
    std::uint32_t rules = 0;   // that hold the policy
    std::uint32_t givers = 0;  // of these, the rules that packets meet
  };

  [[nodiscard]] const Protocol* tracker(std::uint8_t number) const;
  [[nodiscard]] std::vector<Timeouts>& defaults(std::uint8_t protocol);
  /// The policies that a request to create this one may give.
  [[nodiscard]] States filled(const Policy& policy);
  [[nodiscard]] Complaint read(const Name& name, const InstalledPolicy* policy);

  KernelProfile profile_;
  std::map<std::string, Cell, std::less<>> cells_;
  std::map<std::uint8_t, std::vector<Timeouts>> defaults_;
};

}  // namespace cttimeout::test
