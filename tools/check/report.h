// Findings in the three forms in which they are printed.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "check/finding.h"
#include "check/observer.h"
#include "check/readers/capture.h"

namespace cttimeout::check {

/// A finding, and where in its file the message stands.
struct Located {
  Finding finding;
  std::size_t socket;
  std::size_t position;
  std::string who = {};  ///< of a program that was watched, "nfct 1234/2"; then `position` is the
                         ///< number of the datagram, from 1, on that socket
};

struct Report {
  std::string file;  ///< or the program that was watched
  bool by_line;
  std::vector<std::string> remarks;
  std::vector<Located> findings;
  std::size_t datagrams;  ///< how many were checked

  /// True if there is nothing worse than a note.
  [[nodiscard]] bool clean() const;
};

/// Checks each socket of a recording.
[[nodiscard]] Report check_capture(std::string file, const Capture& capture, Options options);

/// One line each, as a compiler prints them, and a summary.
[[nodiscard]] std::string to_text(const Report& report);
[[nodiscard]] std::string to_json(const Report& report);
/// Workflow commands that GitHub shows beside the lines of the file.
[[nodiscard]] std::string to_github(const Report& report);

using Format = std::string (*)(const Report&);
/// These three, by the names that commands know them by.
[[nodiscard]] const std::map<std::string, Format>& formats();

}  // namespace cttimeout::check
