// A machine that answers from a golden file, as long as what is done on it is what was recorded.
#include "support/replay_ground.h"

#include "support/replay_socket.h"
#include "support/script.h"

namespace cttimeout::test {
namespace {

class ReplayGround final : public Ground {
 public:
  explicit ReplayGround(std::shared_ptr<Script> script)
      : script_(std::move(script)), number_(script_->next_ground()) {
    script_->enter(number_);
  }

  std::unique_ptr<NetlinkSocket> socket() override {
    script_->enter(number_);
    return std::make_unique<ReplaySocket>(script_);
  }

  std::optional<std::string> read_sysctl(std::string_view name) override {
    return out_of_quotes(take(operation::read_sysctl(name)));
  }

  SyscallResult<void> write_sysctl(std::string_view name, std::string_view text) override {
    const std::string_view result = take(operation::write_sysctl(name, text));
    if (result == "ok") return {};
    return tl::unexpected(errno_number(result).value_or(EIO));
  }

  bool hold(std::string_view policy) override { return take(operation::hold(policy)) == "ok"; }
  void release(std::string_view policy) override { take(operation::release(policy)); }
  void set_capable(bool capable) override { take(operation::set_capable(capable)); }
  std::uint32_t process_id() override { return Script::process_id; }
  std::uint32_t hz() override { return number_of<std::uint32_t>(take("hz")).value_or(0); }

 private:
  std::string_view take(const std::string& operation) {
    script_->enter(number_);
    return script_->take(operation);
  }

  std::shared_ptr<Script> script_;
  std::size_t number_;
};

}  // namespace

ReplayMachine::ReplayMachine(Steps steps) : script_(std::make_shared<Script>(std::move(steps))) {}

ReplayMachine::~ReplayMachine() = default;

std::unique_ptr<Ground> ReplayMachine::new_ground() {
  return std::make_unique<ReplayGround>(script_);
}

std::optional<std::string> ReplayMachine::complaint() const {
  return script_->complaint();
}

}  // namespace cttimeout::test
