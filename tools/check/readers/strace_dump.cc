// The bytes that strace prints below a call, with -e write=all and -e read=all.
#include "check/readers/strace_dump.h"

#include <algorithm>
#include <charconv>

#include "check/readers/hex_text.h"

namespace cttimeout::tools::check {

void StraceDump::line(std::string_view text) {
  constexpr std::size_t digits_size =
      49;  // 16 pairs, a blank after each and one more in the middle
  if (messages_.empty()) messages_.emplace_back();
  std::size_t offset = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), offset, 16);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto bytes = from_hex(text.substr(0, digits_size));
  const bool fits = failure == std::errc() && bytes && offset == in_buffer_;
  if (!fits || !text.ends_with('|')) broken_ = true;
  if (!fits) return;
  messages_.back().insert(messages_.back().end(), bytes->begin(), bytes->end());
  in_buffer_ += bytes->size();
}

void StraceDump::begin_message() {
  messages_.emplace_back();
  in_buffer_ = 0;
}

const std::vector<std::byte>* StraceDump::find(std::size_t message, std::size_t size) const {
  const bool is_there = message < messages_.size() && messages_[message].size() == size;
  return is_there ? &messages_[message] : nullptr;
}

}  // namespace cttimeout::tools::check
