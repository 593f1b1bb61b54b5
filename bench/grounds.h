// What contestants run on: the fake, the real kernel, or prepared answers.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/transport.h"

namespace cttimeout::bench {

/// One network namespace with a number of policies in it.
class Ground {
 public:
  Ground() = default;
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;
  virtual ~Ground() = default;

  /// The calling thread is in it from now on.
  virtual void enter() const = 0;
  /// As a Client uses it.
  [[nodiscard]] virtual std::unique_ptr<Transport> connect() = 0;
  /// With nothing between the caller and the system call.
  [[nodiscard]] virtual std::unique_ptr<Transport> connect_raw() = 0;
};

enum class Kind : std::uint8_t { fake, real };

[[nodiscard]] constexpr std::string_view name(Kind kind) {
  return kind == Kind::fake ? "fake" : "real";
}

/// Makes real grounds possible; to be called once, first. Returns why they are not, if so.
[[nodiscard]] std::optional<std::string> open_real_kernel();

/// The ground with sample_policy(0) to sample_policy(existing - 1) in it, made when first asked
/// for. Whoever adds policies removes them again.
[[nodiscard]] Ground& ground(Kind kind, std::size_t existing);

/// A transport whose peer answers every request with a prepared ack, or, where `object` is set,
/// with sample_policy(0) and the ack: what remains is the client's own work.
[[nodiscard]] std::unique_ptr<Transport> connect_replay(bool object);

}  // namespace cttimeout::bench
