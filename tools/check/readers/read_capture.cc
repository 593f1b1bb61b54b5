// Which kind of recording a file is.
#include <array>

#include "check/readers/capture.h"
#include "check/readers/lines.h"

namespace cttimeout::check {
namespace {

bool is_pcap(std::string_view content) {
  constexpr std::array<std::string_view, 5> magics{"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4",
                                                   "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d",
                                                   "\x0a\x0d\x0d\x0a"};
  for (const std::string_view magic : magics) {
    if (content.starts_with(magic)) return true;
  }
  return false;
}

/// It holds a call; hex text has parentheses in its comments at most.
bool is_strace(std::string_view content) {
  for (Lines lines(content); lines.next();) {
    const std::string_view line = lines.line().substr(0, lines.line().find('#'));
    if (line.find('(') != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

ReadResult read_capture(std::string_view content) {
  if (is_pcap(content)) return read_pcap(content);
  return is_strace(content) ? read_strace(content) : read_hex(content);
}

}  // namespace cttimeout::check
