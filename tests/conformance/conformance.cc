// The fixture of every conformance test: fresh network namespaces on the kernel under test.
#include "conformance.h"

#include <algorithm>

#include "support/golden_file.h"
#include "support/machines.h"

namespace cttimeout::test {

Session& session() {
  static Session session;
  return session;
}

std::string Conformance::golden_name() {
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test.test_suite_name()) + '.' + test.name();
  std::ranges::replace(name, '/', '.');
  return name + ".golden";
}

void Conformance::SetUp() {
  if (!session().missing.empty()) {
    if (kernel_required()) FAIL() << session().missing;
    GTEST_SKIP() << session().missing;
  }
  machine_ = session().machine.get();
  if (session().recorded || session().record_to) {
    recording_ = std::make_unique<RecordingMachine>(*machine_);
    machine_ = recording_.get();
  }
  ground_ = machine_->new_ground();
  begin();
}

void Conformance::TearDown() {
  if (ground_ == nullptr) return;
  end();
  talker_.reset();
  ground_.reset();
  if (HasFailure()) return;
  if (session().recorded) compare_with_recording();
  if (session().record_to) write_recording();
}

void Conformance::compare_with_recording() {
  const auto recorded = read_golden(session().recorded->path(golden_name()));
  ASSERT_TRUE(recorded) << recorded.error();
  const Steps& now = recording_->steps();
  for (std::size_t i = 0; i < std::min(now.size(), recorded->size()); ++i) {
    ASSERT_EQ(now[i].text(), (*recorded)[i].text())
        << golden_name() << ':' << (*recorded)[i].line << '\n'
        << difference((*recorded)[i], now[i].text());
  }
  EXPECT_EQ(now.size(), recorded->size()) << golden_name() << " has another number of steps";
}

void Conformance::write_recording() {
  const std::string name = golden_name();
  EXPECT_TRUE(write_golden(*session().record_to / name,
                           name.substr(0, name.rfind('.')) + "\n" + machine_->description(),
                           recording_->steps()));
}

Talker& Conformance::talker() {
  if (talker_ == nullptr) talker_ = std::make_unique<Talker>(*ground_);
  return *talker_;
}

void Conformance::create_policies(int count) {
  Bytes datagram;
  for (int number = 0; number < count; ++number) {
    datagram = join({datagram, new_policy(numbered(number), ipv4, generic)});
  }
  EXPECT_TRUE(ignores(datagram));
}

bool Conformance::tracks(std::uint8_t protocol) {
  Talker asking(ground());
  const Bytes request = new_policy("probe", ipv4, protocol).ack();
  const bool created = asking.exchange(request) == std::vector<Bytes>{success(request)};
  if (created) {
    EXPECT_TRUE(asking.accepts(delete_policy("probe").ack()));
  }
  return created;
}

bool Conformance::hides(bool Views::*view, std::string_view name) {
  const bool shown = session().views.*view;
  EXPECT_TRUE(shown || !kernel_required()) << "this kernel lacks " << name;
  return lacks(shown, name);
}

std::string numbered(int number) {
  const std::string digits = std::to_string(number);
  return std::string(3 - std::min<std::size_t>(3, digits.size()), '0') + digits;
}

Bytes numbered_policy(int number, std::uint32_t sequence, std::uint32_t timeout_s) {
  return policy_message({.name = numbered(number), .protocol = generic, .timeouts = {timeout_s}},
                        sequence);
}

Bytes numbered_policies(int first, int end, std::uint32_t sequence) {
  Bytes part;
  for (int number = first; number < end; ++number) {
    part = join({part, numbered_policy(number, sequence)});
  }
  return part;
}

}  // namespace cttimeout::test
