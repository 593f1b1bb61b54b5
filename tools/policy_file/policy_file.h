// The policies of a fake kernel, kept in a file from one process to the next, one line each.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "cttimeout/fake_kernel.h"
#include "cttimeout/policy.h"
#include "policy_file/policy_text.h"
#include "policy_file/replaced_file.h"

namespace cttimeout {

/// The policies of a kernel, a line each, or a sentence. It must take the requests of a capable
/// caller meanwhile.
[[nodiscard]] tl::expected<std::string, std::string> policy_lines(FakeKernel& kernel);

/// Policies only: references by rules and changed defaults are not kept. Errors are sentences: the
/// file, the line if one is to blame, and the cause.
///
/// Every policy that the kernel has can be kept, also one that a Client would not create. The
/// kernel must take the requests of a capable caller meanwhile.
class PolicyFile {
 public:
  template <class T>
  using Outcome = tl::expected<T, std::string>;
  using Use = ReplacedFile::Use;

  /// Adds the policies of the file to `kernel`, which has none; none if there is no such file.
  /// Refuses all that keeps the file from being used so (ReplacedFile::open), and every line that
  /// is neither a policy that this kernel takes nor blank nor a comment.
  [[nodiscard]] static Outcome<PolicyFile> open(std::string path, Use use, FakeKernel& kernel);

  /// Replaces the file (ReplacedFile::replace) if the kernel's policies are not those that were
  /// loaded. Comments, blank lines and the lines of policies that did not change stay as they are.
  [[nodiscard]] Outcome<void> save(FakeKernel& kernel) const;

 private:
  PolicyFile(ReplacedFile file, PolicyText text, std::vector<Policy> loaded)
      : file_(std::move(file)), text_(std::move(text)), loaded_(std::move(loaded)) {}

  ReplacedFile file_;
  PolicyText text_;
  std::vector<Policy> loaded_;  // as the kernel made them
};

}  // namespace cttimeout
