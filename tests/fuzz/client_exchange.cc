// Fuzz target: a Client whose kernel is not to be trusted. Input: the first operation, then records
// (records.h), each of which is what the next receive brings.

#include <array>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "draw_reply.h"
#include "mutate.h"
#include "records.h"
#include "support/wire.h"
#include "target.h"

namespace cttimeout::test {
namespace {

/// What a record brings, by its kind modulo `kinds`.
enum class Step : std::uint8_t {
  answer,       // the next datagram of the true answer
  answer_too,   // the same, so that it is not rare
  forged,       // `bytes`, made to look like an answer to this request
  as_it_is,     // `bytes`
  stranger,     // `bytes`, from another port id
  truncated,    // `bytes` that look like an answer, the rest of it lost
  failure,      // errno `number`
  timeout,      // nothing
  refuse_send,  // nothing, and the next send fails
  kinds,
};

/// Between a Client and a fake kernel: gives out answers, true or not, as the input says. Once it
/// has ended, all answers are true.
class HostileTransport final : public Transport {
 public:
  HostileTransport(FakeTransport& kernel, View script) : kernel_(kernel), script_(script) {}

  Result<void> send(std::span<const std::byte> datagram) override {
    believable_ = false;
    if (refuse_send_) {
      refuse_send_ = false;
      return tl::unexpected(Error{.origin = Origin::transport, .what = Errc::not_sent});
    }
    sequence_ = read32(datagram, 8);
    return kernel_.send(datagram);
  }

  Result<Received> receive(std::span<std::byte> buffer,
                           std::chrono::milliseconds timeout) override {
    const auto record = script_.next();
    script_ended_ = !record;
    if (!record) return watched(buffer, kernel_.receive(buffer, timeout));
    const std::size_t size = std::min(buffer.size(), record->bytes.size());
    std::copy_n(record->bytes.begin(), size, buffer.begin());
    Received received{.size = size, .sender = 0, .truncated = false};
    switch (Step{static_cast<std::uint8_t>(record->kind % std::uint8_t(Step::kinds))}) {
      case Step::answer:
      case Step::answer_too:
        return watched(buffer, kernel_.receive(buffer, timeout));
      case Step::forged:
        forge(buffer.first(size));
        return watched(buffer, received);
      case Step::as_it_is:
        return watched(buffer, received);
      case Step::stranger:
        received.sender = record->number + 1U;
        return received;
      case Step::truncated:
        forge(buffer.first(size));
        received.truncated = true;
        return received;
      case Step::failure:
        return failed(Errc::receive_failed, record->number);
      case Step::refuse_send:
        refuse_send_ = true;
        [[fallthrough]];
      default:
        return failed(Errc::timed_out, 0);
    }
  }

  std::uint32_t port_id() const override { return kernel_.port_id(); }

  /// From here on every answer is true.
  void end_script() {
    script_ = RecordReader({});
    refuse_send_ = false;
  }
  [[nodiscard]] bool script_ended() const { return script_ended_; }
  /// Whether a message came since that says that it answers it.
  [[nodiscard]] bool believable() const { return believable_; }

 private:
  static tl::unexpected<Error> failed(Errc what, int code) {
    return tl::unexpected(Error{.origin = Origin::transport, .what = what, .code = code});
  }

  template <class Visit>
  static void for_each_message(View datagram, Visit&& visit) {
    for (std::size_t at = 0; at + header_size <= datagram.size();) {
      const std::size_t size = read32(datagram, at);
      if (size < header_size || size > datagram.size() - at) return;
      visit(at);
      at += aligned(size);
    }
  }

  /// Gives every message our sequence number and port id.
  void forge(std::span<std::byte> datagram) const {
    for_each_message(datagram, [&](std::size_t at) {
      std::ranges::copy(host32(sequence_), datagram.begin() + static_cast<std::ptrdiff_t>(at + 8));
      std::ranges::copy(host32(port_id()), datagram.begin() + static_cast<std::ptrdiff_t>(at + 12));
    });
  }

  Result<Received> watched(View buffer, const Result<Received>& received) {
    if (!received) return received;
    const View datagram = buffer.first(received->size);
    for_each_message(datagram, [&](std::size_t at) {
      believable_ = believable_ || (read32(datagram, at + 8) == sequence_ &&
                                    read32(datagram, at + 12) == port_id());
    });
    return received;
  }

  FakeTransport& kernel_;
  RecordReader script_;
  std::uint32_t sequence_ = 0;
  bool script_ended_ = false;
  bool refuse_send_ = false;
  bool believable_ = false;
};

const Policy policy{
    .name = "web", .protocol = IPPROTO_TCP, .timeouts = {{3, std::chrono::hours(1)}}};

Result<void> operate(Client& client, unsigned operation) {
  const auto no_value = [](const auto&) {};
  switch (operation % 8) {
    case 0:
      return client.add(policy);
    case 1:
      return client.replace(policy);
    case 2:
      return client.get(policy.name.view()).map(no_value);
    case 3:
      return client.list(no_value);
    case 4:
      return client.remove(policy.name.view());
    case 5:
      return client.flush();
    case 6:
      return client.get_default(policy.protocol).map(no_value);
    default:
      return client.set_default(policy.protocol, policy.timeouts);
  }
}

void require_truth(const HostileTransport& transport, const Result<void>& result) {
  if (result) return require(transport.believable(), "success needs an answer to this request");
  const Error& error = result.error();
  require(error.origin != Origin::request, "nothing was wrong with the request");
  require(error.origin != Origin::kernel || transport.believable(),
          "a refusal needs an answer to this request");
}

/// However badly it was treated, with an honest kernel the Client works again.
void require_recovery(Client& client) {
  require(client.flush().has_value(), "flush works again");
  require(client.add(policy).has_value(), "add works again");
  const auto found = client.get(policy.name.view());
  require(found && found->timeouts.get(3) == policy.timeouts.get(3), "get works again");
  std::size_t listed = 0;
  require(client.list([&](const InstalledPolicy&) { ++listed; }).has_value() && listed == 1,
          "list works again");
}

void exchange(unsigned first_operation, View script) {
  constexpr unsigned max_operations = 24;
  FakeKernel kernel;
  const auto transport = kernel.connect();
  HostileTransport hostile(*transport, script);
  Client client(hostile, {.hz = 250, .max_datagrams = 128});
  for (unsigned i = 0; i < max_operations && !hostile.script_ended(); ++i) {
    const Result<void> result = operate(client, first_operation + i);
    if (!result && result.error().what == Errc::not_sent) continue;
    require_truth(hostile, result);
  }
  hostile.end_script();
  require_recovery(client);
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  cttimeout::test::exchange(data[0], cttimeout::test::view_of(data + 1, size - 1));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return cttimeout::test::mutate_records(data, size, max_size, seed, 1,
                                         cttimeout::test::draw_reply);
}
