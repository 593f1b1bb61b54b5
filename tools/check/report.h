// Findings in the three forms in which they are printed.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/finding.h"
#include "check/observer.h"
#include "check/readers/capture.h"

namespace cttimeout::tools::check {

/// Where another finding of the same kind is.
struct Spot {
  std::size_t socket;
  std::size_t position;
  std::size_t message;
  std::size_t offset;
  std::string who = {};  ///< as in Located
};

/// The first finding of a kind, and where in its file the message stands.
struct Located {
  Finding finding;
  std::size_t socket;
  std::size_t position;
  std::string who = {};  ///< of a program that was watched, "nfct 1234/2"; then `position` is the
                         ///< number of the datagram, from 1, on that socket
  std::vector<Spot> more = {};  ///< at most `most_places`
};

struct Report {
  std::string file;  ///< or the program that was watched
  bool by_line;
  std::vector<std::string> remarks;
  std::vector<Located> findings;
  std::size_t datagrams;                  ///< how many were checked
  std::optional<ReadError> refusal = {};  ///< why it could not be read; nothing was checked then

  /// True if it was read, and there is nothing worse than a note.
  [[nodiscard]] bool clean() const;
};

/// Makes one of the findings of a kind: the first, with the places of the others. Of programs that
/// were watched, each has kinds of its own.
void merge_kinds(Report& report);

/// Checks each socket of a recording.
[[nodiscard]] Report check_capture(std::string file, const Capture& capture, Options options);

/// As check_capture(), of a recording in several files: a report for each.
[[nodiscard]] std::vector<Report> check_files(const std::vector<std::string>& files,
                                              const Capture& capture, Options options);

/// One line for each kind, as a compiler prints them, and a summary. The report was read.
[[nodiscard]] std::string to_text(const Report& report);
/// For a file that was refused: the error in place of findings.
[[nodiscard]] std::string to_json(const Report& report);
/// An array of them.
[[nodiscard]] std::string to_json(const std::vector<Report>& reports);
/// Workflow commands that GitHub shows beside the lines of the file. The report was read.
[[nodiscard]] std::string to_github(const Report& report);

using Format = std::string (*)(const Report&);
/// These three, by the names that commands know them by.
[[nodiscard]] const std::map<std::string, Format>& formats();

}  // namespace cttimeout::tools::check
