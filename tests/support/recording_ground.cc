// A machine that writes down what is done on another one, and what comes of it.
#include "support/recording_ground.h"

#include "support/recorder.h"
#include "support/recording_socket.h"

namespace cttimeout::test {
namespace {

class RecordingGround final : public Ground {
 public:
  RecordingGround(std::unique_ptr<Ground> inner, std::shared_ptr<Recorder> recorder)
      : inner_(std::move(inner)),
        recorder_(std::move(recorder)),
        number_(recorder_->next_ground()) {
    recorder_->enter(number_);
    recorder_->names().learn_process_id(inner_->process_id());
  }

  std::unique_ptr<NetlinkSocket> socket() override {
    recorder_->enter(number_);
    return std::make_unique<RecordingSocket>(inner_->socket(), recorder_);
  }

  std::optional<std::string> read_sysctl(std::string_view name) override {
    const auto text = inner_->read_sysctl(name);
    add(operation::read_sysctl(name), text ? in_quotes(*text) : "none");
    return text;
  }

  SyscallResult<void> write_sysctl(std::string_view name, std::string_view text) override {
    const auto result = inner_->write_sysctl(name, text);
    add(operation::write_sysctl(name, text), result ? "ok" : errno_text(result.error()));
    return result;
  }

  bool hold(std::string_view policy) override {
    const bool held = inner_->hold(policy);
    add(operation::hold(policy), held ? "ok" : "refused");
    return held;
  }

  void release(std::string_view policy) override {
    inner_->release(policy);
    add(operation::release(policy));
  }

  void set_capable(bool capable) override {
    inner_->set_capable(capable);
    add(operation::set_capable(capable));
  }

  std::uint32_t process_id() override { return inner_->process_id(); }

  std::uint32_t hz() override {
    const std::uint32_t hz = inner_->hz();
    add("hz", std::to_string(hz));
    return hz;
  }

 private:
  void add(std::string operation, std::string result = {}) {
    recorder_->enter(number_);
    recorder_->add(std::move(operation), std::move(result));
  }

  std::unique_ptr<Ground> inner_;
  std::shared_ptr<Recorder> recorder_;
  std::size_t number_;
};

}  // namespace

RecordingMachine::RecordingMachine(Machine& inner)
    : inner_(inner), recorder_(std::make_shared<Recorder>()) {}

RecordingMachine::~RecordingMachine() = default;

std::unique_ptr<Ground> RecordingMachine::new_ground() {
  return std::make_unique<RecordingGround>(inner_.new_ground(), recorder_);
}

const Steps& RecordingMachine::steps() const {
  return recorder_->steps();
}

const PortNames& RecordingMachine::names() const {
  return recorder_->names();
}

}  // namespace cttimeout::test
