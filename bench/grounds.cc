// What contestants run on: the fake and the real kernel.
#include "grounds.h"

#include <map>
#include <stdexcept>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "cttimeout/format.h"
#include "raw_socket.h"
#include "samples.h"
#include "support/network_namespace.h"
#include "support/real_ground.h"

namespace cttimeout::bench {
namespace {

class FakeGround final : public Ground {
 public:
  void enter() const override {}
  std::unique_ptr<Transport> connect() override { return kernel_.connect(); }
  std::unique_ptr<Transport> connect_raw() override { return kernel_.connect(); }

 private:
  FakeKernel kernel_;
};

class RealGround final : public Ground {
 public:
  void enter() const override { namespace_.enter(); }
  std::unique_ptr<Transport> connect() override { return open_netlink().value(); }
  std::unique_ptr<Transport> connect_raw() override { return std::make_unique<RawSocket>(); }

 private:
  test::NetworkNamespace namespace_ = test::NetworkNamespace::create().value();
};

void fill(Ground& ground, std::size_t existing) {
  const auto transport = ground.connect();
  Client client(*transport);
  for (std::size_t i = 0; i < existing; ++i) {
    if (const auto added = client.add(sample_policy(i)); !added) {
      throw std::runtime_error("a ground could not be filled: " + to_string(added.error()));
    }
  }
}

}  // namespace

std::optional<std::string> open_real_kernel() {
  const auto machine = test::RealMachine::open();
  return machine ? std::nullopt : std::optional(machine.error());
}

Ground& ground(Kind kind, std::size_t existing) {
  static std::map<std::pair<Kind, std::size_t>, std::unique_ptr<Ground>> grounds;
  auto& found = grounds[{kind, existing}];
  if (found == nullptr) {
    if (kind == Kind::fake) found = std::make_unique<FakeGround>();
    if (kind == Kind::real) found = std::make_unique<RealGround>();
    fill(*found, existing);
  }
  found->enter();
  return *found;
}

}  // namespace cttimeout::bench
