// Dictionaries for engines, from the protocol table.

#include "dictionary.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "cttimeout/protocol.h"
#include "support/request.h"
#include "support/wire.h"

namespace cttimeout::test {

namespace {

/// One entry a line, each once: "\x01\x02".
class Dictionary {
 public:
  void add(const Bytes& bytes) {
    std::string line = "\"";
    const std::string digits = to_hex(bytes);
    for (std::size_t i = 0; i < digits.size(); i += 2) line += "\\x" + digits.substr(i, 2);
    lines_.insert(line + "\"\n");
  }
  void add(std::string_view word) { add(characters(word)); }

  [[nodiscard]] std::string text() const {
    std::string text;
    for (const std::string& line : lines_) text += line;
    return text;
  }

 private:
  std::set<std::string> lines_;
};

Bytes header_of(std::size_t payload, unsigned type) {
  return join(
      {host16(static_cast<std::uint16_t>(4 + payload)), host16(static_cast<std::uint16_t>(type))});
}

}  // namespace

std::string netlink_dictionary() {
  Dictionary words;
  for (const std::uint16_t type : {type_error, type_done, type_batch_begin, type_new, type_get,
                                   type_delete, type_default_set, type_default_get}) {
    words.add(host16(type));
  }
  for (const unsigned flags : {flag_request, flag_multi, flag_ack, flag_dump, flag_create}) {
    words.add(host16(static_cast<std::uint16_t>(flags | flag_request)));
  }
  for (const std::uint16_t type : {attr_name, attr_family, attr_protocol, attr_data, attr_users}) {
    for (const std::size_t payload : {0U, 1U, 2U, 4U, 32U}) words.add(header_of(payload, type));
  }
  words.add(attribute(attr_family, big16(ipv4)));
  words.add(attribute(attr_family, big16(ipv6)));
  for (const Protocol& protocol : protocols) {
    words.add(attribute(attr_protocol, byte(protocol.number)));
    words.add(header_of(8 * protocol.slots.size(), attr_data | nested));
    for (const Slot& slot : protocol.slots) {
      words.add(attribute(slot.number, big32(slot.default_s)));
    }
  }
  // The largest that Linux holds at 250 ticks a second, and what wraps to 0.
  for (const std::uint32_t seconds : {0U, 8589934U, 8589935U, 17179869U, 17179870U, 0xffffffffU}) {
    words.add(big32(seconds));
  }
  return words.text();
}

std::string text_dictionary() {
  Dictionary words;
  for (const Protocol& protocol : protocols) {
    words.add(std::string(protocol.name) + ' ');
    for (const Slot& slot : protocol.slots) {
      std::string word(slot.name);
      std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
      words.add(word + ' ');
    }
  }
  for (const std::string_view word :
       {"inet ", "inet6 ", "slot_1 ", "slot_16 ", "unack ", "1w2d3h4m5s", "4294967295", "\"\" ",
        "\\\"", "\\\\", "\\x0a", "65535 ", "255 "}) {
    words.add(word);
  }
  return words.text();
}

}  // namespace cttimeout::test
