// Loads and saves the fake's policies through the same client that everybody else uses.
#include "snapshot.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cttimeout/format.h"

namespace examples {
namespace {

tl::unexpected<std::string> failure(const std::string& path, const std::string& sentence) {
  return tl::unexpected(path + ": " + sentence);
}

}  // namespace

Snapshot::Snapshot(std::string path)
    : path_(std::move(path)),
      transport_(kernel_.connect()),
      client_(std::make_unique<cttimeout::Client>(*transport_)) {}

Snapshot::Outcome<Snapshot> Snapshot::load(const std::string& path) {
  Snapshot snapshot(path);
  const auto restored = snapshot.restore();
  if (!restored) return tl::unexpected(restored.error());
  return snapshot;
}

Snapshot::Outcome<void> Snapshot::restore() {
  std::ifstream file(path_);
  if (!file) {
    return errno == ENOENT ? Outcome<void>() : failure(path_, std::strerror(errno));
  }
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const auto added = cttimeout::parse_line(line).and_then(
        [this](const cttimeout::Policy& policy) { return client_->add(policy); });
    if (!added) return failure(path_, std::to_string(number) + ": " + to_string(added.error()));
  }
  if (file.bad()) return failure(path_, "could not be read");
  return text().map([this](const std::string& text) { restored_ = text; });
}

Snapshot::Outcome<std::string> Snapshot::text() {
  std::string lines;
  const auto listed = client_->list(
      [&lines](const cttimeout::InstalledPolicy& policy) { lines += to_line(policy) + '\n'; });
  if (!listed) return tl::unexpected(to_string(listed.error()));
  return lines;
}

Snapshot::Outcome<void> Snapshot::save() {
  const auto lines = text();
  if (!lines) return tl::unexpected(lines.error());
  if (*lines == restored_) return {};
  const std::string fresh = path_ + '.' + std::to_string(getpid());
  std::ofstream file(fresh);
  file << *lines;
  file.close();
  if (!file) return failure(fresh, std::strerror(errno));
  std::error_code error;
  std::filesystem::rename(fresh, path_, error);
  if (!error) return {};
  std::filesystem::remove(fresh);
  return failure(path_, error.message());
}

}  // namespace examples
