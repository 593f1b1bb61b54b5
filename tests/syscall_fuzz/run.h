// Run: one program from start to end, natively or under fake-kernel, and what it left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace cttimeout::test {

/// Where a player runs.
enum class Where {
  kernel,  ///< the real one, in a fresh network namespace
  fake,    ///< under fake-kernel, in this network namespace
  nobody,  ///< the same, without any privilege
};
[[nodiscard]] const char* to_string(Where where);

struct Programs {
  std::string player;
  std::string fake_kernel;
};

struct Ended {
  std::string output;
  int status = 0;     ///< as of waitpid()
  bool hung = false;  ///< it took too long, and was killed
  std::string doing;  ///< what its threads did then
  bool left = false;  ///< somebody of its tree was still there seconds after it had ended
};

/// A running player. Whoever starts one ends it.
class Run {
 public:
  /// Throws std::runtime_error if it cannot be started.
  Run(const Programs& programs, Where where, const std::vector<std::string>& arguments);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Of the player, or of fake-kernel.
  [[nodiscard]] pid_t process() const { return process_; }
  /// What it prints.
  [[nodiscard]] int output() const { return output_; }
  /// What it reads.
  [[nodiscard]] int input() const { return input_; }
  /// Reads what is left of its output and waits until it and all of its tree are gone.
  [[nodiscard]] Ended finish(std::chrono::milliseconds limit);

 private:
  pid_t process_ = -1;
  int output_ = -1;
  int input_ = -1;
  int alive_ = -1;  // hangs up when the last of the tree has ended
};

/// Starts one and waits for it.
[[nodiscard]] Ended run(const Programs& programs, Where where,
                        const std::vector<std::string>& arguments);

/// Whether this process may become nobody.
[[nodiscard]] bool may_be_nobody();

}  // namespace cttimeout::test
