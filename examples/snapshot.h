// A fake kernel whose policies outlive the process: one line each, in a file.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"

namespace examples {

/// Policies only: references by rules and changed defaults are not kept. Errors are sentences.
class Snapshot {
 public:
  template <class T>
  using Outcome = tl::expected<T, std::string>;

  /// A fake kernel with the policies of the file; without any if there is no such file.
  [[nodiscard]] static Outcome<Snapshot> load(const std::string& path);

  [[nodiscard]] cttimeout::Client& client() { return *client_; }

  /// Writes the policies back if they changed. Others see the old file or the new, never a part.
  [[nodiscard]] Outcome<void> save();

 private:
  explicit Snapshot(std::string path);

  [[nodiscard]] Outcome<void> restore();
  [[nodiscard]] Outcome<std::string> text();

  std::string path_;
  cttimeout::FakeKernel kernel_;
  std::unique_ptr<cttimeout::Transport> transport_;
  std::unique_ptr<cttimeout::Client> client_;
  std::string restored_;
};

}  // namespace examples
