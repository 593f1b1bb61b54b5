// FORMATS.md: the examples on the page are read as it says.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "check/report.h"

namespace cttimeout::tools::check {
namespace {

/// What stands between the fence that begins so and the one that ends it.
std::string block(std::string_view fence) {
  std::ifstream file(FORMATS_PATH);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string open = "\n\n" + std::string(fence) + '\n';
  const std::size_t begin = page.find(open);
  if (begin == std::string::npos) return "";
  return page.substr(begin + open.size(),
                     page.find("```", begin + open.size()) - begin - open.size());
}

TEST(FormatsPage, HasLinesOfHexDigits) {
  const auto capture = read_capture(block("```"));
  ASSERT_TRUE(capture) << capture.error().text;
  EXPECT_EQ(std::ranges::count(capture->events, Event::Kind::sent, &Event::kind), 2);
  EXPECT_EQ(std::ranges::count(capture->events, Event::Kind::received, &Event::kind), 1);
  EXPECT_EQ(std::ranges::count(capture->events, Event::Kind::closed, &Event::kind), 1);
}

TEST(FormatsPage, HasSource) {
  const auto capture = read_capture(block("```c"));
  ASSERT_TRUE(capture) << capture.error().text;
  ASSERT_EQ(capture->events.size(), 1U);
  EXPECT_TRUE(check_capture("page", *capture, {}).clean());
}

}  // namespace
}  // namespace cttimeout::tools::check
