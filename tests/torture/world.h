// A fake kernel with some policies, and a Client on it whose transport can be made to fail.
#pragma once

#include "cttimeout/fake_kernel.h"
#include "cttimeout/faults.h"
#include "torture/operation.h"

namespace cttimeout::test {

class World {
 public:
  World();

  [[nodiscard]] FakeKernel& kernel() { return kernel_; }
  [[nodiscard]] FaultyTransport& transport() { return *faulty_; }
  [[nodiscard]] NetlinkSocket& socket() { return inner_->socket(); }
  [[nodiscard]] Client& client() { return *client_; }

  /// What the kernel has, asked by a client of its own whose transport is well.
  [[nodiscard]] State state();
  /// Virtual time that the client has waited.
  [[nodiscard]] std::chrono::milliseconds waited() const;

  /// From now on nothing fails. A socket that is gone is opened anew, with a client of its own.
  void heal();

 private:
  void open();

  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> inner_;
  std::optional<FaultyTransport> faulty_;
  std::optional<Client> client_;
};

inline constexpr Limits torture_limits{.reply_timeout = std::chrono::seconds(1),
                                       .max_datagrams = 100};

}  // namespace cttimeout::test
