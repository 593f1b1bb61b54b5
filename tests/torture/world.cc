// A fake kernel with some policies, and a Client on it whose transport can be made to fail.
#include "torture/world.h"

#include "support/fake_time.h"

namespace cttimeout::test {

World::World() {
  const auto transport = kernel_.connect();
  Client client(*transport, torture_limits);
  populate(client);
  open();
}

void World::open() {
  client_.reset();
  faulty_.reset();
  inner_ = kernel_.connect();
  faulty_.emplace(*inner_);
  client_.emplace(*faulty_, torture_limits);
}

State World::state() {
  const auto transport = kernel_.connect();
  Client client(*transport, torture_limits);
  return read_state(client);
}

std::chrono::milliseconds World::waited() const {
  const auto slept = fake_time(kernel_);
  return slept == slept.max() ? slept : slept + faulty_->waited();
}

void World::heal() {
  kernel_.fail_no_allocation();
  kernel_.set_capable(true);
  faulty_->clear();
  if (faulty_->gone()) open();
}

}  // namespace cttimeout::test
