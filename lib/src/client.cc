// The operations of Client: check, encode, exchange, decode.

#include "cttimeout/client.h"

#include <array>

#include "cttimeout/codec.h"
#include "exchange.h"
#include "validate.h"

namespace cttimeout {

namespace {

constexpr std::uint16_t acked = NLM_F_REQUEST | NLM_F_ACK;

const MessageHandler no_data;  // an ack has none: the exchange refuses it

}  // namespace

template <class... Payload>
Result<void> Client::run(std::uint8_t command, std::uint16_t flags, ReplyForm form,
                         const MessageHandler& on_message, const Payload&... payload) {
  if (unsettled_ || !is_usable(limits_, hz_)) {  // seldom: the call costs more than the question
    if (const Result<void> settled = settle(); !settled) return settled;
  }
  std::array<std::byte, max_request_size> request;
  const RequestHeader header{command, flags, ++sequence_};
  const std::size_t size = encode_request(request, header, payload...);
  unsettled_ = true;  // also if a visitor throws
  const Result<void> result = exchange(transport_, limits_, buffer_, std::span(request).first(size),
                                       sequence_, form, on_message);
  // A dump that is refused for want of room or memory is made later all the same.
  unsettled_ = !result && (form == ReplyForm::dump || !result.error().outcome_known());
  return result;
}

/// After a failed exchange the rest of its reply may still arrive, and a dump that was not read
/// to its end makes the kernel refuse the next one (EBUSY): both are read and dropped first.
Result<void> Client::settle() {
  if (!is_usable(limits_, hz_)) return refuse_limits(limits_, hz_);
  if (!unsettled_) return {};
  const Result<void> drained = drain(transport_, limits_, buffer_);
  if (!drained) {
    return tl::unexpected(Error{.origin = Origin::transport,
                                .what = Errc::not_sent,
                                .code = drained.error().code,
                                .detail = "left-over replies could not be drained"});
  }
  unsettled_ = false;
  return {};
}

Result<void> Client::add(const Policy& policy) {
  return validate_policy(policy, hz_).and_then([&] {
    return run(IPCTNL_MSG_TIMEOUT_NEW, add_flags | NLM_F_ACK, ReplyForm::ack, no_data, policy);
  });
}

Result<void> Client::replace(const Policy& policy) {
  return validate_policy(policy, hz_).and_then([&] {
    return run(IPCTNL_MSG_TIMEOUT_NEW, replace_flags | NLM_F_ACK, ReplyForm::ack, no_data, policy);
  });
}

Result<InstalledPolicy> Client::get(std::string_view name) {
  const Name exact(name);
  if (const Result<void> checked = validate_name(exact); !checked) {
    return tl::unexpected(checked.error());
  }
  Result<InstalledPolicy> policy;
  const auto decode = [&policy](std::span<const std::byte> message) -> Result<void> {
    policy = decode_policy(message);
    return policy.map([](const InstalledPolicy&) {});
  };
  return run(IPCTNL_MSG_TIMEOUT_GET, acked, ReplyForm::object, decode, exact).and_then([&] {
    return policy;
  });
}

Result<void> Client::list(const Visitor& visit) {
  const auto decode = [&visit](std::span<const std::byte> message) -> Result<void> {
    return decode_policy(message).map(visit);
  };
  return run(IPCTNL_MSG_TIMEOUT_GET, NLM_F_REQUEST | NLM_F_DUMP, ReplyForm::dump, decode);
}

Result<void> Client::remove(std::string_view name) {
  const Name exact(name);
  return validate_name(exact).and_then(
      [&] { return run(IPCTNL_MSG_TIMEOUT_DELETE, acked, ReplyForm::ack, no_data, exact); });
}

Result<void> Client::flush() {
  return run(IPCTNL_MSG_TIMEOUT_DELETE, acked, ReplyForm::ack, no_data);
}

Result<Timeouts> Client::get_default(std::uint8_t protocol, Family family) {
  Result<Timeouts> timeouts;
  const auto decode = [&timeouts](std::span<const std::byte> message) -> Result<void> {
    timeouts = decode_default(message).map([](const auto& defaults) { return defaults.timeouts; });
    return timeouts.map([](const Timeouts&) {});
  };
  return run(IPCTNL_MSG_TIMEOUT_DEFAULT_GET, acked, ReplyForm::object, decode, family, protocol)
      .and_then([&] { return timeouts; });
}

Result<void> Client::set_default(std::uint8_t protocol, const Timeouts& timeouts, Family family) {
  return validate_timeouts(protocol, timeouts, hz_).and_then([&] {
    return run(IPCTNL_MSG_TIMEOUT_DEFAULT_SET, acked, ReplyForm::ack, no_data,
               DefaultTimeouts{family, protocol, timeouts});
  });
}

}  // namespace cttimeout
