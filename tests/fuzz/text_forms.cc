// Fuzz target: the text forms of a policy. Input: a line, and also the bytes of a policy.

#include <algorithm>

#include "cttimeout/format.h"
#include "policy_bytes.h"
#include "target.h"

namespace cttimeout::test {
namespace {

bool is_printable(std::string_view text, std::string_view besides) {
  return std::ranges::all_of(text, [besides](char byte) {
    return (byte >= ' ' && byte <= '~') || besides.find(byte) != std::string_view::npos;
  });
}

void require_round_trip(const Policy& policy) {
  const std::string line = to_line(policy);
  require(is_printable(line, ""), "a line is printable ASCII");
  require(is_printable(to_block(policy), "\n\t"), "a block is printable ASCII, tabs and newlines");
  const auto again = parse_line(line);
  require(again && *again == policy, "a policy survives being printed");
  require(to_line(*again) == line, "there is one line for each policy");
}

void parse(std::string_view text) {
  const auto policy = parse_line(text);
  if (policy) return require_round_trip(*policy);
  const Error& error = policy.error();
  require(error.origin == Origin::request && error.what == Errc::text_malformed,
          "the parser finds fault with nothing but the text");
  require(!error.detail.empty() && is_printable(error.detail.view(), ""),
          "a fault has a reason that can be printed");
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cttimeout::test;
  parse({reinterpret_cast<const char*>(data), size});
  require_round_trip(policy_of(view_of(data, size)));
  return 0;
}
