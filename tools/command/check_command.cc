// The subcommand `cttimeout check`: reads a recording, prints what is wrong in it.
#include "command/check_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "check/quote.h"
#include "check/readers/strace_line.h"
#include "check/report.h"

namespace cttimeout::tools {
namespace {

struct Arguments {
  std::vector<std::string> files;
  std::string format = "text";
  std::string byte_order = "auto";
  check::Options options;
};

constexpr const char* footer =
    R"(FILE is told apart by what is in it, and may be compressed with gzip or zstd (up to 256 MiB):
  strace    its output, with whole data: strace -s 65536
  capture   pcap or pcapng of an nlmon device (link types 253, 113 and 276)
  dump      what xxd, od, hexdump, tshark -x and tcpdump -x print, with offsets
  lines     hex digits, a datagram a line, or one that was wrapped; blank lines set datagrams
            apart; `#` begins a comment; `< SIZE HEX`, `< ENOBUFS` and `close` tell what
            was received, and where a socket ends
  source    byte literals of C, Go, Rust and Python, and nothing else that holds numbers
A form that can be read in two ways is refused. tools/check/FORMATS.md has the details.

Exit status: 0 clean (notes allowed), 1 findings, 2 wrong usage or unreadable input.)";

/// An error is errno's text.
tl::expected<std::string, std::string> content_of(const std::string& path) {
  const auto failure = [] { return tl::unexpected(std::generic_category().message(errno)); };
  const bool is_input = path == "-";
  const int file = is_input ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failure();
  std::string content;
  std::array<char, 65536> part{};
  ssize_t size = 0;
  do {
    size = read(file, part.data(), part.size());
    if (size > 0) content.append(part.data(), static_cast<std::size_t>(size));
  } while (size > 0 || (size < 0 && errno == EINTR));
  tl::expected<std::string, std::string> result = std::move(content);
  if (size < 0) result = failure();
  if (!is_input) close(file);
  return result;
}

int fail(const std::string& place, const std::string& text) {
  std::cerr << check::harmless(place) << ": " << check::printable(text) << '\n';
  return exit_unusable;
}

/// nullopt: the messages tell it.
std::optional<std::endian> order_of(const std::string& name) {
  if (name == "auto") return std::nullopt;
  return name == "big" ? std::endian::big : std::endian::little;
}

bool holds_datagram(const check::Capture& capture) {
  return std::ranges::any_of(capture.events, [](const check::Event& event) {
    return event.kind == check::Event::Kind::sent;
  });
}

check::Report refused(std::string file, const check::ReadError& error,
                      std::vector<std::string> remarks = {}) {
  return {.file = std::move(file),
          .by_line = error.by_line,
          .remarks = std::move(remarks),
          .findings = {},
          .datagrams = 0,
          .refusal = error};
}

/// Why nothing was checked, for people.
void say_refusal(const check::Report& report) {
  const std::string file = check::harmless(report.file);
  for (const std::string& remark : report.remarks) {
    std::cerr << file << ": note: " << check::printable(remark) << '\n';
  }
  const check::ReadError& error = *report.refusal;
  const bool is_whole = error.by_line && error.position == 0;
  const std::string mark = error.by_line ? ":" : "@";
  fail(report.file + (is_whole ? "" : mark + std::to_string(error.position)), error.text);
}

/// Files that are one recording, and what is in them; or a file that cannot be opened.
struct Recording {
  std::vector<std::string> files = {};
  std::vector<std::string> contents = {};
  std::string problem = {};
};

/// A report for each file of a recording, or one that says why it cannot be read.
std::vector<check::Report> check_recording(const Recording& recording, const Arguments& arguments) {
  const std::string& first = recording.files.front();
  if (!recording.problem.empty()) return {refused(first, {.text = recording.problem})};
  const bool is_set = recording.files.size() > 1;
  std::vector<check::StraceFile> traces;
  for (std::size_t i = 0; is_set && i < recording.files.size(); ++i) {
    const check::ProcessName name = check::process_name(recording.files[i]);
    traces.push_back({.content = recording.contents[i], .process = name.process});
  }
  const auto order = order_of(arguments.byte_order);
  const auto capture = is_set ? check::read_trace(traces, order)
                              : check::read_capture(recording.contents.front(), order);
  if (!capture) return {refused(recording.files[capture.error().file], capture.error())};
  if (!holds_datagram(*capture)) {
    // It may be whole all the same; its remarks say what became of it.
    return {refused(first, {.text = "holds no datagram to check"}, capture->remarks)};
  }
  return check::check_files(recording.files, *capture, arguments.options);
}

/// Files of one trace, trace.1234 and trace.1235, are one recording; every other is one by itself.
std::vector<Recording> recordings_of(const std::vector<std::string>& files) {
  std::vector<Recording> recordings;
  std::map<std::string, std::size_t> traces;
  for (const std::string& file : files) {
    auto content = content_of(file);
    if (!content) {
      recordings.push_back({.files = {file}, .problem = content.error()});
      continue;
    }
    const check::ProcessName name = check::process_name(file);
    std::size_t which = recordings.size();
    if (name.process != 0 && (content->empty() || check::looks_like_strace(*content))) {
      which = traces.try_emplace(name.stem, which).first->second;
    }
    if (which == recordings.size()) recordings.emplace_back();
    recordings[which].files.push_back(file);
    recordings[which].contents.push_back(*std::move(content));
  }
  return recordings;
}

/// If there are several files, those without datagrams are not mentioned.
void drop_empty(std::vector<check::Report>& reports) {
  std::erase_if(reports, [](const check::Report& report) {
    return !report.refusal && report.datagrams == 0 && report.findings.empty() &&
           report.remarks.empty();
  });
}

std::string printed(const std::vector<check::Report>& reports, const Arguments& arguments) {
  const bool is_json = arguments.format == "json";
  if (arguments.files.size() > 1 && is_json) return check::to_json(reports);
  const check::Format format = check::formats().at(arguments.format);
  std::string text;
  for (const check::Report& report : reports) {
    if (is_json || !report.refusal) text += format(report);
  }
  return text;
}

int run(const Arguments& arguments) {
  std::vector<check::Report> reports;
  for (const Recording& recording : recordings_of(arguments.files)) {
    std::ranges::move(check_recording(recording, arguments), std::back_inserter(reports));
  }
  bool is_readable = true;
  for (const check::Report& report : reports) {
    if (!report.refusal) continue;
    say_refusal(report);
    is_readable = false;
  }
  if (reports.size() > 1) drop_empty(reports);
  std::cout << printed(reports, arguments);
  if (!std::cout.flush()) return fail("standard output", "cannot be written");
  if (!is_readable) return exit_unusable;
  return std::ranges::all_of(reports, &check::Report::clean) ? exit_clean : exit_findings;
}

}  // namespace

void add_check_command(CLI::App& app, int& status) {
  CLI::App* const command =
      app.add_subcommand("check", "Says what is wrong or fragile in recorded netlink messages.");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FILE", arguments->files,
                   "What was recorded or written down, see below; - is standard input. The files "
                   "of strace -ff, trace.*, are one recording")
      ->required();
  command->add_option("--format", arguments->format, "How findings are printed")
      ->check(CLI::IsMember(check::formats()))
      ->capture_default_str();
  command
      ->add_option("--byte-order", arguments->byte_order,
                   "Of the machine whose messages they are; auto: the messages tell it, and where "
                   "they do not it is this machine's")
      ->check(CLI::IsMember({"auto", "big", "little"}))
      ->capture_default_str();
  command
      ->add_option("--hz", arguments->options.hz,
                   "Ticks per second of the kernel; they decide which timeouts wrap")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  command->footer(footer);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace cttimeout::tools
