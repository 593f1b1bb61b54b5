// What strace prints of a program's NETLINK_NETFILTER sockets, line by line.
#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <functional>
#include <set>
#include <unordered_map>
#include <utility>

#include "check/readers/capture.h"
#include "check/readers/lines.h"
#include "check/readers/strace_line.h"
#include "check/readers/strace_sockets.h"

namespace cttimeout::tools::check {
namespace {

/// A call that has begun, and where.
struct Half {
  std::string text = {};
  std::size_t line = 0;
  std::size_t events = 0;  ///< how many there were before
};

/// The halves of calls that were interrupted, until they can be put together.
class Halves {
 public:
  void begin(std::uint64_t process, Half half) { halves_[process] = std::move(half); }

  /// The whole of the call whose other half this is; empty if the first half was not seen.
  /// strace names a process only while there are several, perhaps only in one half.
  Half complete(std::uint64_t process, std::string_view text) {
    constexpr std::string_view resumed = " resumed>";
    const std::size_t end = text.find(resumed);
    Half half = take(process);
    if (half.text.empty() && process == 0 && halves_.size() == 1) {
      half = take(halves_.begin()->first);
    }
    if (half.text.empty()) half = take(0);
    if (end == std::string_view::npos || half.text.empty()) return {};
    half.text += text.substr(end + resumed.size());
    return half;
  }

  /// The half that is left of a process; empty if there is none.
  Half take(std::uint64_t process) {
    auto node = halves_.extract(process);
    return node.empty() ? Half{} : std::move(node.mapped());
  }

  [[nodiscard]] const std::unordered_map<std::uint64_t, Half>& all() const { return halves_; }

 private:
  std::unordered_map<std::uint64_t, Half> halves_;
};

/// "recvmsg(3, " of "recvmsg(3, <unfinished ...>"; nullopt if the call is not of that kind.
std::optional<std::string_view> unfinished_half(std::string_view text) {
  text = trimmed(text);
  for (const std::string_view mark : {"<unfinished ...>", "<detached ...>"}) {
    if (text.ends_with(mark)) return text.substr(0, text.size() - mark.size());
  }
  return std::nullopt;
}

class Reader {
 public:
  /// The lines of one file, which are of that process if they name none.
  void read(std::size_t file, std::string_view text, std::uint64_t process) {
    sockets_.begin_file(file);
    process_ = process;
    Lines lines(text);
    while (!sockets_.refused() && lines.next()) {
      is_last_ = lines.line().data() + lines.line().size() == text.data() + text.size();
      if (is_last_) sockets_.set_open_end();
      line(lines.line(), lines.number());
    }
    finish_file(lines.number());
  }

  void tell_apart() { sockets_.tell_apart(); }

  [[nodiscard]] ReadResult take() { return sockets_.take(); }
  [[nodiscard]] const std::vector<std::uint64_t>& children() const { return sockets_.children(); }

 private:
  void line(std::string_view raw, std::size_t number) {
    const bool is_coloured = raw.find('\x1b') != std::string_view::npos;
    if (is_coloured) plain_ = without_colours(raw);
    const std::string_view text = is_coloured ? plain_ : raw;
    StraceLine line = read_strace_line(text);
    using Kind = StraceLine::Kind;
    if (line.kind == Kind::other) return other(text, number);
    if (line.process != 0 && text.find("[pid") == std::string_view::npos) {
      named_.insert(std::to_string(line.process));
    }
    if (line.process == 0) line.process = process_;
    if (line.kind == Kind::dump) return sockets_.dump().line(line.text);
    if (line.kind == Kind::buffer) return sockets_.dump().begin_buffer();
    if (line.kind == Kind::vector) return sockets_.dump().begin_message();
    sockets_.finish_call();
    number_ = number;
    sockets_.set_line(number);
    tell(line);
  }

  /// What is left of a call whose line lost its beginning or its end.
  [[nodiscard]] bool may_have_received(std::string_view text) const {
    if (text.find("nlmsg_type=NLMSG_") != std::string_view::npos) return true;
    // Nothing follows a line that is cut because the log ends there.
    const auto process = is_last_ ? std::nullopt : cut_receiver(text);
    if (!process || process->empty()) return process.has_value();
    const auto named = named_.lower_bound(*process);
    return named != named_.end() && named->starts_with(*process);
  }

  void other(std::string_view text, std::size_t number) {
    if (!may_have_received(text)) return;
    sockets_.finish_call();
    sockets_.set_line(number);
    sockets_.lost_call();
  }

  void tell(const StraceLine& line) {
    using Kind = StraceLine::Kind;
    if (line.kind == Kind::started) {
      if (!line.text.empty()) begin(line.process, line.text);
      sockets_.started(line.child);
    } else if (line.kind == Kind::ended || line.kind == Kind::killed) {
      leave(line.process);
      sockets_.ended(line.process, line.kind == Kind::killed);
    } else if (line.kind == Kind::resumed) {
      resume(line);
    } else {
      lose_end(line.process);
      call(line.process, line.text);
    }
  }

  void call(std::uint64_t process, std::string_view text) {
    if (const auto half = unfinished_half(text)) {
      begin(process, *half);
    } else {
      sockets_.call(process, text);
    }
  }

  void begin(std::uint64_t process, std::string_view text) {
    halves_.begin(process,
                  {.text = std::string(text), .line = number_, .events = sockets_.events()});
    sockets_.begun(process, text);
  }

  void resume(const StraceLine& line) {
    const Half whole = halves_.complete(line.process, line.text);
    if (whole.text.empty()) return sockets_.lost_begin(line.text);
    sockets_.set_begin(whole.events);
    call(line.process, whole.text);
  }

  /// The process has ended: a call that it was in never returned.
  void leave(std::uint64_t process) {
    const Half half = halves_.take(process);
    if (!half.text.empty()) sockets_.never_returned(process, half.text);
  }

  /// The process does something else: the log lacks the end of a call that it was in.
  void lose_end(std::uint64_t process) {
    const Half half = halves_.take(process);
    if (half.text.empty()) return;
    sockets_.set_line(half.line);
    sockets_.lost_end(process, half.text);
    sockets_.set_line(number_);
  }

  void finish_file(std::size_t lines) {
    sockets_.finish_call();
    sockets_.set_line(lines);
    std::vector<std::uint64_t> left;
    for (const auto& [process, half] : halves_.all()) left.push_back(process);
    std::ranges::sort(left);
    for (const std::uint64_t process : left) leave(process);
  }

  StraceSockets sockets_;
  Halves halves_;
  std::uint64_t process_ = 0;
  std::size_t number_ = 0;                    ///< of the present line
  bool is_last_ = false;                      ///< it has no newline
  std::set<std::string, std::less<>> named_;  ///< processes by the numbers before their calls
  std::string plain_;
};

/// What others did to a log, by what it left in it, and the remedy.
struct Damage {
  std::string_view mark;
  std::string_view text;
};

constexpr std::string_view is_html =
    "its \"<\" is written as \"&lt;\", as HTML does; save the log as plain text";
constexpr std::array damages{
    Damage{"&lt;&lt;8|", is_html},
    Damage{"&lt;NETLINK:", is_html},
    Damage{"&lt;socket:", is_html},
    Damage{"&lt;unfinished", is_html},
    Damage{"\xe2\x80\x9c\\x",
           "its quotes have become typographic ones; copy the log as plain text"},
    Damage{"}, \\\"\\x", "its quotes have a backslash before them; save the log without it"},
};

/// Names what was done to the log, if that is why it is refused.
ReadResult with_cause(ReadResult result, std::string_view text) {
  if (result) return result;
  const auto* const found = std::ranges::find_if(damages, [&](const Damage& damage) {
    return text.find(damage.mark) != std::string_view::npos;
  });
  if (found != damages.end()) result.error().text = found->text;
  return result;
}

/// Lines that end as on an old Macintosh.
bool has_only_returns(std::string_view text) {
  return text.find('\n') == std::string_view::npos && text.find('\r') != std::string_view::npos;
}

}  // namespace

ReadResult read_strace(std::string_view text) {
  if (is_json_log(text)) {
    return tl::unexpected(ReadError{
        .text = "it is a container's log in JSON; `jq -rj .log FILE | cttimeout check -` reads it",
        .position = 1});
  }
  if (has_only_returns(text)) {
    std::string lines(text);
    std::ranges::replace(lines, '\r', '\n');
    return read_strace(lines);
  }
  Reader reader;
  reader.read(0, text, 0);
  return with_cause(reader.take(), text);
}

ReadResult read_strace_files(const std::vector<StraceFile>& files) {
  Reader reader;
  reader.tell_apart();
  std::set<std::uint64_t> started;
  std::unordered_map<std::uint64_t, std::size_t> numbers;
  for (const StraceFile& file : files) {
    const std::vector<std::uint64_t> children = children_in(file.content);
    started.insert(children.begin(), children.end());
    numbers.try_emplace(file.process, static_cast<std::size_t>(&file - files.data()));
  }
  // Parents before their children, so that it is known what these inherit.
  std::deque<std::size_t> next;
  std::vector<bool> seen(files.size());
  const auto add = [&](std::size_t file) {
    if (!seen[file]) next.push_back(file);
    seen[file] = true;
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!started.contains(files[i].process)) add(i);
  }
  for (std::size_t i = 0; i < files.size() || !next.empty();) {
    if (next.empty()) {
      add(i++);
      continue;
    }
    const StraceFile& file = files[next.front()];
    reader.read(next.front(), file.content, file.process);
    next.pop_front();
    for (const std::uint64_t child : reader.children()) {
      const auto found = numbers.find(child);
      if (found != numbers.end()) add(found->second);
    }
  }
  return reader.take();
}

}  // namespace cttimeout::tools::check
