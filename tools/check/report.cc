// Findings in the three forms in which they are printed.
#include "check/report.h"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>

namespace cttimeout::check {
namespace {

/// One socket of a recording: its observer, and where its datagrams stand.
struct Watched {
  explicit Watched(Options options) : observer(options) {}

  Observer observer;
  std::vector<std::size_t> positions;
};

void tell(Watched& socket, const Event& event, std::endian order) {
  switch (event.kind) {
    case Event::Kind::sent:
      socket.positions.push_back(event.position);
      return socket.observer.sent({.bytes = {event.bytes, order}, .port = event.port});
    case Event::Kind::received:
      return socket.observer.received({.bytes = {event.bytes, order},
                                       .buffer_size = event.buffer_size,
                                       .peek = event.peek,
                                       .truncated = event.truncated,
                                       .error = event.error});
    case Event::Kind::closed:
      return socket.observer.closed();
  }
}

/// "traffic.txt:12" or, of a binary file, "traffic.pcap@40"; "nfct 1234/2 datagram 1".
std::string where(const Report& report, const Located& located) {
  const std::string position = std::to_string(located.position);
  if (!located.who.empty()) return located.who + " datagram " + position;
  return report.file + (report.by_line ? ":" : "@") + position;
}

/// "NEW/NAME at byte 24 (message 1): NAME is ..."
std::string sentence(const Finding& finding) {
  std::string text = finding.path.empty() ? "datagram" : finding.path;
  text += " at byte " + std::to_string(finding.offset);
  if (finding.message != 0) text += " (message " + std::to_string(finding.message) + ')';
  return text + ": " + finding.text;
}

std::size_t count(const Report& report, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count_if(
      report.findings, [&](const Located& l) { return l.finding.rule->severity == severity; }));
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

/// What GitHub wants escaped in the text of a command.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    if (byte == '%') {
      result += "%25";
    } else if (byte == '\r') {
      result += "%0D";
    } else if (byte == '\n') {
      result += "%0A";
    } else {
      result += byte;
    }
  }
  return result;
}

/// And in one of its properties.
std::string property(std::string_view text) {
  std::string result;
  for (const char byte : escaped(text)) {
    if (byte == ':') {
      result += "%3A";
    } else if (byte == ',') {
      result += "%2C";
    } else {
      result += byte;
    }
  }
  return result;
}

nlohmann::ordered_json json_of(const Report& report, const Located& located) {
  const Finding& finding = located.finding;
  const bool watched = !located.who.empty();
  nlohmann::ordered_json json{
      {"rule", finding.rule->id},
      {"severity", to_string(finding.rule->severity)},
      {"title", finding.rule->title},
      {watched ? "datagram" : (report.by_line ? "line" : "file_offset"), located.position},
      {"socket", located.socket + 1},
      {"message", finding.message},
      {"path", finding.path},
      {"offset", finding.offset},
      {"text", finding.text},
      {"explanation", finding.rule->explanation}};
  if (watched) json["who"] = located.who;
  return json;
}

}  // namespace

bool Report::clean() const {
  return count(*this, Severity::note) == findings.size();
}

Report check_capture(std::string file, const Capture& capture, Options options) {
  Report report{.file = std::move(file),
                .by_line = capture.by_line,
                .remarks = capture.remarks,
                .findings = {},
                .datagrams = 0};
  options.knows_reads = capture.knows_reads;
  std::deque<Watched> sockets;  // observers do not move
  for (const Event& event : capture.events) {
    while (sockets.size() <= event.socket) sockets.emplace_back(options);
    tell(sockets[event.socket], event, capture.byte_order);
  }
  for (std::size_t socket = 0; socket < sockets.size(); ++socket) {
    const Watched& watched = sockets[socket];
    report.datagrams += watched.positions.size();
    for (const Finding& finding : watched.observer.findings()) {
      report.findings.push_back(
          {.finding = finding, .socket = socket, .position = watched.positions[finding.datagram]});
    }
  }
  std::ranges::stable_sort(report.findings, {}, &Located::position);
  return report;
}

std::string to_text(const Report& report) {
  std::string text;
  for (const std::string& remark : report.remarks) text += report.file + ": note: " + remark + '\n';
  for (const Located& located : report.findings) {
    const Rule& broken = *located.finding.rule;
    text += where(report, located) + ": " + std::string(to_string(broken.severity)) + ": " +
            sentence(located.finding) + " [" + std::string(broken.id) + "]\n";
  }
  return text + report.file + ": " + counted(report.datagrams, "datagram") + ", " +
         counted(count(report, Severity::error), "error") + ", " +
         counted(count(report, Severity::warning), "warning") + ", " +
         counted(count(report, Severity::note), "note") + '\n';
}

std::string to_json(const Report& report) {
  nlohmann::ordered_json json{{"file", report.file},
                              {"datagrams", report.datagrams},
                              {"errors", count(report, Severity::error)},
                              {"warnings", count(report, Severity::warning)},
                              {"notes", count(report, Severity::note)},
                              {"remarks", report.remarks},
                              {"findings", nlohmann::ordered_json::array()}};
  for (const Located& located : report.findings)
    json["findings"].push_back(json_of(report, located));
  // File names need not be UTF-8.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::string to_github(const Report& report) {
  std::string text;
  for (const Located& located : report.findings) {
    const Rule& broken = *located.finding.rule;
    const bool is_note = broken.severity == Severity::note;
    text += "::" + std::string(is_note ? "notice" : to_string(broken.severity)) + ' ';
    if (located.who.empty()) {
      text += "file=" + property(report.file) + ',';
      if (report.by_line) text += "line=" + std::to_string(located.position) + ',';
    }
    text += "title=" + property(std::string(broken.id) + ' ' + std::string(broken.title)) + "::";
    if (!located.who.empty()) text += escaped(where(report, located)) + ": ";
    text += escaped(sentence(located.finding)) + '\n';
  }
  return text;
}

const std::map<std::string, Format>& formats() {
  static const std::map<std::string, Format> table{
      {"text", to_text}, {"json", to_json}, {"github", to_github}};
  return table;
}

}  // namespace cttimeout::check
