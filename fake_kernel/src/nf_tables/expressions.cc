// The expressions of rules: checked as far as anything depends on them, and made what GETRULE
// lists.

#include "nf_tables/expressions.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "conntrack/ct_rules.h"
#include "netlink/message_builder.h"
#include "nf_tables/attributes.h"
#include "nft_compat/extensions.h"

namespace cttimeout::fake::nft {

namespace {

/// An expression that the kernel has, and the attributes without which it is EINVAL.
struct Kind {
  std::string_view name;
  std::uint32_t needs = 0;  ///< a bit for each type
  bool has_data = true;     ///< is listed with NFTA_EXPR_DATA, be it empty
};

constexpr std::array kinds{
    Kind{"bitwise", 0b1110},
    Kind{"byteorder", 0b111110},
    Kind{"cmp", 0b1110},
    Kind{"connlimit", 0b10},
    Kind{"counter"},
    Kind{"ct", 0b100},
    Kind{"dup"},
    Kind{"exthdr"},
    Kind{"fib", 0b1110},
    Kind{"fwd"},
    Kind{"hash"},
    Kind{"immediate", 0b110},
    Kind{"last"},
    Kind{"limit", 0b110},
    Kind{"log"},
    Kind{"masq"},
    Kind{"match", 0b1110},
    Kind{"meta", 0b100},
    Kind{"nat"},
    Kind{"notrack", 0, false},
    Kind{"numgen"},
    Kind{"osf"},
    Kind{"payload", 0b11100},
    Kind{"queue"},
    Kind{"quota", 0b10},
    Kind{"range", 0b11110},
    Kind{"redir"},
    Kind{"reject", 0b10},
    Kind{"rt", 0b110},
    Kind{"socket", 0b110},
    Kind{"synproxy"},
    Kind{"target", 0b1110},
    Kind{"tproxy", 0b10},
    Kind{"tunnel", 0b110},
    Kind{"xfrm", 0b111},
};

constexpr std::uint16_t last_type = 15;

Attributes attributes_of(std::span<const std::byte> nest) {
  constexpr std::array<std::uint16_t, last_type + 1> any_size{};
  Attributes attributes(last_type);
  (void)parse_nest(nest, any_size, attributes);
  return attributes;
}

/// The same attributes, and those in them, without the flag of nests: nothing lists it.
Bytes without_nest_flags(std::span<const std::byte> nest) {
  Bytes result(nest.begin(), nest.end());
  for (std::size_t at = 0; result.size() - at >= NLA_HDRLEN;) {
    auto header = load<nlattr>(result.data() + at);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > result.size() - at) break;
    if ((header.nla_type & NLA_F_NESTED) != 0) {
      header.nla_type &= NLA_TYPE_MASK;
      std::memcpy(result.data() + at, &header, sizeof header);
      const std::span<const std::byte> payload(result.data() + at + NLA_HDRLEN,
                                               header.nla_len - std::size_t{NLA_HDRLEN});
      std::ranges::copy(without_nest_flags(payload), result.data() + at + NLA_HDRLEN);
    }
    at += std::min(align4(header.nla_len), result.size() - at);
  }
  return result;
}

Bytes bytes_in(const MessageBuilder& builder) {
  return bytes_of(builder.bytes());
}

/// K-NFT-41: both numbers, given or not.
Bytes listed_counter(const Attributes& data) {
  MessageBuilder listed;
  for (const std::uint16_t type : {NFTA_COUNTER_BYTES, NFTA_COUNTER_PACKETS}) {
    listed.big64(type, data.has(type) ? big64_of(data[type]) : 0);
  }
  return bytes_in(listed);
}

/// K-NFT-41: the operation stands behind the length, given or not.
Bytes listed_bitwise(const Attributes& data) {
  MessageBuilder listed;
  for (const std::uint16_t type : {NFTA_BITWISE_SREG, NFTA_BITWISE_DREG, NFTA_BITWISE_LEN}) {
    listed.attribute(type, data[type]);
  }
  listed.big32(NFTA_BITWISE_OP, data.has(NFTA_BITWISE_OP) ? big32_of(data[NFTA_BITWISE_OP]) : 0);
  for (const std::uint16_t type : {NFTA_BITWISE_MASK, NFTA_BITWISE_XOR, NFTA_BITWISE_DATA}) {
    if (data.has(type)) listed.attribute(type, without_nest_flags(data[type]));
  }
  return bytes_in(listed);
}

/// K-NFT-41: the data of a match or target fill words of 8 bytes; `shown` of them are copied back.
Bytes listed_extension(const Attributes& data, std::size_t shown) {
  Bytes info = bytes_of(data[NFTA_TARGET_INFO]);
  if (shown < info.size()) {
    std::fill(info.begin() + static_cast<std::ptrdiff_t>(shown), info.end(), std::byte{0});
  }
  info.resize((info.size() + 7) & ~std::size_t{7});
  MessageBuilder listed;
  listed.text(NFTA_TARGET_NAME, text_of(data[NFTA_TARGET_NAME]));
  listed.attribute(NFTA_TARGET_REV, data[NFTA_TARGET_REV]);
  listed.attribute(NFTA_TARGET_INFO, info);
  return bytes_in(listed);
}

/// What NFTA_RULE_COMPAT says of a rule's protocol.
struct RuleProtocol {
  std::uint16_t number = 0;
  bool inverted = false;
};

// nft_parse_compat
SyscallResult<RuleProtocol> protocol_of(const ParsedRequest& request) {
  if (!request.attributes.has(NFTA_RULE_COMPAT)) return RuleProtocol{};
  constexpr std::array<std::uint16_t, NFTA_RULE_COMPAT_MAX + 1> sizes{0, 4, 4};
  Attributes nested(NFTA_RULE_COMPAT_MAX);
  const int error = parse_nest(request.attributes[NFTA_RULE_COMPAT], sizes, nested);
  if (error != 0) return tl::unexpected(error);
  if (!nested.has(NFTA_RULE_COMPAT_PROTO) || !nested.has(NFTA_RULE_COMPAT_FLAGS)) {
    return tl::unexpected(EINVAL);
  }
  const std::uint32_t flags = big32_of(nested[NFTA_RULE_COMPAT_FLAGS]);
  const std::uint32_t number = big32_of(nested[NFTA_RULE_COMPAT_PROTO]);
  constexpr std::uint32_t inverted = 2;
  if ((flags & ~inverted) != 0 || number > 0xffff) return tl::unexpected(EINVAL);
  return RuleProtocol{static_cast<std::uint16_t>(number), flags == inverted};
}

}  // namespace

int ExpressionReader::read(std::span<const std::byte> element, Expression& expression) const {
  const Attributes parts = attributes_of(element);
  if (!parts.has(NFTA_EXPR_NAME)) return EINVAL;
  expression.name = text_of(parts[NFTA_EXPR_NAME]);
  const auto* const kind = std::ranges::find(kinds, expression.name, &Kind::name);
  if (kind == kinds.end()) return ENOENT;
  const auto data =
      parts.has(NFTA_EXPR_DATA) ? parts[NFTA_EXPR_DATA] : std::span<const std::byte>();
  const Attributes attributes = attributes_of(data);
  for (unsigned type = 1; type <= last_type; ++type) {
    if ((kind->needs >> type & 1U) != 0 && !attributes.has(type)) return EINVAL;
  }
  expression.data = without_nest_flags(data);
  if (expression.name == "counter") expression.data = listed_counter(attributes);
  if (expression.name == "bitwise") expression.data = listed_bitwise(attributes);
  if (expression.name == "immediate") return read_immediate(attributes, expression);
  if (expression.name == "match") return read_extension(attributes, false, expression);
  if (expression.name == "target") return read_extension(attributes, true, expression);
  return 0;
}

// nft_immediate_init, nft_verdict_init
int ExpressionReader::read_immediate(const Attributes& data, Expression& expression) const {
  const Attributes value = attributes_of(data[NFTA_IMMEDIATE_DATA]);
  if (!value.has(NFTA_DATA_VERDICT)) return value.has(NFTA_DATA_VALUE) ? 0 : EINVAL;
  const Attributes verdict = attributes_of(value[NFTA_DATA_VERDICT]);
  if (!verdict.has(NFTA_VERDICT_CODE)) return EINVAL;
  switch (static_cast<int>(big32_of(verdict[NFTA_VERDICT_CODE]))) {
    case NFT_JUMP:
    case NFT_GOTO:
      break;
    case NFT_CONTINUE:
    case NFT_BREAK:
    case NFT_RETURN:
      return 0;
    default: {
      const unsigned code = big32_of(verdict[NFTA_VERDICT_CODE]) & NF_VERDICT_MASK;
      return code == NF_ACCEPT || code == NF_DROP || code == NF_QUEUE ? 0 : EINVAL;
    }
  }
  if (!verdict.has(NFTA_VERDICT_CHAIN)) return EINVAL;
  const std::string_view name = text_of(verdict[NFTA_VERDICT_CHAIN]);
  const auto chain =
      find_pointed(table_.chains, [&](const Chain& other) { return other.name == name; });
  if (chain == table_.chains.end()) return ENOENT;
  if ((*chain)->hook) return EOPNOTSUPP;
  expression.jump = (*chain)->handle;
  return 0;
}

// nft_match_init, nft_target_init
int ExpressionReader::read_extension(const Attributes& data, bool is_target,
                                     Expression& expression) const {
  const std::string_view name = text_of(data[NFTA_TARGET_NAME]);
  const std::uint32_t revision = big32_of(data[NFTA_TARGET_REV]);
  const Extension* const found = find_extension(name, is_target, table_.family);
  if (found == nullptr || revision > 7) return ENOENT;
  if ((found->revisions(table_.family) >> revision & 1U) == 0) return ENOENT;
  const auto protocol = protocol_of(request_);
  if (!protocol) return protocol.error();
  const bool suits = found->protocol == protocol->number && !protocol->inverted;
  if (found->protocol != 0 && !suits) return EINVAL;
  const bool is_ct = is_target && name == "CT";
  // K-NFT-51: of a CT target what is before the fifth letter of the policy's name.
  constexpr std::size_t shown_of_ct = 32;
  expression.data = listed_extension(data, is_ct ? shown_of_ct : data[NFTA_TARGET_INFO].size());
  if (!is_ct) return 0;
  return read_ct_target(data[NFTA_TARGET_INFO], revision, protocol->number, protocol->inverted,
                        expression);
}

// xt_ct_tg_check (K-NFT-50)
int ExpressionReader::read_ct_target(std::span<const std::byte> info, unsigned revision,
                                     std::uint16_t protocol, bool is_inverted,
                                     Expression& expression) const {
  constexpr std::size_t helper_at = 12;
  constexpr std::size_t timeout_at = 28;
  if (info.size() != (revision == 0 ? 40U : 72U) || table_.name != "raw") return EINVAL;
  const auto flags = load<std::uint16_t>(info.data());
  if ((flags & (revision == 2 ? ~0x1fU : ~1U)) != 0) return EINVAL;
  if ((flags & 1U) != 0) return 0;                     // NOTRACK
  if (info[helper_at] != std::byte{0}) return ENOENT;  // there are no helpers
  if (revision == 0 || info[timeout_at] == std::byte{0}) return 0;
  const std::string_view timeout = text_of(info.subspan(timeout_at, CTNL_TIMEOUT_NAME_MAX));
  const auto number = is_inverted ? std::uint8_t{0} : static_cast<std::uint8_t>(protocol);
  auto target = CtRules::judge(timeout, table_.family, number, net_, policies_);
  if (!target) return target.error();
  expression.timeout = std::make_shared<PolicyHold>(std::move(target->policy), net_);
  return 0;
}

Bytes with_chain_name(std::span<const std::byte> data, std::string_view name) {
  const Attributes attributes = attributes_of(data);
  const Attributes value = attributes_of(attributes[NFTA_IMMEDIATE_DATA]);
  const Attributes verdict = attributes_of(value[NFTA_DATA_VERDICT]);
  MessageBuilder listed;
  listed.attribute(NFTA_IMMEDIATE_DREG, attributes[NFTA_IMMEDIATE_DREG]);
  const std::size_t data_nest = listed.begin_nest(NFTA_IMMEDIATE_DATA);
  const std::size_t verdict_nest = listed.begin_nest(NFTA_DATA_VERDICT);
  listed.attribute(NFTA_VERDICT_CODE, verdict[NFTA_VERDICT_CODE]);
  listed.text(NFTA_VERDICT_CHAIN, name);
  listed.end_nest(verdict_nest);
  listed.end_nest(data_nest);
  return bytes_in(listed);
}

namespace {

/// Whether more than `depth` chains are entered from this one.
bool enters_more(const Table& table, const Chain& chain, unsigned depth) {
  for (const auto& rule : chain.rules) {
    for (const Expression& expression : rule->expressions) {
      if (expression.jump == 0) continue;
      if (depth == 0) return true;
      const auto next = find_pointed(
          table.chains, [&](const Chain& other) { return other.handle == expression.jump; });
      if (enters_more(table, **next, depth - 1)) return true;
    }
  }
  return false;
}

}  // namespace

bool is_too_deep(const Table& table) {
  constexpr unsigned jump_stack_size = 16;
  return std::ranges::any_of(table.chains, [&](const auto& chain) {
    return chain->hook && enters_more(table, *chain, jump_stack_size - 1);
  });
}

}  // namespace cttimeout::fake::nft
