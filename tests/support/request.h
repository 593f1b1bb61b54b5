// Requests as sentences: new_policy("a", ipv4, tcp).ack(); well formed unless asked otherwise.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "support/bytes.h"
#include "support/wire.h"

namespace cttimeout::test {

/// An attribute: header, payload, padding.
[[nodiscard]] Bytes attribute(std::uint16_t type, const Bytes& payload);
/// An attribute whose header claims `length`, whatever its payload is; not padded.
[[nodiscard]] Bytes attribute_of_length(std::uint16_t length, std::uint16_t type,
                                        const Bytes& payload);

/// Slot numbers and seconds, in the order in which they go onto the wire.
using SlotSeconds = std::initializer_list<std::pair<std::uint16_t, std::uint32_t>>;

/// The inside of DATA: one attribute for each slot.
[[nodiscard]] Bytes slots(SlotSeconds timeouts);

/// One netlink message under construction. Starts with REQUEST, sequence number 1, a zero
/// nfgenmsg and no attributes.
class Message {
 public:
  explicit Message(std::uint16_t type) : type_(type) {}

  // Flags. These add to what is there.
  Message& ack() { return with(flag_ack); }
  Message& exclusive() { return with(flag_exclusive); }
  Message& replace() { return with(flag_replace); }
  Message& create() { return with(flag_create); }
  Message& with(std::uint16_t flags);
  Message& without(std::uint16_t flags);

  // The headers.
  Message& sequence(std::uint32_t number);
  Message& port(std::uint32_t port_id);
  Message& nfgen(std::uint8_t family, std::uint8_t version, std::uint16_t res_id);
  /// The nfgenmsg and everything after it become just these bytes.
  Message& payload(Bytes bytes);
  /// What the header says of the length, instead of the truth.
  Message& claims(std::uint32_t length);

  // Attributes, in the order of the calls.
  Message& name(std::string_view name) { return attr(attr_name, text(name)); }
  Message& family(std::uint16_t family) { return attr(attr_family, big16(family)); }
  Message& protocol(std::uint8_t protocol) { return attr(attr_protocol, byte(protocol)); }
  Message& timeouts(SlotSeconds timeouts) { return attr(attr_data | nested, slots(timeouts)); }
  Message& attr(std::uint16_t type, const Bytes& payload) { return raw(attribute(type, payload)); }
  /// These bytes as they are.
  Message& raw(const Bytes& bytes);

  [[nodiscard]] Bytes bytes() const;
  operator Bytes() const { return bytes(); }  // NOLINT(google-explicit-constructor): it is bytes

 private:
  std::uint16_t type_;
  std::uint16_t flags_ = flag_request;
  std::uint32_t sequence_ = 1;
  std::uint32_t port_ = 0;
  Bytes payload_ = zeros(4);
  std::uint32_t claimed_ = 0;
};

/// NEW with name, family, protocol and DATA.
[[nodiscard]] Message new_policy(std::string_view name, std::uint16_t family, std::uint8_t protocol,
                                 SlotSeconds timeouts = {});
[[nodiscard]] Message get_policy(std::string_view name);
[[nodiscard]] Message delete_policy(std::string_view name);
[[nodiscard]] Message flush_policies();
[[nodiscard]] Message dump_policies();
[[nodiscard]] Message set_default(std::uint8_t protocol, SlotSeconds timeouts);
[[nodiscard]] Message get_default(std::uint8_t protocol, std::uint16_t family = ipv4);

/// Several messages in one datagram, each padded.
[[nodiscard]] Bytes datagram(std::initializer_list<Bytes> messages);

}  // namespace cttimeout::test
