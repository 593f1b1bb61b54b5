// The codecs that are compared: all encode one NEW request and decode one reply of the kernel.
//
// Each is made from the policy to encode, with everything prepared that a program would prepare
// once. decode() returns whatever that codec decodes into; text() shows it as nfct prints it, or is
// empty if decoding failed.
#pragma once

#include <libmnl/libmnl.h>
#include <libnetfilter_cttimeout/libnetfilter_cttimeout.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cttimeout/codec.h"

namespace cttimeout::bench {

inline constexpr RequestHeader new_request{
    .command = IPCTNL_MSG_TIMEOUT_NEW,
    .flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
    .sequence = 1};

using Message = std::span<const std::byte>;

class OurCodec {
 public:
  static constexpr std::string_view name = "ours";
  explicit OurCodec(const Policy& policy) : policy_(policy) {}

  std::size_t encode(std::span<std::byte> out) { return encode_request(out, new_request, policy_); }
  static Result<InstalledPolicy> decode(Message reply) { return decode_policy(reply); }
  [[nodiscard]] static std::string text(const Result<InstalledPolicy>& decoded);

 private:
  Policy policy_;
};

/// The limit: as many bytes, copied.
class Memcpy {
 public:
  static constexpr std::string_view name = "memcpy";
  explicit Memcpy(const Policy& policy) : size_(encode_request(bytes_, new_request, policy)) {}

  std::size_t encode(std::span<std::byte> out) {
    std::memcpy(out.data(), bytes_.data(), size_);
    return size_;
  }
  Message decode(Message reply) {
    std::memcpy(copy_.data(), reply.data(), reply.size());
    return Message(copy_).first(reply.size());
  }
  [[nodiscard]] static std::string text(Message decoded);

 private:
  alignas(64) std::array<std::byte, max_request_size> bytes_;
  alignas(64) std::array<std::byte, max_request_size> copy_;
  std::size_t size_;
};

/// libmnl's builders and parsers, called as its own examples call them.
class MnlCodec {
 public:
  static constexpr std::string_view name = "libmnl";
  explicit MnlCodec(const Policy& policy) : policy_(policy) {}

  std::size_t encode(std::span<std::byte> out);
  static std::optional<InstalledPolicy> decode(Message reply);
  [[nodiscard]] static std::string text(const std::optional<InstalledPolicy>& decoded);

 private:
  Policy policy_;
};

struct FreePeer {
  void operator()(nfct_timeout* object) const { nfct_timeout_free(object); }
};
using PeerObject = std::unique_ptr<nfct_timeout, FreePeer>;

/// The C library's object, filled from a policy.
[[nodiscard]] PeerObject peer_object(const Policy& policy);

/// libnetfilter_cttimeout: the object to encode is prepared; each reply needs a new one, as
/// parsing does not reset it.
class PeerCodec {
 public:
  static constexpr std::string_view name = "libnetfilter_cttimeout";
  explicit PeerCodec(const Policy& policy) : object_(peer_object(policy)) {}

  std::size_t encode(std::span<std::byte> out);
  static PeerObject decode(Message reply);
  [[nodiscard]] static std::string text(const PeerObject& decoded);

 private:
  PeerObject object_;
};

}  // namespace cttimeout::bench
