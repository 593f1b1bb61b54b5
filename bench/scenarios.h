// The scenarios, each of which enters its benchmarks into the registry.
#pragma once

namespace cttimeout::bench {

void enter_codec_scenarios();
void enter_bulk_scenarios(bool real);
void enter_read_scenarios(bool real);
void enter_flow_scenarios(bool real);

}  // namespace cttimeout::bench
