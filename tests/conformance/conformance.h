// The fixture of every conformance test: fresh network namespaces on the kernel under test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/golden_set.h"
#include "support/ground.h"
#include "support/recording_ground.h"
#include "support/reply.h"
#include "support/request.h"
#include "support/skip.h"
#include "support/views.h"
#include "talker.h"

namespace cttimeout::test {

/// What this run of the binary works on; set by main().
struct Session {
  std::unique_ptr<Machine> machine;                ///< none if `missing`
  std::optional<GoldenSet> recorded;               ///< what the tests must do and see
  std::optional<std::filesystem::path> record_to;  ///< directory of golden files
  std::string missing = {};                        ///< why there is no kernel to test here
  Views views = {};
};
Session& session();

class Conformance : public testing::Test {
 protected:
  void SetUp() final;
  void TearDown() final;
  /// What all tests of a subject begin and end with, while there is a namespace under test.
  virtual void begin() {}
  virtual void end() {}

  /// The namespace under test.
  [[nodiscard]] Ground& ground() { return *ground_; }
  /// One more of the same kernel.
  [[nodiscard]] std::unique_ptr<Ground> another_ground() { return machine_->new_ground(); }
  /// A socket in it, opened at first use.
  [[nodiscard]] Talker& talker();

  // As those of talker().
  [[nodiscard]] testing::AssertionResult answers(const Bytes& request,
                                                 const std::vector<Bytes>& expected) {
    return talker().answers(request, expected);
  }
  [[nodiscard]] testing::AssertionResult accepts(const Bytes& request) {
    return talker().accepts(request);
  }
  [[nodiscard]] testing::AssertionResult refuses(const Bytes& request, int error) {
    return talker().refuses(request, error);
  }
  [[nodiscard]] testing::AssertionResult ignores(const Bytes& request) {
    return talker().ignores(request);
  }

  /// Creates policies 000, 001, ... of the generic protocol, `count` in all, in one datagram.
  /// Each takes 64 bytes in a dump.
  void create_policies(int count);
  /// Whether the kernel tracks that protocol: it lets a policy of it be created.
  [[nodiscard]] bool tracks(std::uint8_t protocol);
  /// Skips the test if that view was not seen: `if (hides(&Views::rules, "...")) return;`
  [[nodiscard]] static bool hides(bool Views::*view, std::string_view name);

 private:
  [[nodiscard]] static std::string golden_name();
  void compare_with_recording();
  void write_recording();

  std::unique_ptr<RecordingMachine> recording_;
  Machine* machine_ = nullptr;
  std::unique_ptr<Ground> ground_;
  std::unique_ptr<Talker> talker_;
};

/// The name of the n-th policy of create_policies().
[[nodiscard]] std::string numbered(int number);
/// That policy in a dump or GET answer.
[[nodiscard]] Bytes numbered_policy(int number, std::uint32_t sequence = 1,
                                    std::uint32_t timeout_s = 600);
/// Those from `first` up to, not including, `end`, one after the other: a part of a dump.
[[nodiscard]] Bytes numbered_policies(int first, int end, std::uint32_t sequence = 1);

}  // namespace cttimeout::test
