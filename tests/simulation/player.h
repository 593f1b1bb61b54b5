// One client of a simulation with its faulty transport, and the log of everything that happens.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "cttimeout/faults.h"
#include "support/golden_file.h"
#include "support/random.h"
#include "support/recorder.h"

namespace cttimeout::test {

/// What the kernel was sent and answered, as a golden file, and as comments what the clients did
/// and what befell them. Empty if it is not to record.
class Log {
 public:
  explicit Log(bool record);

  /// A socket of the kernel, whose calls are logged.
  [[nodiscard]] std::unique_ptr<NetlinkSocket> socket(FakeKernel& kernel);
  void capable(bool capable);
  void hold(std::string_view name, bool held);
  void release(std::string_view name);
  void note(const std::string& text);
  [[nodiscard]] bool records() const { return recorder_ != nullptr; }
  [[nodiscard]] Steps steps() const;

 private:
  std::shared_ptr<Recorder> recorder_;
};

class Player {
 public:
  Player(FakeKernel& kernel, Log& log, bool small_buffer);

  [[nodiscard]] FaultyTransport& transport() { return *faulty_; }
  /// Plans a fault; `fault.nth` counts from the calls made so far.
  void plan(PlannedFault fault);
  /// Whether no planned fault can take or add a reply without a word.
  [[nodiscard]] bool all_or_noticed() const;
  /// A stranger sends us bytes, or a reply to our next request that looks like the kernel's.
  void hear_stranger(FakeKernel& kernel, Random& random);
  /// A new socket and a new client, as after Fault::gone.
  void reconnect(FakeKernel& kernel);
  /// No more faults; a receive buffer of the usual size.
  void heal();
  /// Whether our socket in the kernel holds nothing of ours.
  [[nodiscard]] bool at_rest() const;

  /// Faults so far.
  [[nodiscard]] std::uint64_t injected() const { return injected_ + faulty_->injected(); }
  /// Time that delayed receives would have waited.
  [[nodiscard]] std::chrono::milliseconds waited() const;

  [[nodiscard]] Result<void> add(const Policy& policy);
  [[nodiscard]] Result<void> replace(const Policy& policy);
  [[nodiscard]] Result<InstalledPolicy> get(const Name& name);
  [[nodiscard]] Result<void> list(std::vector<InstalledPolicy>& listed);
  [[nodiscard]] Result<void> remove(const Name& name);
  [[nodiscard]] Result<void> flush();
  /// One result for each change.
  [[nodiscard]] std::vector<Result<void>> apply(const std::vector<Change>& changes);
  [[nodiscard]] Result<Timeouts> get_default(std::uint8_t protocol);
  [[nodiscard]] Result<void> set_default(std::uint8_t protocol, const Timeouts& timeouts);

 private:
  void set_receive_buffer(int size);
  /// Logs what was asked, does it, and logs what came of it.
  template <class Ask>
  auto logged(auto&& describe, Ask&& ask);

  Log& log_;
  bool small_buffer_;
  std::unique_ptr<SocketTransport> inner_;
  std::optional<FaultyTransport> faulty_;
  std::optional<Client> client_;
  std::uint64_t last_astray_ = 0;  // receive up to which a reply may go astray
  std::uint64_t injected_ = 0;     // by transports that are gone
  std::chrono::milliseconds waited_{0};
};

}  // namespace cttimeout::test
