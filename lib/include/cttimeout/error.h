// What went wrong, where, and whether the request took effect.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace cttimeout {

/// Where an error arose. This decides what is known about the request (Error::outcome_known).
enum class Origin : std::uint8_t {
  request,    ///< refused before the wire by our own checks; nothing was sent
  transport,  ///< a system call failed or time ran out
  reply,      ///< bytes came back that cannot be believed
  kernel,     ///< the kernel refused: NLMSG_ERROR or NLMSG_DONE with an errno
};

/// What went wrong, in terms that a program can branch on.
enum class Errc : std::uint8_t {
  // Origin::request
  name_empty,             ///< a policy name has at least one byte
  name_too_long,          ///< a policy name has at most 31 bytes
  name_has_control_byte,  ///< NUL, a control character or DEL in a policy name
  slot_unknown,           ///< the protocol has no slot of that number
  timeout_out_of_range,   ///< the kernel could not give it back, or takes it as already expired
  text_malformed,         ///< the text form could not be parsed
  limit_unusable,         ///< a field of Limits is out of its range
  // Origin::transport
  not_sent,        ///< the datagram was not handed over; nothing happened
  receive_failed,  ///< the reply could not be read; `code` says why (ENOBUFS: it was lost)
  timed_out,       ///< no reply in time
  reply_lost,      ///< `code` says why; read back, the request has not taken effect
  open_failed,     ///< the socket could not be opened or set up; nothing was sent
  // Origin::reply
  truncated,           ///< a datagram was larger than the buffer
  malformed,           ///< framing, attributes or type are not those of a reply to the request
  too_many_datagrams,  ///< the reply did not end within the limit
  dump_interrupted,    ///< the kernel says that the list changed while it was read
  // Origin::kernel
  refused,  ///< `code` is the kernel's errno
};

/// A short text held inline, so that reporting an error never allocates. Longer text is cut.
class InlineText {
 public:
  // Leaves the bytes as they are, except where a constant is made: clearing them would be most of
  // the work of reading an ack.
  constexpr InlineText() {
    if (std::is_constant_evaluated()) bytes_.fill('\0');
  }
  template <std::convertible_to<std::string_view> Text>
  /// A copy of its first bytes.
  constexpr InlineText(const Text& text)  // NOLINT(google-explicit-constructor): a text
      : InlineText() {
    size_ = std::string_view(text).copy(bytes_.data(), bytes_.size());
  }

  /// What it holds; valid as long as it is.
  [[nodiscard]] constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  /// Whether it holds nothing.
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

  friend constexpr bool operator==(const InlineText& a, const InlineText& b) {
    return a.view() == b.view();
  }

 private:
  std::array<char, 160> bytes_;
  std::size_t size_ = 0;
};

/// The error half of every Result. A plain value: no allocation, freely copied.
struct Error {
  Origin origin = Origin::request;  ///< where it arose
  Errc what = Errc::refused;        ///< what went wrong
  int code = 0;  ///< errno of the system call or of the kernel's reply; 0 where there is none
  InlineText detail = {};  ///< which value and which limit, or the kernel's extended-ack text
  std::optional<std::uint32_t> offset =
      {};  ///< offending attribute, bytes from the message's start

  /// True if it is certain whether the request took effect. With Error it then did not.
  /// A `not_sent` or `open_failed` never reached the kernel, of `reply_lost` the effect was looked
  /// for; a list has no effect to be unsure of.
  [[nodiscard]] bool outcome_known() const {
    return origin == Origin::request || origin == Origin::kernel || what == Errc::not_sent ||
           what == Errc::open_failed || what == Errc::reply_lost;
  }

  friend bool operator==(const Error&, const Error&) = default;
};

/// One line for people: origin, what, errno by name, detail.
[[nodiscard]] std::string to_string(const Error& error);

[[nodiscard]] std::string_view to_string(Origin origin);
[[nodiscard]] std::string_view to_string(Errc what);

}  // namespace cttimeout
