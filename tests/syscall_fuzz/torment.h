// Torment: signals to the threads of this process, from a thread and from a sibling process.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "support/random.h"
#include "verdict.h"

namespace cttimeout::test {

struct TormentOptions {
  bool restarts = false;     ///< handlers are installed with SA_RESTART
  unsigned pause_us = 1000;  ///< between two signals
  bool to_process = true;    ///< some are for the process, queued
  bool to_threads = true;    ///< some are for one thread, queued
  bool timer = true;         ///< SIGALRM comes now and then
  bool stops = false;        ///< a sibling stops this process and lets it go on
};

/// One at a time, as it owns the handlers.
class Torment {
 public:
  Torment(const TormentOptions& options, std::uint64_t seed, Verdict& verdict);
  /// Stops. Says what is wrong if a signal was handled by no thread, by two, or by another one.
  ~Torment();
  Torment(const Torment&) = delete;
  Torment& operator=(const Torment&) = delete;

  /// This thread wants to be tormented, until forget().
  void join();
  void forget();
  /// How many signals it has sent.
  [[nodiscard]] unsigned sent() const { return to_process_ + to_threads_; }

 private:
  void run();
  void send_to_process();
  void send_to_thread();
  void start_sibling();

  const TormentOptions options_;
  Random random_;
  Verdict& verdict_;
  std::atomic<bool> over_ = false;
  std::atomic<unsigned> to_process_ = 0;
  std::atomic<unsigned> to_threads_ = 0;
  std::mutex mutex_;
  std::vector<pid_t> threads_;
  pid_t sibling_ = -1;
  std::thread tormentor_;
};

}  // namespace cttimeout::test
