// A contestant of one's own: copy this file, change it, and build with
// -DCTTIMEOUT_BENCH_CONTESTANT=/path/to/the/copy.cc.
#include <algorithm>

#include "contestant.h"
#include "cttimeout/client.h"

namespace {

using cttimeout::Policy;
using cttimeout::Transport;

/// Replaces where it could add, as a program does that need not know what is there.
class Replacing final : public cttimeout::bench::Contestant {
 public:
  explicit Replacing(Transport& transport) : client_(transport) {}

  bool add(std::span<const Policy> policies) override {
    return std::ranges::all_of(
        policies, [&](const Policy& policy) { return client_.replace(policy).has_value(); });
  }
  bool remove(std::span<const Policy> policies) override {
    return std::ranges::all_of(policies, [&](const Policy& policy) {
      return client_.remove(policy.name.view()).has_value();
    });
  }

 private:
  cttimeout::Client client_;
};

const bool entered = cttimeout::bench::enter_contestant(
    "example", cttimeout::bench::Reach::any_transport,
    [](Transport& transport) { return std::make_unique<Replacing>(transport); });

}  // namespace
