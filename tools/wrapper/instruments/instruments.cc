// The taps that were asked for, and what the checker has to say in the end.
#include "instruments/instruments.h"

#include "instruments/pcap.h"
#include "instruments/trace.h"
#include "instruments/unserved.h"

namespace cttimeout::tools::wrapper {

tl::expected<bool, std::string> Instruments::finish() {
  for (const auto& tap : taps) {
    if (const auto finished = tap->finish(); !finished) return tl::unexpected(finished.error());
  }
  if (checker == nullptr) return true;
  const check::Report found = checker->report(program);
  report->write(format(found));
  return report->finish().map([&] { return found.clean(); });
}

tl::expected<Instruments, std::string> open_instruments(const Options& options) {
  Instruments instruments{.program = options.command.front()};
  if (!options.torture) instruments.taps.push_back(std::make_unique<Unserved>());  // else each run
  for (const auto& [path, open] :
       {std::pair{options.trace, &open_trace}, std::pair{options.pcap, &open_pcap}}) {
    if (path.empty()) continue;
    auto tap = open(path);
    if (!tap) return tl::unexpected(tap.error());
    instruments.taps.push_back(std::move(*tap));
  }
  if (options.check.empty()) return instruments;
  auto report = Output::open(options.check);
  if (!report) return tl::unexpected(report.error());
  instruments.report = std::move(*report);
  instruments.format = check::formats().at(options.check_format);
  auto checker = std::make_unique<Checker>(check::Options{.hz = options.profile.hz});
  instruments.checker = checker.get();
  instruments.taps.push_back(std::move(checker));
  return instruments;
}

}  // namespace cttimeout::tools::wrapper
