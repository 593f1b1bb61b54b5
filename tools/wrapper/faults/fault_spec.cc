// The faults that can be asked for on the command line, as text and back.
#include "faults/fault_spec.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "netlink/text.h"

namespace cttimeout::tools::wrapper {
namespace {

using Kind = FaultSpec::Kind;

constexpr std::string_view receive = "receive";  // also where no call is named

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string in_case(std::string_view text, char first, char last, int distance) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= first && letter <= last) letter = static_cast<char>(letter + distance);
  }
  return result;
}

std::string lower(std::string_view text) {
  return in_case(text, 'A', 'Z', 'a' - 'A');
}

std::string upper(std::string_view text) {
  return in_case(text, 'a', 'z', 'A' - 'a');
}

/// The two parts at the first `mark`; the second is empty if there is none.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// "enobufs", "lost", "truncated=20".
std::optional<PlannedFault> parse_fault(std::string_view text, Direction direction) {
  PlannedFault planned{.direction = direction};
  const auto [name, size] = cut(text, '=');
  if (const auto error = tools::errno_number(upper(name)); error && *error > 0) {
    planned.code = *error;
    return size.empty() ? std::optional(planned) : std::nullopt;
  }
  const auto fault = find_fault(name);
  if (!fault || *fault == Fault::fails || !applies_to(*fault, direction)) return std::nullopt;
  planned.fault = *fault;
  if ((*fault == Fault::truncated) == size.empty()) return std::nullopt;
  if (size.empty()) return planned;
  const auto bytes = number_of<std::size_t>(size);
  if (!bytes) return std::nullopt;
  planned.size = *bytes;
  return planned;
}

std::optional<FaultSpec> parse_kind(std::string_view text) {
  if (text == "allocation") return FaultSpec{.kind = Kind::allocation, .planned = {}};
  if (text == "capability") return FaultSpec{.kind = Kind::capability, .planned = {}};
  const bool names_call = text.find(':') != std::string_view::npos;
  const auto [call, fault] = names_call ? cut(text, ':') : std::pair(receive, text);
  if (call != "send" && call != receive) return std::nullopt;
  const auto planned = parse_fault(fault, call == receive ? Direction::receive : Direction::send);
  if (!planned) return std::nullopt;
  return FaultSpec{.kind = Kind::call, .planned = *planned};
}

tl::expected<FaultSpec, std::string> parse_spec(std::string_view text) {
  const auto [kind, count] = cut(text, '@');
  auto spec = parse_kind(kind);
  if (!spec) {
    return tl::unexpected("there is no fault '" + std::string(kind) + "', there are " +
                          fault_kinds());
  }
  const auto nth = number_of<std::uint64_t>(count);
  if (!nth || *nth == 0) {
    return tl::unexpected("the fault '" + std::string(text) + "' has to say which one, as in " +
                          std::string(kind) + "@1");
  }
  spec->planned.nth = *nth;
  return *spec;
}

}  // namespace

std::string to_text(const FaultSpec& spec) {
  const std::string nth = '@' + std::to_string(spec.planned.nth);
  if (spec.kind == Kind::allocation) return "allocation" + nth;
  if (spec.kind == Kind::capability) return "capability" + nth;
  const PlannedFault& planned = spec.planned;
  std::string text = planned.direction == Direction::send ? "send:" : "receive:";
  text += planned.fault == Fault::fails ? lower(tools::errno_text(planned.code))
                                        : std::string(to_string(planned.fault));
  if (planned.fault == Fault::truncated) text += '=' + std::to_string(planned.size);
  return text + nth;
}

tl::expected<FaultSpecs, std::string> parse_faults(std::string_view text) {
  FaultSpecs specs;
  do {
    const auto [first, rest] = cut(text, ',');
    const auto spec = parse_spec(first);
    if (!spec) return tl::unexpected(spec.error());
    specs.push_back(*spec);
    text = rest;
  } while (!text.empty());
  return specs;
}

std::string fault_kinds() {
  std::string kinds = "allocation, capability";
  for (const Direction direction : {Direction::send, Direction::receive}) {
    const std::string name = direction == Direction::send ? "send:" : "receive:";
    kinds += ", " + name + "ERRNO";
    for (auto fault = Fault::gone; fault <= Fault::interrupted;
         fault = static_cast<Fault>(static_cast<int>(fault) + 1)) {
      if (!applies_to(fault, direction)) continue;
      kinds += ", " + name + std::string(to_string(fault));
      if (fault == Fault::truncated) kinds += "=BYTES";
    }
  }
  return kinds;
}

}  // namespace cttimeout::tools::wrapper
