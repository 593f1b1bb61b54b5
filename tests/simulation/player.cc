// One client of a simulation with its faulty transport, and the log of everything that happens.
#include "simulation/player.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>

#include "cttimeout/format.h"
#include "support/operation_text.h"
#include "support/recording_socket.h"
#include "support/reply.h"

namespace cttimeout::test {

namespace {

constexpr Limits limits{.reply_timeout = std::chrono::seconds(5), .max_datagrams = 1000};

/// Takes or adds a reply without a word.
bool leads_astray(const PlannedFault& planned) {
  return planned.direction == Direction::receive &&
         (planned.fault == Fault::lost || planned.fault == Fault::duplicated ||
          planned.fault == Fault::reordered || planned.fault == Fault::wrong_sequence ||
          planned.fault == Fault::foreign_sender);
}

template <class T>
std::string result_text(const Result<T>& result) {
  return result ? "ok" : to_string(result.error());
}

std::string text_of(const Name& name) {
  return std::string(name.view());
}

}  // namespace

Log::Log(bool record) : recorder_(record ? std::make_shared<Recorder>() : nullptr) {}

std::unique_ptr<NetlinkSocket> Log::socket(FakeKernel& kernel) {
  if (!records()) return kernel.socket();
  return std::make_unique<RecordingSocket>(kernel.socket(), recorder_);
}

void Log::capable(bool capable) {
  if (records()) recorder_->add(operation::set_capable(capable));
}

void Log::hold(std::string_view name, bool held) {
  if (records()) recorder_->add(operation::hold(name), held ? "ok" : "refused");
}

void Log::release(std::string_view name) {
  if (records()) recorder_->add(operation::release(name));
}

// A golden file has no operation for it; it is there to be read.
void Log::note(const std::string& text) {
  if (records()) recorder_->add("# " + text);
}

Steps Log::steps() const {
  return records() ? recorder_->steps() : Steps{};
}

Player::Player(FakeKernel& kernel, Log& log, bool small_buffer)
    : log_(log), small_buffer_(small_buffer) {
  reconnect(kernel);
}

void Player::reconnect(FakeKernel& kernel) {
  if (faulty_) {
    injected_ = injected();
    waited_ = waited();
  }
  client_.reset();
  faulty_.reset();
  inner_ = std::make_unique<SocketTransport>(log_.socket(kernel));
  faulty_.emplace(*inner_);
  client_.emplace(*faulty_, limits);
  last_astray_ = 0;
  if (small_buffer_) set_receive_buffer(0);  // the kernel raises it to its least
}

void Player::set_receive_buffer(int size) {
  const auto bytes = std::bit_cast<std::array<std::byte, sizeof size>>(size);
  (void)inner_->socket().set_option(SOL_SOCKET, SO_RCVBUF, bytes);
}

void Player::plan(PlannedFault fault) {
  fault.nth += fault.direction == Direction::send ? faulty_->sends() : faulty_->receives();
  if (leads_astray(fault)) last_astray_ = std::max(last_astray_, fault.nth);
  faulty_->add(fault);
  if (log_.records()) {
    log_.note("planned for port " + std::to_string(faulty_->port_id()) + ": " + to_string(fault));
  }
}

bool Player::all_or_noticed() const {
  return faulty_->receives() >= last_astray_;
}

void Player::hear_stranger(FakeKernel& kernel, Random& random) {
  Bytes bytes(random.between(1, 60));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  if (random.chance(3, 4)) {
    const auto sequence = static_cast<std::uint32_t>(faulty_->sends() + random.between(1, 2));
    bytes = success(get_policy("x").sequence(sequence));
    std::ranges::copy(host32(faulty_->port_id()), bytes.begin() + 12);
  }
  (void)log_.socket(kernel)->send(bytes, NetlinkAddress{.port_id = faulty_->port_id()});
}

void Player::heal() {
  faulty_->clear();
  last_astray_ = 0;
  constexpr int usual = 106496;  // the kernel doubles it
  set_receive_buffer(usual);
}

bool Player::at_rest() const {
  const SocketMemory memory = inner_->socket().memory();
  return memory.used == 0 && !memory.dumping;
}

std::chrono::milliseconds Player::waited() const {
  return waited_ + faulty_->waited();
}

template <class Ask>
auto Player::logged(auto&& describe, Ask&& ask) {
  if (!log_.records()) return ask();
  const std::string what = "port " + std::to_string(faulty_->port_id()) + ": " + describe();
  log_.note(what);
  auto result = ask();
  log_.note(what + ": " + result_text(result));
  return result;
}

Result<void> Player::add(const Policy& policy) {
  return logged([&] { return "add " + to_line(policy); }, [&] { return client_->add(policy); });
}

Result<void> Player::replace(const Policy& policy) {
  return logged([&] { return "replace " + to_line(policy); },
                [&] { return client_->replace(policy); });
}

Result<InstalledPolicy> Player::get(const Name& name) {
  return logged([&] { return "get " + text_of(name); }, [&] { return client_->get(name.view()); });
}

Result<void> Player::list(std::vector<InstalledPolicy>& listed) {
  return logged(
      [] { return std::string("list"); },
      [&] {
        return client_->list([&](const InstalledPolicy& policy) { listed.push_back(policy); });
      });
}

Result<void> Player::remove(const Name& name) {
  return logged([&] { return "remove " + text_of(name); },
                [&] { return client_->remove(name.view()); });
}

Result<void> Player::flush() {
  return logged([] { return std::string("flush"); }, [&] { return client_->flush(); });
}

std::vector<Result<void>> Player::apply(const std::vector<Change>& changes) {
  const std::string what = "port " + std::to_string(faulty_->port_id()) + ": apply ";
  log_.note(what + std::to_string(changes.size()) + " changes");
  std::vector<Result<void>> results;
  client_->apply(changes, [&](std::size_t index, const Result<void>& result) {
    static constexpr std::array kinds{"add ", "replace ", "remove "};
    const auto& [kind, policy] = changes[index];
    log_.note(what + kinds[static_cast<std::size_t>(kind)] + to_line(policy) + ": " +
              result_text(result));
    results.push_back(result);
  });
  return results;
}

Result<Timeouts> Player::get_default(std::uint8_t protocol) {
  return logged([&] { return "get_default " + std::to_string(protocol); },
                [&] { return client_->get_default(protocol); });
}

Result<void> Player::set_default(std::uint8_t protocol, const Timeouts& timeouts) {
  return logged(
      [&] {
        return "set_default " + to_line({.name = "-", .protocol = protocol, .timeouts = timeouts});
      },
      [&] { return client_->set_default(protocol, timeouts); });
}

}  // namespace cttimeout::test
