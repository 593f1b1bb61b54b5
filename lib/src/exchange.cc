// One exchange: a request out, its reply in. The only receive loop of the library.

#include "exchange.h"

#include <cerrno>

#include "cttimeout/codec.h"

namespace cttimeout {

namespace {

using namespace std::chrono_literals;

tl::unexpected<Error> distrust(Errc what, std::string_view detail) {
  return tl::unexpected(Error{.origin = Origin::reply, .what = what, .detail = detail});
}

Result<void> verdict(const Ack& ack) {
  if (ack.error == 0) return {};
  return tl::unexpected(Error{.origin = Origin::kernel,
                              .what = Errc::refused,
                              .code = ack.error,
                              .detail = ack.text,
                              .offset = ack.offset});
}

/// Follows one reply, message by message, to its end.
class ReplyReader {
 public:
  ReplyReader(std::uint32_t sequence, ReplyForm form, const MessageHandler& on_message)
      : sequence_(sequence), form_(form), on_message_(on_message) {}

  [[nodiscard]] bool ended() const { return ended_; }

  [[nodiscard]] Result<void> message(const nlmsghdr& header, std::span<const std::byte> message) {
    if (header.nlmsg_seq != sequence_) return {};
    switch (header.nlmsg_type) {
      case NLMSG_NOOP:
        return {};
      case NLMSG_ERROR:
        return ack(message);
      case NLMSG_DONE:
        return done(header, message);
      default:
        return data(header, message);
    }
  }

 private:
  Result<void> ack(std::span<const std::byte> message) {
    ended_ = true;
    const Result<Ack> ack = decode_ack(message);
    if (!ack) return tl::unexpected(ack.error());
    const bool expected = form_ == ReplyForm::ack || (form_ == ReplyForm::object && objects_ == 1);
    if (ack->error == 0 && !expected) return distrust(Errc::malformed, "ack in place of data");
    return verdict(*ack);
  }

  Result<void> done(const nlmsghdr& header, std::span<const std::byte> message) {
    ended_ = true;
    if (form_ != ReplyForm::dump)
      return distrust(Errc::malformed, "a dump that was not asked for ends");
    if (message.size() < NLMSG_HDRLEN + sizeof(std::int32_t)) {
      return distrust(Errc::malformed, "end of dump without its errno");
    }
    interrupted_ = interrupted_ || (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
    const auto code = wire::load<std::int32_t>(message.data() + NLMSG_HDRLEN);
    if (!wire::is_errno(code)) {
      return distrust(Errc::malformed, "end of dump with an impossible errno");
    }
    if (code < 0) return verdict(Ack{.error = -code});
    if (interrupted_) return distrust(Errc::dump_interrupted, "");
    return {};
  }

  Result<void> data(const nlmsghdr& header, std::span<const std::byte> message) {
    const bool expected = form_ == ReplyForm::dump || (form_ == ReplyForm::object && objects_ == 0);
    if (!expected) return distrust(Errc::malformed, "data in place of an ack");
    ++objects_;
    interrupted_ = interrupted_ || (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
    return on_message_(message);
  }

  std::uint32_t sequence_;
  ReplyForm form_;
  const MessageHandler& on_message_;
  std::size_t objects_ = 0;
  bool interrupted_ = false;
  bool ended_ = false;
};

/// Follows the replies to a window of requests: refusals, then the ack of the last one.
class WindowReader {
 public:
  WindowReader(Window window, WindowHandler& handler) : window_(window), handler_(handler) {}

  [[nodiscard]] bool ended() const { return ended_; }

  [[nodiscard]] Result<void> message(const nlmsghdr& header, std::span<const std::byte> message) {
    if (!window_.contains(header.nlmsg_seq) || header.nlmsg_type == NLMSG_NOOP) return {};
    if (header.nlmsg_type != NLMSG_ERROR) {
      return distrust(Errc::malformed, "data in place of an ack");
    }
    const Result<Ack> ack = decode_ack(message);
    if (!ack) return tl::unexpected(ack.error());
    ended_ = header.nlmsg_seq == window_.last();
    const Result<void> said = verdict(*ack);
    if (!said && handler_.refused(header.nlmsg_seq - window_.first, said.error())) ended_ = true;
    return {};
  }

 private:
  Window window_;
  WindowHandler& handler_;
  bool ended_ = false;
};

template <class Reader>
Result<void> read_datagram(std::span<const std::byte> rest, std::uint32_t port_id, Reader& reader) {
  while (!rest.empty() && !reader.ended()) {
    if (rest.size() < NLMSG_HDRLEN) return wire::malformed("stray bytes after a message", 0);
    const auto header = wire::load<nlmsghdr>(rest.data());
    if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest.size()) {
      return wire::malformed("message length out of bounds", 0);
    }
    if (header.nlmsg_pid == port_id) {
      const Result<void> read = reader.message(header, rest.first(header.nlmsg_len));
      if (!read) return read;
    }
    rest = rest.subspan(std::min<std::size_t>(wire::align4(header.nlmsg_len), rest.size()));
  }
  return {};
}

/// Receives until the reader has seen the end, waiting at most `timeout` for each datagram.
template <class Reader>
Result<void> follow(Transport& transport, const Limits& limits, std::chrono::milliseconds timeout,
                    std::span<std::byte> buffer, Reader& reader) {
  const std::uint32_t port_id = transport.port_id();
  for (std::size_t datagrams = 0; datagrams < limits.max_datagrams; ++datagrams) {
    const Result<Received> received = transport.receive(buffer, timeout);
    if (!received) return tl::unexpected(received.error());
    if (received->sender != 0) continue;  // anyone may send to our port id
    if (received->truncated) return distrust(Errc::truncated, "");
    if (received->size > buffer.size()) {
      return distrust(Errc::malformed, "the transport tells of more bytes than the buffer has");
    }
    const Result<void> read = read_datagram(buffer.first(received->size), port_id, reader);
    if (!read || reader.ended()) return read;
  }
  return distrust(Errc::too_many_datagrams, "");
}

}  // namespace

Result<void> exchange(Transport& transport, const Limits& limits, std::span<std::byte> buffer,
                      std::span<const std::byte> request, std::uint32_t sequence, ReplyForm form,
                      const MessageHandler& on_message) {
  if (const Result<void> sent = transport.send(request); !sent) return sent;
  ReplyReader reader(sequence, form, on_message);
  return follow(transport, limits, limits.reply_timeout, buffer, reader);
}

Result<void> exchange_window(Transport& transport, const Limits& limits,
                             std::span<std::byte> buffer, std::span<const std::byte> requests,
                             Window window, WindowHandler& handler) {
  if (const Result<void> sent = transport.send(requests); !sent) return sent;
  WindowReader reader(window, handler);
  Result<void> read = follow(transport, limits, limits.reply_timeout, buffer, reader);
  if (read || !is_overrun(read.error())) return read;
  // The last reply may be among the lost ones: what there is, is there already.
  handler.overrun();
  const Error overrun = read.error();
  for (std::size_t overruns = 0; !read && is_overrun(read.error()); ++overruns) {
    if (overruns > limits.max_datagrams) return distrust(Errc::too_many_datagrams, "");
    read = follow(transport, limits, 0ms, buffer, reader);
  }
  const bool read_all = read || read.error().what == Errc::timed_out;
  return read_all ? tl::unexpected(overrun) : read;
}

Result<void> drain(Transport& transport, const Limits& limits, std::span<std::byte> buffer) {
  for (std::size_t datagrams = 0; datagrams < limits.max_datagrams; ++datagrams) {
    const Result<Received> received = transport.receive(buffer, 0ms);
    if (received) continue;
    const Error& error = received.error();
    if (error.what == Errc::timed_out) return {};
    if (!is_overrun(error)) return tl::unexpected(error);  // an overrun loses what we drop
  }
  return distrust(Errc::too_many_datagrams, "");
}

}  // namespace cttimeout
