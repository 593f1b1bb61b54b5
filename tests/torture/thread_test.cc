// Independent clients and fake kernels on several threads: nothing is shared behind their backs.
//
// Meant for ThreadSanitizer, which sees what they touch; without it the results are compared.

#include <gtest/gtest.h>

#include <thread>

#include "torture/world.h"

namespace cttimeout::test {
namespace {

/// Everything that operations do to a kernel of their own, some of it failing, as text.
std::string play() {
  std::string text;
  for (const Operation& operation : operations()) {
    World world;
    world.transport().add({Direction::receive, 2, Fault::delayed});
    world.kernel().fail_allocation(5);
    for (int i = 0; i < 3; ++i) {
      const Outcome outcome = operation.run(world.client());
      for (const Result<void>& result : outcome.results) {
        text += result ? "ok\n" : to_string(result.error()) + '\n';
      }
      text += outcome.read;
    }
    world.heal();
    for (const auto& [subject, entry] : world.state()) text += entry + '\n';
  }
  return text;
}

TEST(Threads, DoNotMeet) {
  constexpr std::size_t threads = 4;
  std::array<std::string, threads> texts;
  std::vector<std::thread> running;
  for (std::string& text : texts) running.emplace_back([&text] { text = play() + play(); });
  for (std::thread& thread : running) thread.join();
  for (const std::string& text : texts) EXPECT_EQ(text, texts[0]);
  EXPECT_EQ(texts[0], play() + play());
}

}  // namespace
}  // namespace cttimeout::test
