// Hex dumps with offsets, as xxd, od, hexdump, tshark and tcpdump print them.
#include <algorithm>
#include <array>
#include <utility>

#include "check/readers/datagrams.h"
#include "check/readers/dump_line.h"
#include "check/readers/hex_text.h"
#include "check/readers/lines.h"
#include "check/readers/plausible.h"
#include "check/readers/text_forms.h"
#include "check/readers/words.h"

namespace cttimeout::tools::check {
namespace {

tl::unexpected<ReadError> refuse(std::size_t line, std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = line, .by_line = true});
}

struct Dump {
  std::size_t line;  ///< its first
  std::vector<std::byte> bytes;
  bool is_packet;
  bool is_apart;  ///< something stands between the dump before it and this one

  bool operator==(const Dump&) const = default;
};
using Dumps = tl::expected<std::vector<Dump>, ReadError>;

/// Reads all dumps of a text, with offsets of one base.
class Reader {
 public:
  explicit Reader(unsigned base) : base_(base) {}

  /// The line that is read, and that it did not fail because of an offset.
  [[nodiscard]] std::pair<std::size_t, bool> progress() const { return {number_, !is_astray_}; }

  Dumps read(std::string_view text) {
    for (Lines lines(text); lines.next();) {
      number_ = lines.number();
      if (const auto read = line(lines.line()); !read) return tl::unexpected(read.error());
    }
    if (const auto whole = finish(); !whole) return tl::unexpected(whole.error());
    return std::move(dumps_);
  }

 private:
  using Outcome = tl::expected<void, ReadError>;

  Outcome line(std::string_view text) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    const std::string_view content = trimmed(text);
    if (content.starts_with('#')) return {};
    if (content == "*") return repeat();
    auto split = split_dump_line(text);
    if (!split && is_open_) split = end_of_dump(text);
    if (split) return split->body.empty() ? end(*split) : bytes(*split);
    const bool follows_bytes = is_open_ && !is_apart_;
    if (!content.empty() && follows_bytes && !is_heading(text)) {
      return refuse(number_, "the line is no part of the dump; take it away, or put '#' before it");
    }
    is_apart_ = true;
    if (content.empty()) return {};
    if (from_hex(content))
      return refuse(number_,
                    "bytes without an offset among dumps; put them into a file of their own");
    return finish();
  }

  /// What tcpdump prints before each packet: a date or a time, perhaps behind a number; without a
  /// time a word in the first column, where no line of its dumps begins.
  [[nodiscard]] bool is_heading(std::string_view line) const {
    const std::string_view content = trimmed(line);
    const std::size_t end = std::min(content.find(' '), content.size());
    const std::string_view second = trimmed(content.substr(end));
    const bool is_word = line.front() > '9' && line.find(':') == std::string_view::npos;
    return is_time(content.substr(0, end)) || is_time(second.substr(0, second.find(' '))) ||
           (is_word && dumps_.back().is_packet);
  }

  /// 12:00:59.000001, 2026-01-31 or 1700000000.000001
  static bool is_time(std::string_view word) {
    constexpr std::size_t date_size = 10;
    if (word.find_first_not_of("0123456789:.-") != std::string_view::npos) return false;
    return std::ranges::count(word, ':') == 2 || word.find('.') == date_size ||
           (word.size() == date_size && std::ranges::count(word, '-') == 2);
  }

  Outcome bytes(const DumpLine& split) {
    const auto offset = split.value(base_);
    is_astray_ = !offset;
    if (is_astray_) return refuse(number_, "the offset is no number; copy the dump again");
    if (*offset == 0) {
      if (auto whole = finish(); !whole) return whole;
      dumps_.push_back({.line = number_,
                        .bytes = {},
                        .is_packet = split.is_packet,
                        .is_apart = std::exchange(is_apart_, false)});
      is_open_ = true;
      first_.reset();
      words_ = {};
    } else if (!is_open_) {
      return refuse(number_, "the dump begins at offset " + std::string(split.offset) +
                                 ", not at 0; copy it from its first line on");
    } else if (auto fits = reach(*offset, split); !fits) {
      return fits;
    }
    is_apart_ = false;
    return split.has_words() ? take_words(split) : take_bytes(split);
  }

  /// The number of bytes so far.
  [[nodiscard]] std::size_t count() const {
    return dumps_.back().bytes.size() + words_.words.size() * words_.size;
  }

  /// What stands before must come up to `offset`, perhaps with the lines that `*` stands for.
  Outcome reach(std::size_t offset, const DumpLine& split) {
    const bool is_repeated = std::exchange(is_repeated_, false);
    const std::size_t missing = offset > count() ? offset - count() : 0;
    const bool is_whole = is_repeated ? missing != 0 && missing % last_size_ == 0 : missing == 0;
    if (is_repeated && is_whole && missing <= largest_datagram - repeated_) {
      repeated_ += missing;
      while (count() < offset) again();
    }
    is_astray_ = offset != count() || !is_whole;
    if (is_astray_) {
      return refuse(number_, "the offset is " + std::string(split.offset) + ", but " +
                                 std::to_string(count()) +
                                 " bytes stand before it; copy the dump again, with every line");
    }
    return {};
  }

  /// The last line once more.
  void again() {
    auto& bytes = dumps_.back().bytes;
    auto& words = words_.words;
    if (words.empty()) {
      const std::size_t begin = bytes.size() - last_size_;
      for (std::size_t at = 0; at < last_size_; ++at) bytes.push_back(bytes[begin + at]);
    } else {
      const std::size_t size = last_size_ / words_.size;
      const std::size_t begin = words.size() - size;
      for (std::size_t at = 0; at < size; ++at) words.push_back(words[begin + at]);
    }
  }

  Outcome repeat() {
    if (!is_open_ || is_repeated_)
      return refuse(number_, "no line stands before `*`; print all lines with `od -v`");
    is_repeated_ = true;
    return {};
  }

  Outcome take_bytes(const DumpLine& split) {
    auto read = read_dump_bytes(split.body);
    if (!read) return refuse(number_, read.error());
    if (!first_) first_ = *read;
    if (words_.size != 0 || read->group > first_->group) {
      return refuse(number_,
                    "the bytes are grouped in another way than before; copy the dump again");
    }
    if (read->has_text != first_->has_text) {
      return refuse(number_,
                    "the text beside the bytes does not agree with them; copy the dump again");
    }
    auto& bytes = dumps_.back().bytes;
    bytes.insert(bytes.end(), read->bytes.begin(), read->bytes.end());
    last_size_ = read->bytes.size();
    return {};
  }

  Outcome take_words(const DumpLine& split) {
    const auto read = read_dump_words(split.body);
    if (!read) return refuse(number_, read.error());
    if (first_ || (words_.size != 0 && words_.size != read->size)) {
      return refuse(number_,
                    "the bytes are grouped in another way than before; copy the dump again");
    }
    words_.size = read->size;
    words_.words.insert(words_.words.end(), read->words.begin(), read->words.end());
    last_size_ = read->words.size() * read->size;
    return {};
  }

  /// An offset alone is the size; the last word need not be whole.
  Outcome end(const DumpLine& split) {
    const auto size = split.value(base_);
    is_astray_ = !size;
    if (!is_open_ || !size) return refuse(number_, "an offset without bytes; take it away");
    const bool is_filled_up = *size < count() && count() - *size < words_.size;
    if (!is_filled_up) {
      if (auto fits = reach(*size, split); !fits) return fits;
    }
    size_ = *size;
    return finish();
  }

  Outcome finish() {
    if (!std::exchange(is_open_, false)) return {};
    const auto size = std::exchange(size_, std::nullopt);
    Dump& dump = dumps_.back();
    if (std::exchange(is_repeated_, false)) {
      return refuse(number_,
                    "the offset behind `*` is missing, which tells how many lines were left out; "
                    "copy it too");
    }
    if (words_.words.empty()) {
      if (!are_words(dump.bytes, first_->group)) return {};
      return refuse(dump.line, words_advice(first_->group / 2));
    }
    if (!size)
      return refuse(number_, "the last line is missing, which tells the size; copy it too");
    auto bytes = bytes_of(words_, *size);
    if (!bytes) return refuse(dump.line, words_advice(words_.size));
    dump.bytes = *std::move(bytes);
    return {};
  }

  unsigned base_;
  std::vector<Dump> dumps_;
  std::size_t number_ = 0;
  bool is_open_ = false;      ///< lines of the last dump may follow
  bool is_apart_ = true;      ///< of the next dump
  bool is_repeated_ = false;  ///< `*` was the last line
  std::size_t last_size_ = 0;
  std::size_t repeated_ = 0;        ///< bytes that `*` stood for, in all dumps
  bool is_astray_ = false;          ///< an offset is not what it should be
  std::optional<DumpBytes> first_;  ///< of bytes, the first line
  DumpWords words_{.words = {}, .size = 0};
  std::optional<std::size_t> size_;
};

/// The bases of od, hexdump and xxd; the offsets tell which it is. Where several do, all say the
/// same. Where none does, the one speaks that got furthest.
Dumps read_in_any_base(std::string_view text) {
  Reader best(16);
  Dumps read = best.read(text);
  for (const unsigned base : {8U, 10U}) {
    Reader reader(base);
    Dumps other = reader.read(text);
    if (read && other && *read != *other) {
      return refuse(read->front().line,
                    "the offsets may be octal, decimal or hexadecimal, and `*` "
                    "is another number of lines in each; print all lines "
                    "with `od -v`");
    }
    if (!read && (other || reader.progress() > best.progress())) {
      read = std::move(other);
      best = std::move(reader);
    }
  }
  return read;
}

/// tcpdump prints some packets twice, with and without their link header.
bool is_same_packet(const Dump& dump, const Dump& before) {
  if (!dump.is_packet || dump.is_apart) return false;
  const Bytes packet = without_link_header(dump.bytes);
  return std::ranges::equal(packet, without_link_header(before.bytes));
}

}  // namespace

bool is_hex_dump(std::string_view text) {
  for (Lines lines(text); lines.next();) {
    if (split_dump_line(lines.line())) return true;
  }
  return false;
}

ReadResult read_hex_dump(std::string_view text) {
  auto dumps = read_in_any_base(text);
  if (!dumps) return tl::unexpected(dumps.error());
  Datagrams datagrams;
  for (std::size_t at = 0; at < dumps->size(); ++at) {
    Dump& dump = (*dumps)[at];
    const Dump* const next = at + 1 < dumps->size() ? &(*dumps)[at + 1] : nullptr;
    // The later one is the one with its link header, if any is.
    if (next != nullptr && is_same_packet(*next, dump)) continue;
    if (dump.is_packet) {
      datagrams.add_packet(std::move(dump.bytes), dump.line);
    } else {
      datagrams.add(std::move(dump.bytes), dump.line);
    }
  }
  return datagrams.take();
}

}  // namespace cttimeout::tools::check
