// Requests as sentences: new_policy("a", ipv4, tcp).ack(); well formed unless asked otherwise.
#include "support/request.h"

namespace cttimeout::test {

Bytes attribute(std::uint16_t type, const Bytes& payload) {
  return padded(attribute_of_length(static_cast<std::uint16_t>(4 + payload.size()), type, payload));
}

Bytes attribute_of_length(std::uint16_t length, std::uint16_t type, const Bytes& payload) {
  return join({host16(length), host16(type), payload});
}

Bytes slots(SlotSeconds timeouts) {
  Bytes data;
  for (const auto& [slot, seconds] : timeouts) data = join({data, attribute(slot, big32(seconds))});
  return data;
}

Message& Message::with(std::uint16_t flags) {
  flags_ = static_cast<std::uint16_t>(flags_ | flags);
  return *this;
}

Message& Message::without(std::uint16_t flags) {
  flags_ = static_cast<std::uint16_t>(flags_ & ~flags);
  return *this;
}

Message& Message::sequence(std::uint32_t number) {
  sequence_ = number;
  return *this;
}

Message& Message::port(std::uint32_t port_id) {
  port_ = port_id;
  return *this;
}

Message& Message::nfgen(std::uint8_t family, std::uint8_t version, std::uint16_t res_id) {
  const Bytes attributes(payload_.begin() + 4, payload_.end());
  payload_ = join({byte(family), byte(version), big16(res_id), attributes});
  return *this;
}

Message& Message::payload(Bytes bytes) {
  payload_ = std::move(bytes);
  return *this;
}

Message& Message::claims(std::uint32_t length) {
  claimed_ = length;
  return *this;
}

Message& Message::raw(const Bytes& bytes) {
  payload_ = join({payload_, bytes});
  return *this;
}

Bytes Message::bytes() const {
  const auto length = static_cast<std::uint32_t>(header_size + payload_.size());
  return join({host32(claimed_ != 0 ? claimed_ : length), host16(type_), host16(flags_),
               host32(sequence_), host32(port_), payload_});
}

Message new_policy(std::string_view name, std::uint16_t family, std::uint8_t protocol,
                   SlotSeconds timeouts) {
  return Message(type_new).name(name).family(family).protocol(protocol).timeouts(timeouts);
}

Message get_policy(std::string_view name) {
  return Message(type_get).name(name);
}

Message delete_policy(std::string_view name) {
  return Message(type_delete).name(name);
}

Message flush_policies() {
  return Message(type_delete);
}

Message dump_policies() {
  return Message(type_get).with(flag_dump);
}

Message set_default(std::uint8_t protocol, SlotSeconds timeouts) {
  return Message(type_default_set).family(ipv4).protocol(protocol).timeouts(timeouts);
}

Message get_default(std::uint8_t protocol, std::uint16_t family) {
  return Message(type_default_get).family(family).protocol(protocol);
}

Bytes datagram(std::initializer_list<Bytes> messages) {
  Bytes whole;
  for (const Bytes& message : messages) whole = join({whole, padded(message)});
  return whole;
}

}  // namespace cttimeout::test
