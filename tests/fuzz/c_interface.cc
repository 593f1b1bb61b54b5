// Fuzz target: the C interface of the drop-in. Input: records (records.h), each of which is a call
// on one object; what calls read and write has exactly the size that they are told.

#include <libnetfilter_cttimeout/additions.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cttimeout/codec.h"
#include "draw_reply.h"
#include "mutate.h"
#include "records.h"
#include "target.h"

namespace cttimeout::test {
namespace {

struct Free {
  void operator()(nfct_timeout* object) const { nfct_timeout_free(object); }
};
using Object = std::unique_ptr<nfct_timeout, Free>;

/// What the getters tell of an object.
struct Contents {
  std::optional<std::string> name;
  std::optional<std::uint16_t> family;
  std::optional<std::uint8_t> protocol;
  std::optional<std::uint32_t> users;
  std::array<std::optional<std::uint32_t>, max_slots> timeouts;

  [[nodiscard]] bool operator==(const Contents&) const = default;
  [[nodiscard]] bool has_timeouts() const {
    return std::ranges::any_of(timeouts, [](const auto& timeout) { return timeout.has_value(); });
  }
};

template <class T, class Get>
std::optional<T> ask(Get&& get) {
  T value{};
  if (get(&value) == 0) return value;
  require(errno == ENOENT, "a getter fails for nothing but what is not set");
  return std::nullopt;
}

Contents contents_of(const nfct_timeout* t) {
  Contents contents;
  if (const auto name = ask<const char*>([t](auto* to) { return cttimeout_get_name(t, to); })) {
    contents.name = *name;
  }
  contents.family = ask<std::uint16_t>([t](auto* to) { return cttimeout_get_l3proto(t, to); });
  contents.protocol = ask<std::uint8_t>([t](auto* to) { return cttimeout_get_l4proto(t, to); });
  contents.users = ask<std::uint32_t>([t](auto* to) { return cttimeout_get_users(t, to); });
  for (std::uint32_t state = 0; state < max_slots; ++state) {
    contents.timeouts[state] =
        ask<std::uint32_t>([=](auto* to) { return cttimeout_get_timeout(t, state, to); });
  }
  return contents;
}

/// A message is believed if our own decoder believes it, and says the same.
void require_as_decoded(View message, bool parsed, const Contents& contents) {
  if (read16(message, 4) != (NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | IPCTNL_MSG_TIMEOUT_NEW)) return;
  const auto policy = decode_policy(message);
  require(parsed == policy.has_value(), "both decoders believe the same messages");
  if (!parsed) return;
  const std::string_view name = policy->name.view();
  require(contents.name == name && contents.protocol == policy->protocol &&
              contents.family == static_cast<std::uint16_t>(policy->family),
          "both decoders read the same policy");
}

void parse(nfct_timeout* t, View bytes) {
  std::vector<std::byte> message(bytes.begin(), bytes.end());
  message.resize(std::max<std::size_t>(message.size(), NLMSG_HDRLEN));
  auto header = wire::load<nlmsghdr>(message.data());
  header.nlmsg_len =
      std::min<std::uint32_t>(header.nlmsg_len, static_cast<std::uint32_t>(message.size()));
  std::memcpy(message.data(), &header, sizeof header);

  const Contents before = contents_of(t);
  const bool parsed =
      nfct_timeout_nlmsg_parse_payload(reinterpret_cast<nlmsghdr*>(message.data()), t) == 0;
  require(parsed || (errno == EINVAL && contents_of(t) == before),
          "a message is parsed whole or not at all");
  require_as_decoded(View(message).first(header.nlmsg_len), parsed, contents_of(t));
}

void set_attribute(nfct_timeout* t, std::uint32_t type, View bytes) {
  std::vector<std::byte> value(bytes.begin(), bytes.end());
  value.resize(std::max<std::size_t>(value.size(), sizeof(std::uint16_t)));
  if (type == NFCT_TIMEOUT_ATTR_NAME) value.push_back({});
  const bool set = nfct_timeout_attr_set(t, type, value.data()) == 0;
  if (type == NFCT_TIMEOUT_ATTR_NAME) {
    require(contents_of(t).name.has_value() == set, "a name that was refused is not set");
  }
}

void set_integer(nfct_timeout* t, std::uint32_t type, std::uint16_t value) {
  const bool set = nfct_timeout_attr_set_u16(t, type, value) == 0;
  if (type != NFCT_TIMEOUT_ATTR_L4PROTO) return;
  require(set == (value <= 0xff), "protocols have one byte");
  require(contents_of(t).protocol.has_value() == set, "a protocol that was refused is not set");
}

void set_timeout(nfct_timeout* t, std::uint32_t state, std::uint32_t seconds) {
  if (nfct_timeout_policy_attr_set_u32(t, state, seconds) != 0) return;
  require(contents_of(t).timeouts.at(state) == seconds, "a timeout that was set can be read");
}

void unset(nfct_timeout* t, std::uint32_t type) {
  nfct_timeout_attr_unset(t, type);
  const Contents contents = contents_of(t);
  require(type != NFCT_TIMEOUT_ATTR_NAME || !contents.name, "a name can be unset");
  require(type != NFCT_TIMEOUT_ATTR_POLICY || !contents.has_timeouts(), "timeouts can be unset");
}

/// The text is the same in every buffer, as far as there is room for it.
void print(const nfct_timeout* t, std::size_t size) {
  std::array<char, 1024> whole{};
  const int length = cttimeout_snprintf(whole.data(), whole.size(), t);
  require(length > 0 && static_cast<std::size_t>(length) < whole.size(), "every text has an end");
  const std::string_view text(whole.data(), static_cast<std::size_t>(length));
  require(std::ranges::all_of(text,
                              [](unsigned char byte) {
                                return byte == '\n' || byte == '\t' ||
                                       (byte >= ' ' && byte != 0x7f);
                              }),
          "a text has no control characters but its own");
  const auto part = std::make_unique<char[]>(size);  // not NULL, of whatever size
  require(cttimeout_snprintf(part.get(), size, t) == length, "a text's length is that of all");
  require(size == 0 || text.substr(0, size - 1) == part.get(), "a short buffer has the beginning");
  const int printed = nfct_timeout_snprintf(part.get(), size, t, NFCT_TIMEOUT_O_DEFAULT, 0);
  require(printed == 2 || errno == ENOSPC, "the old function says 2, or that there is no room");
}

/// Both builders make the same request, which is parsed to what it was made from.
void build(const nfct_timeout* t) {
  constexpr std::uint16_t flags = NLM_F_REQUEST | NLM_F_CREATE;
  constexpr std::size_t most_attributes = 144;
  std::vector<char> old(wire::header_size + most_attributes);
  nlmsghdr* header = nfct_timeout_nlmsg_build_hdr(old.data(), IPCTNL_MSG_TIMEOUT_NEW, flags, 7);
  nfct_timeout_nlmsg_build_payload(header, t);
  Contents contents = contents_of(t);
  std::vector<char> request(CTTIMEOUT_REQUEST_MAX);
  const int size =
      cttimeout_build_request(request.data(), request.size(), IPCTNL_MSG_TIMEOUT_NEW, flags, 7, t);
  require((size > 0) == (contents.name && contents.family && contents.protocol),
          "a request needs a name and protocols");
  if (size < 0 || !contents.has_timeouts()) return;
  request.resize(static_cast<std::size_t>(size));
  old.resize(header->nlmsg_len);
  require(request == old, "both builders make the same request");

  const Object again(nfct_timeout_alloc());
  require(nfct_timeout_nlmsg_parse_payload(reinterpret_cast<nlmsghdr*>(request.data()),
                                           again.get()) == 0,
          "a request that was built can be parsed");
  contents.users.reset();  // never sent
  require(contents_of(again.get()) == contents, "a request says what the object does");
}

void call(nfct_timeout* t, const Record& record) {
  const auto& [kind, number, bytes] = record;
  switch (kind % 8) {
    case 0:
      return parse(t, bytes);
    case 1:
      return set_attribute(t, number % 5U, bytes);
    case 2:
      return set_integer(t, number % 5U, read16(bytes, 0));
    case 3:
      return set_timeout(t, number, read32(bytes, 0));
    case 4:
      return unset(t, number % 5U);
    case 5:
      return nfct_timeout_policy_attr_unset(t, number);
    case 6:
      return print(t, read16(bytes, 0) % 1024U);
    default:
      return build(t);
  }
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cttimeout::test;
  const Object object(nfct_timeout_alloc());
  RecordReader records(view_of(data, size));
  while (const auto record = records.next()) call(object.get(), *record);
  build(object.get());
  print(object.get(), size);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace cttimeout::test;
  return mutate_records(data, size, max_size, seed, 0, draw_data);
}
