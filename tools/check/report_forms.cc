// The three forms in which a report is printed.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "check/quote.h"
#include "check/report.h"

namespace cttimeout::tools::check {
namespace {

/// "traffic.txt:12" or, of a binary file, "traffic.pcap@40"; "nfct 1234/2 datagram 1".
std::string where(const Report& report, const Located& located) {
  const std::string position = std::to_string(located.position);
  if (!located.who.empty()) return harmless(located.who) + " datagram " + position;
  return harmless(report.file) + (report.by_line ? ":" : "@") + position;
}

/// ", line 16", or of the same place ", message 3".
std::string place(const Report& report, const Located& located, const Spot& spot) {
  const std::string position = std::to_string(spot.position);
  const bool is_same = spot.socket == located.socket && spot.position == located.position;
  if (is_same && spot.message != 0) return ", message " + std::to_string(spot.message);
  if (!located.who.empty()) return ", " + harmless(spot.who) + " datagram " + position;
  return (report.by_line ? ", line " : ", byte ") + position;
}

/// " (and 299 more: line 16, line 20, ...)"
std::string others(const Report& report, const Located& located) {
  const std::size_t count = located.finding.count - 1;
  if (count == 0) return "";
  std::string text;
  for (const Spot& spot : located.more) {
    const std::string next = place(report, located, spot);
    if (!text.ends_with(next)) text += next;
  }
  if (located.more.size() < count) text += ", ...";
  if (text.starts_with(", ")) text.replace(0, 1, ":");
  return " (and " + std::to_string(count) + " more" + text + ')';
}

/// "NEW/NAME at byte 24 (message 1): NAME is ..."
std::string sentence(const Report& report, const Located& located) {
  const Finding& finding = located.finding;
  std::string text = finding.path.empty() ? "datagram" : finding.path;
  text += " at byte " + std::to_string(finding.offset);
  if (finding.message != 0) text += " (message " + std::to_string(finding.message) + ')';
  return printable(text + ": " + finding.text) + others(report, located);
}

std::size_t count(const Report& report, Severity severity) {
  std::size_t sum = 0;
  for (const Located& located : report.findings) {
    if (located.finding.rule->severity == severity) sum += located.finding.count;
  }
  return sum;
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

/// And in one of its properties, which has no form for other control bytes.
std::string property(std::string_view text) {
  std::string result;
  for (const char byte : escaped(text)) {
    const bool is_control = (byte >= 0 && byte < ' ') || byte == '\x7f';
    if (byte == ':') {
      result += "%3A";
    } else if (byte == ',') {
      result += "%2C";
    } else {
      result += is_control ? '?' : byte;
    }
  }
  return result;
}

std::string_view position_key(const Report& report, bool watched) {
  return watched ? "datagram" : (report.by_line ? "line" : "file_offset");
}

nlohmann::ordered_json json_of(const Report& report, const Spot& spot) {
  const bool watched = !spot.who.empty();
  nlohmann::ordered_json json{{position_key(report, watched), spot.position},
                              {"socket", spot.socket + 1},
                              {"message", spot.message},
                              {"offset", spot.offset}};
  if (watched) json["who"] = spot.who;
  return json;
}

nlohmann::ordered_json json_of(const Report& report, const Located& located) {
  const Finding& finding = located.finding;
  const bool watched = !located.who.empty();
  nlohmann::ordered_json json{
      {"rule", finding.rule->id},     {"severity", to_string(finding.rule->severity)},
      {"title", finding.rule->title}, {position_key(report, watched), located.position},
      {"socket", located.socket + 1}, {"message", finding.message},
      {"path", finding.path},         {"offset", finding.offset},
      {"text", finding.text},         {"explanation", finding.rule->explanation},
      {"count", finding.count},       {"more", nlohmann::ordered_json::array()}};
  for (const Spot& spot : located.more) json["more"].push_back(json_of(report, spot));
  if (watched) json["who"] = located.who;
  return json;
}

nlohmann::ordered_json json_of_refused(const Report& report) {
  const ReadError& error = *report.refusal;
  nlohmann::ordered_json json{{"file", report.file}, {"error", error.text}};
  const bool is_whole = error.by_line && error.position == 0;
  if (!is_whole) json[error.by_line ? "line" : "file_offset"] = error.position;
  json["remarks"] = report.remarks;
  return json;
}

nlohmann::ordered_json json_of(const Report& report) {
  if (report.refusal) return json_of_refused(report);
  nlohmann::ordered_json json{{"file", report.file},
                              {"datagrams", report.datagrams},
                              {"errors", count(report, Severity::error)},
                              {"warnings", count(report, Severity::warning)},
                              {"notes", count(report, Severity::note)},
                              {"remarks", report.remarks},
                              {"findings", nlohmann::ordered_json::array()}};
  for (const Located& located : report.findings)
    json["findings"].push_back(json_of(report, located));
  return json;
}

/// File names need not be UTF-8; what is not ASCII is escaped.
std::string dumped(const nlohmann::ordered_json& json) {
  const std::string text =
      json.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  return without_commands(text, "#\\u0023[") + '\n';
}

}  // namespace

std::string to_text(const Report& report) {
  const std::string file = harmless(report.file);
  std::string text;
  for (const std::string& remark : report.remarks) {
    text.append(file).append(": note: ").append(printable(remark)) += '\n';
  }
  for (const Located& located : report.findings) {
    const Rule& broken = *located.finding.rule;
    text += where(report, located) + ": " + std::string(to_string(broken.severity)) + ": " +
            sentence(report, located) + " [" + std::string(broken.id) + "]\n";
  }
  return text + file + ": " + counted(report.datagrams, "datagram") + ", " +
         counted(count(report, Severity::error), "error") + ", " +
         counted(count(report, Severity::warning), "warning") + ", " +
         counted(count(report, Severity::note), "note") + '\n';
}

std::string to_json(const Report& report) {
  return dumped(json_of(report));
}

std::string to_json(const std::vector<Report>& reports) {
  auto json = nlohmann::ordered_json::array();
  for (const Report& report : reports) json.push_back(json_of(report));
  return dumped(json);
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
    text += escaped(sentence(report, located)) + '\n';
  }
  return without_commands(text);
}

const std::map<std::string, Format>& formats() {
  static const std::map<std::string, Format> table{
      {"text", to_text},
      {"json", [](const Report& report) { return to_json(report); }},
      {"github", to_github}};
  return table;
}

}  // namespace cttimeout::tools::check
