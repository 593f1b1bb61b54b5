// What a reader of strace's output could not know: each kind is said once, with its first line.
#include "check/readers/strace_notes.h"

#include <string_view>

namespace cttimeout::tools::check {
namespace {

struct Sentence {
  std::string_view one;
  std::string_view several;  ///< follows the count
  std::string_view rest;
};

constexpr std::array<Sentence, 10> sentences{{
    {"a datagram was cut", " datagrams were cut",
     "what is whole of it is checked; record with `strace -s 65536`"},
    {"strace printed the address of a datagram instead of its bytes",
     " datagrams are printed as addresses instead of bytes",
     "they are not checked; record without `-e raw`, or with `strace -e write=all`"},
    {"strace took a datagram apart buffer by buffer, and lost bytes",
     " datagrams were taken apart buffer by buffer by strace, which lost bytes",
     "what is whole of it is checked; record with `strace -e write=all`"},
    {"a line about a socket of netfilter ends before its call does",
     " lines about sockets of netfilter end before their calls do", "it is passed over"},
    {"a part of a call that may have received is missing",
     " calls that may have received are not whole",
     "what it received is not known, so that how replies were read is not checked"},
    {"the dump of a call's data is not whole", " dumps of calls' data are not whole",
     "what the call itself shows is taken"},
    {"a write by the descriptor of a socket is no netlink message",
     " writes by descriptors of sockets are no netlink messages",
     "the log has no close(), so that it may have become another file's, and it is passed over; "
     "`-e trace=network,desc,process` records close()"},
    {"a call was made up by strace (INJECTED)", " calls were made up by strace (INJECTED)",
     "the kernel never saw it, so that it is passed over"},
    {"", "", "strace does not print padding, it is taken for zero; `-e write=all` prints it"},
    {"a socket is used in several files", " sockets are used in several files",
     "their order is not known, so that how it was read is not checked; `strace -f -o FILE` makes "
     "one file"},
}};

}  // namespace

std::vector<std::pair<std::size_t, std::string>> StraceNotes::texts() const {
  std::vector<std::pair<std::size_t, std::string>> texts;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const Sentence& sentence = sentences[i];
    if (entry.count == 0) continue;
    std::string text;
    if (!sentence.one.empty()) {
      text = entry.count == 1 ? std::string(sentence.one)
                              : std::to_string(entry.count) + std::string(sentence.several);
      if (entry.line != 0) {
        text += entry.count == 1 ? " (line " : " (the first in line ";
        text += std::to_string(entry.line) + ")";
      }
      text += ": ";
    }
    texts.emplace_back(entry.file, text + std::string(sentence.rest));
  }
  return texts;
}

}  // namespace cttimeout::tools::check
