// One line of a log that strace wrote, without what others put around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cttimeout::tools::check {

/// A journal, a container's log or a build's log may stand before what strace printed, and what the
/// program itself printed may run into it.
struct StraceLine {
  enum class Kind : std::uint8_t {
    call,     ///< of those that find_call() knows, from its name on
    resumed,  ///< "<... sendto resumed>, 0, NULL, 0) = 28"
    dump,     ///< "00010  00 00 ... |"
    buffer,   ///< "* 56 bytes in buffer 0": a dump follows
    vector,   ///< "= 1 buffers in vector 0": the dumps of one message follow
    started,  ///< "Process 12 attached"
    ended,    ///< "+++ exited with 0 +++"
    killed,   ///< "+++ killed by SIGINT +++"
    other,
  };

  Kind kind = Kind::other;
  std::uint64_t process = 0;  ///< that strace names before the call; 0 where it names none
  std::string_view text = {};
  std::uint64_t child = 0;  ///< of `started`; `text` is the call into which the line runs, or empty
};

[[nodiscard]] StraceLine read_strace_line(std::string_view line);

/// Of a line that ends before the parenthesis of a call that may have received: the digits of its
/// process, of which the last may be missing; empty if it names none. nullopt of any other line.
[[nodiscard]] std::optional<std::string_view> cut_receiver(std::string_view line);

/// The text without the escape sequences that colour a terminal.
[[nodiscard]] std::string without_colours(std::string_view line);

/// The process in the name of a file that `strace -ff -o trace` wrote: trace.1234; 0 if there is
/// none.
struct ProcessName {
  std::string stem;
  std::uint64_t process;
};
[[nodiscard]] ProcessName process_name(const std::string& file);

/// What docker keeps of a container: {"log":"28896 close(3) = 0\\n","stream":...}, line by line.
[[nodiscard]] bool is_json_log(std::string_view content);

/// True if strace wrote some of these lines, or perhaps those inside of a container's log.
[[nodiscard]] bool looks_like_strace(std::string_view content);

}  // namespace cttimeout::tools::check
