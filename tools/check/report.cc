// Turns what sockets did into the findings of each file.
#include "check/report.h"

#include <algorithm>
#include <deque>
#include <tuple>
#include <unordered_map>

namespace cttimeout::tools::check {
namespace {

/// One socket of a recording: its observer, and where its datagrams stand.
struct Watched {
  explicit Watched(Options options) : observer(options) {}

  Observer observer;
  std::vector<std::pair<std::size_t, std::size_t>> places;  ///< file and position
};

void tell(Watched& socket, const Event& event, std::endian order) {
  switch (event.kind) {
    case Event::Kind::sent:
      socket.places.emplace_back(event.file, event.position);
      return socket.observer.sent(
          {.bytes = {event.bytes, order}, .port = event.port, .cut = event.cut});
    case Event::Kind::received:
      return socket.observer.received({.bytes = {event.bytes, order},
                                       .buffer_size = event.buffer_size,
                                       .peek = event.peek,
                                       .truncated = event.truncated,
                                       .error = event.error});
    case Event::Kind::waits:
      return socket.observer.waits(event.error != 0);
    case Event::Kind::gap:
      return socket.observer.lose_track();
    case Event::Kind::closed:
      return socket.observer.closed();
  }
}

/// Replies to requests that the recording does not hold: how many, and where the first is.
struct Strays {
  std::size_t count = 0;
  std::size_t file = 0;
  std::size_t position = 0;

  void add(std::size_t more, const Event& event) {
    if (more == 0) return;
    if (count == 0) std::tie(file, position) = std::tie(event.file, event.position);
    count += more;
  }

  [[nodiscard]] std::string text() const {
    return std::to_string(count) + (count == 1 ? " reply is" : " replies are") +
           " to requests that the recording does not hold, the first in line " +
           std::to_string(position);
  }
};

Located locate(const Finding& finding, std::size_t socket, const Watched& watched) {
  const auto [file, position] = watched.places[finding.datagram];
  Located located{.finding = finding, .socket = socket, .position = position};
  for (const Place& place : finding.more) {
    if (watched.places[place.datagram].first != file) continue;
    located.more.push_back({.socket = socket,
                            .position = watched.places[place.datagram].second,
                            .message = place.message,
                            .offset = place.offset});
  }
  return located;
}

/// "nfct" of "nfct 1234/2".
std::string program_of(const std::string& who) {
  return who.substr(0, who.rfind(' '));
}

void join(Located& first, const Located& other) {
  first.finding.count += other.finding.count;
  first.more.push_back({.socket = other.socket,
                        .position = other.position,
                        .message = other.finding.message,
                        .offset = other.finding.offset,
                        .who = other.who});
  first.more.insert(first.more.end(), other.more.begin(), other.more.end());
  // Places of a program that was watched are ordered by its socket first.
  std::ranges::stable_sort(first.more, {}, [&](const Spot& spot) {
    return std::pair(first.who.empty() ? 0 : spot.socket, spot.position);
  });
  if (first.more.size() > most_places) first.more.resize(most_places);
}

}  // namespace

bool Report::clean() const {
  const auto is_note = [](const Located& located) {
    return located.finding.rule->severity == Severity::note;
  };
  return !refusal && std::ranges::all_of(findings, is_note);
}

void merge_kinds(Report& report) {
  std::unordered_map<std::string, std::size_t> kinds;
  std::vector<Located> merged;
  for (Located& located : report.findings) {
    const std::string kind = kind_of(located.finding) + '\n' + program_of(located.who);
    const auto [entry, is_new] = kinds.try_emplace(kind, merged.size());
    if (is_new) {
      merged.push_back(std::move(located));
    } else {
      join(merged[entry->second], located);
    }
  }
  report.findings = std::move(merged);
}

std::vector<Report> check_files(const std::vector<std::string>& files, const Capture& capture,
                                Options options) {
  std::vector<Report> reports;
  reports.reserve(files.size());
  for (const std::string& file : files) {
    reports.push_back(
        {.file = file, .by_line = capture.by_line, .remarks = {}, .findings = {}, .datagrams = 0});
  }
  for (std::size_t i = 0; i < capture.remarks.size(); ++i) {
    const std::size_t file = i < capture.remark_files.size() ? capture.remark_files[i] : 0;
    reports[file].remarks.push_back(capture.remarks[i]);
  }
  options.knows_reads = capture.knows_reads;
  std::deque<Watched> sockets;  // observers do not move
  Strays strays;
  for (const Event& event : capture.events) {
    while (sockets.size() <= event.socket) sockets.emplace_back(options);
    Watched& socket = sockets[event.socket];
    const std::size_t before = socket.observer.stray_replies();
    tell(socket, event, capture.byte_order);
    strays.add(socket.observer.stray_replies() - before, event);
    if (event.kind == Event::Kind::sent && !event.cut) ++reports[event.file].datagrams;
  }
  for (std::size_t socket = 0; socket < sockets.size(); ++socket) {
    for (const Finding& finding : sockets[socket].observer.findings()) {
      const std::size_t file = sockets[socket].places[finding.datagram].first;
      reports[file].findings.push_back(locate(finding, socket, sockets[socket]));
    }
  }
  if (strays.count != 0) reports[strays.file].remarks.push_back(strays.text());
  for (Report& report : reports) {
    std::ranges::stable_sort(report.findings, {}, &Located::position);
    merge_kinds(report);
  }
  return reports;
}

Report check_capture(std::string file, const Capture& capture, Options options) {
  return check_files({std::move(file)}, capture, options).front();
}

}  // namespace cttimeout::tools::check
