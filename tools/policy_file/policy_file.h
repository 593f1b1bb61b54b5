// The policies of a fake kernel, kept in a file from one process to the next, one line each.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "cttimeout/fake_kernel.h"

namespace cttimeout {

/// The policies of a kernel, a line each, or a sentence. It must take the requests of a capable
/// caller meanwhile.
[[nodiscard]] tl::expected<std::string, std::string> policy_lines(FakeKernel& kernel);

/// Policies only: references by rules and changed defaults are not kept. Errors are sentences.
///
/// Every policy that the kernel has can be kept, also one that a Client would not create. The
/// kernel must take the requests of a capable caller meanwhile.
class PolicyFile {
 public:
  template <class T>
  using Outcome = tl::expected<T, std::string>;

  explicit PolicyFile(std::string path);

  /// Adds the policies of the file to the kernel; none if there is no such file.
  [[nodiscard]] Outcome<void> load(FakeKernel& kernel);

  /// Writes the kernel's policies if they are not those that were loaded. Others see the old file
  /// or the new, never a part, whenever this process or the machine stops.
  [[nodiscard]] Outcome<void> save(FakeKernel& kernel);

  /// The file that save() writes first. It stays if the process is killed in the middle of that.
  [[nodiscard]] const std::string& unfinished() const { return unfinished_; }

 private:
  std::string path_;
  std::string unfinished_;
  std::string loaded_;
};

}  // namespace cttimeout
