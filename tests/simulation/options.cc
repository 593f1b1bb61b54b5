// What one simulation is like: drawn from its seed, some features in and most out (swarm testing).
#include "simulation/options.h"

#include <sstream>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"

namespace cttimeout::test {

namespace {

constexpr std::array all_faults{
    Fault::fails,   Fault::gone,           Fault::lost,           Fault::delayed,
    Fault::overrun, Fault::duplicated,     Fault::truncated,      Fault::reordered,
    Fault::garbled, Fault::wrong_sequence, Fault::foreign_sender, Fault::interrupted,
};

/// Newer kernels delete a policy whatever refers to it; then a rule says nothing about a name.
bool protects_policies_in_use(const KernelProfile& profile) {
  FakeKernel kernel(profile);
  const auto transport = kernel.connect();
  Client client(*transport);
  const bool added = client.add({.name = "held", .protocol = IPPROTO_TCP}).has_value();
  const auto rule = kernel.hold("held");
  return added && rule && !client.remove("held");
}

}  // namespace

Options draw_options(Random& random) {
  Options options;
  options.profile = random.of<KernelProfile>(kernel_profiles);
  options.clients = random.between(1, 5);
  // Few names meet often; many make lists of several parts, now and then of very many.
  options.names = random.chance(1, 8) ? random.between(40, 120) : random.between(1, 8);
  if (random.chance(1, 24)) options.names = random.between(400, 1000);
  for (unsigned& weight : options.weights) weight = random.of<unsigned>({0, 1, 3, 10});
  options.weights[0] += 1;  // without any policy there is nothing to see
  for (const Fault fault : all_faults) {
    if (random.chance(1, 2)) options.faults.push_back(fault);
  }
  if (!options.faults.empty()) options.fault_percent = random.of<unsigned>({0, 1, 5, 20, 60});
  options.allocation_percent = random.of<unsigned>({0, 0, 2, 20});
  options.capability_percent = random.of<unsigned>({0, 0, 0, 3});
  options.stranger_percent = random.of<unsigned>({0, 0, 5, 30});
  options.small_buffers = random.chance(1, 4);
  options.rules = random.chance(1, 3) && protects_policies_in_use(options.profile);
  options.flows = options.rules && random.chance(1, 2);
  return options;
}

std::string to_string(const Options& options) {
  std::ostringstream text;
  text << options.profile.name << ", " << options.clients << " clients, " << options.names
       << " names, weights";
  for (const unsigned weight : options.weights) text << ' ' << weight;
  if (options.fault_percent != 0) {
    text << ", in " << options.fault_percent << " % of operations one of";
    for (const Fault fault : options.faults) text << ' ' << to_string(fault);
  }
  const auto percent = [&text](unsigned number, const char* what) {
    if (number != 0) text << ", " << what << ' ' << number << " %";
  };
  percent(options.allocation_percent, "no memory");
  percent(options.capability_percent, "capability changes");
  percent(options.stranger_percent, "strangers");
  if (options.small_buffers) text << ", small buffers";
  if (options.rules) text << ", rules";
  if (options.flows) text << ", flows";
  return text.str();
}

}  // namespace cttimeout::test
