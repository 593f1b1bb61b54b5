// What the kernel may hold, as far as its clients can know: a set of states for each name.
#include "simulation/model.h"

#include <algorithm>
#include <cerrno>

namespace cttimeout::test {

namespace {

/// What a request makes of one state: what may follow, or the errno that leaves it as it is.
template <class State>
struct Effect {
  int error = 0;
  std::vector<State> after = {};
};

bool excused(const Error& error, const Weather& weather) {
  switch (error.code) {
    case EPERM:
      return !weather.capable;
    case ENOMEM:
      return !weather.memory;
    default:
      return false;
  }
}

/// A read may also find no room for its reply.
bool read_excused(const Error& error, const Weather& weather) {
  const bool no_room = error.code == ENOBUFS && !(weather.replies_fit && weather.memory);
  return excused(error, weather) || no_room;
}

/// Whether the kernel refused, as opposed to an outcome that is known for another reason.
bool refused(const Result<void>& result) {
  return !result && result.error().origin == Origin::kernel;
}

std::string text_of(const Result<void>& result) {
  return result ? "success" : to_string(result.error());
}

template <class State>
void insert(std::vector<State>& states, const State& state) {
  if (std::ranges::find(states, state) == states.end()) states.push_back(state);
}

/// Leaves what may be after a request that has `effect` ended with `result`.
template <class State>
Complaint settle(std::vector<State>& states, const Result<void>& result, const Weather& weather,
                 auto&& effect) {
  std::vector<State> possible;
  const bool may_be_done = weather.capable && (result || !result.error().outcome_known());
  for (const State& state : states) {
    const Effect<State> made = effect(state);
    if (may_be_done && made.error == 0) {
      for (const State& after : made.after) insert(possible, after);
    }
    if (result) continue;
    const bool fits = !refused(result) || excused(result.error(), weather) ||
                      (weather.capable && made.error == result.error().code);
    if (fits) insert(possible, state);
  }
  if (possible.empty()) return "no possible state allows " + text_of(result);
  states = std::move(possible);
  return "";
}

Complaint with_name(const Name& name, Complaint complaint) {
  return complaint.empty() ? "" : std::string(name.view()) + ": " + complaint;
}

/// udp and udplite share their defaults.
std::uint8_t storage_of(std::uint8_t protocol) {
  return protocol == IPPROTO_UDPLITE ? std::uint8_t{IPPROTO_UDP} : protocol;
}

Timeouts over(Timeouts below, const Timeouts& above) {
  for (std::size_t slot = 1; slot <= max_slots; ++slot) {
    if (const auto timeout = above.get(slot)) below.set(slot, *timeout);
  }
  return below;
}

/// Whether that state is what a change asks for.
bool holds(const std::optional<Policy>& state, const Change& change) {
  const auto& [kind, policy] = change;
  if (kind == Change::Kind::remove || !state) return kind == Change::Kind::remove && !state;
  return state->family == policy.family && state->protocol == policy.protocol &&
         over(state->timeouts, policy.timeouts) == state->timeouts;
}

}  // namespace

Model::Model(const KernelProfile& profile, std::span<const Name> names) : profile_(profile) {
  for (const Name& name : names) cells_[std::string(name.view())];
  for (const Protocol& protocol : protocols) {
    Timeouts timeouts;
    for (const Slot& slot : protocol.slots) timeouts.set_raw(slot.number, slot.default_s);
    defaults_[protocol.number] = {timeouts};
  }
}

const Protocol* Model::tracker(std::uint8_t number) const {
  return find_protocol(number, profile_.version);
}

std::vector<Timeouts>& Model::defaults(std::uint8_t protocol) {
  return defaults_.at(storage_of(protocol));
}

Model::States Model::filled(const Policy& policy) {
  States states;
  for (const Timeouts& base : defaults(policy.protocol)) {
    Policy full = policy;
    full.timeouts = over(base, policy.timeouts);
    states.emplace_back(full);
  }
  return states;
}

Complaint Model::add(const Policy& policy, const Result<void>& result, const Weather& weather) {
  Cell& cell = cells_.find(policy.name.view())->second;
  return with_name(policy.name, settle(cell.states, result, weather, [&](const State& state) {
                     if (state) return Effect<State>{EEXIST};
                     if (tracker(policy.protocol) == nullptr) return Effect<State>{EOPNOTSUPP};
                     return Effect<State>{0, filled(policy)};
                   }));
}

Complaint Model::replace(const Policy& policy, const Result<void>& result, const Weather& weather) {
  Cell& cell = cells_.find(policy.name.view())->second;
  return with_name(policy.name, settle(cell.states, result, weather, [&](const State& state) {
                     const bool other = state && (state->family != policy.family ||
                                                  state->protocol != policy.protocol);
                     if (other) return Effect<State>{EINVAL};
                     if (tracker(policy.protocol) == nullptr) return Effect<State>{EOPNOTSUPP};
                     return Effect<State>{0, filled(policy)};
                   }));
}

Complaint Model::remove(const Name& name, const Result<void>& result, const Weather& weather) {
  Cell& cell = cells_.find(name.view())->second;
  return with_name(name, settle(cell.states, result, weather, [&](const State& state) {
                     if (!state) return Effect<State>{ENOENT};
                     if (cell.rules != 0) return Effect<State>{EBUSY};
                     return Effect<State>{0, {std::nullopt}};
                   }));
}

Complaint Model::flush(const Result<void>& result, const Weather& weather) {
  for (auto& [name, cell] : cells_) {
    const bool held = cell.rules != 0;
    Complaint complaint = settle(cell.states, result, weather, [held](const State& state) {
      return Effect<State>{0, {held ? state : std::nullopt}};
    });
    if (!complaint.empty()) return with_name(name, std::move(complaint));
  }
  return "";
}

/// Leaves the states in which a read gives `policy`, or finds none.
Complaint Model::read(const Name& name, const InstalledPolicy* policy) {
  const auto found = cells_.find(name.view());
  if (found == cells_.end()) return with_name(name, "nobody created it");
  Cell& cell = found->second;
  std::erase_if(cell.states, [policy](const State& state) {
    return state.has_value() != (policy != nullptr) || (state && *state != Policy(*policy));
  });
  if (cell.states.empty()) {
    return with_name(name, policy == nullptr ? "it is not there" : "it is another one");
  }
  if (policy != nullptr && policy->users != 1 + cell.rules) return with_name(name, "wrong users");
  return "";
}

Complaint Model::get(const Name& name, const Result<InstalledPolicy>& result,
                     const Weather& weather) {
  if (result) {
    if (!weather.capable) return with_name(name, "was read without the capability");
    return result->name == name ? read(name, &*result) : with_name(name, "another was read");
  }
  if (result.error().origin != Origin::kernel || read_excused(result.error(), weather)) return "";
  if (weather.capable && result.error().code == ENOENT) return read(name, nullptr);
  return with_name(name, "no reason for " + to_string(result.error()));
}

Complaint Model::list(const Result<void>& result, const std::vector<InstalledPolicy>& listed,
                      const Weather& weather) {
  const auto is_excused = [&](const Error& error) {
    return read_excused(error, weather) || error.code == EBUSY;  // the last one is unfinished
  };
  if (refused(result) && !is_excused(result.error())) {
    return "list: no reason for " + to_string(result.error());
  }
  if (!result || !weather.all_or_noticed) return "";
  if (!weather.capable) return "list: was read without the capability";
  std::map<std::string_view, const InstalledPolicy*> by_name;
  for (const InstalledPolicy& policy : listed) {
    const auto [at, inserted] = by_name.emplace(policy.name.view(), &policy);
    if (!inserted || !cells_.contains(at->first)) return "list: has " + std::string(at->first);
  }
  for (const auto& [name, cell] : cells_) {
    const auto found = by_name.find(name);
    Complaint complaint = read(name, found == by_name.end() ? nullptr : found->second);
    if (!complaint.empty()) return "list: " + complaint;
  }
  return "";
}

Complaint Model::set_default(std::uint8_t protocol, const Timeouts& timeouts,
                             const Result<void>& result, const Weather& weather) {
  std::vector<Timeouts> none{Timeouts{}};
  const bool tracked = tracker(protocol) != nullptr;
  return settle(tracked ? defaults(protocol) : none, result, weather, [&](const Timeouts& was) {
    return tracked ? Effect<Timeouts>{0, {over(was, timeouts)}} : Effect<Timeouts>{EOPNOTSUPP};
  });
}

Complaint Model::get_default(std::uint8_t protocol, const Result<Timeouts>& result,
                             const Weather& weather) {
  const bool tracked = tracker(protocol) != nullptr;
  if (!result) {
    const Error& error = result.error();
    const bool expected = weather.capable && !tracked && error.code == EOPNOTSUPP;
    if (error.origin != Origin::kernel || read_excused(error, weather) || expected) return "";
    return "get_default: no reason for " + to_string(error);
  }
  if (!weather.capable || !tracked) return "get_default: should have been refused";
  std::vector<Timeouts>& possible = defaults(protocol);
  std::erase_if(possible, [&](const Timeouts& timeouts) { return timeouts != *result; });
  return possible.empty() ? "get_default: such values were never set" : "";
}

Complaint Model::change(const Change& change, const Result<void>& told, const Weather& weather) {
  // What was looked for in a list that may lack a part is as unknown as ever.
  const bool misled = !told && told.error().what == Errc::reply_lost && !weather.all_or_noticed;
  const Result<void> result =
      misled ? tl::unexpected(Error{.origin = Origin::transport, .what = Errc::timed_out}) : told;
  const auto& [kind, policy] = change;
  const Name& name = policy.name;
  States& states = cells_.find(name.view())->second.states;
  States as_asked;
  if (result) {
    // A lost refusal cannot be told from success; then nothing is known.
    std::ranges::copy_if(states, std::back_inserter(as_asked), [&](const State& state) {
      return !weather.all_or_noticed || holds(state, change);
    });
  }
  Complaint complaint = kind == Change::Kind::add       ? add(policy, result, weather)
                        : kind == Change::Kind::replace ? replace(policy, result, weather)
                                                        : remove(name, result, weather);
  if (as_asked.empty()) return complaint;
  if (!complaint.empty()) states.clear();
  for (const State& state : as_asked) insert(states, state);
  return "";
}

Complaint Model::hold(const Name& name, bool held) {
  Cell& cell = cells_.find(name.view())->second;
  std::erase_if(cell.states, [held](const State& state) { return state.has_value() != held; });
  if (held) ++cell.rules;
  return cell.states.empty() ? with_name(name, "a rule found it otherwise") : "";
}

void Model::release(const Name& name) {
  --cells_.find(name.view())->second.rules;
}

Complaint Model::give(const Name& name, std::uint8_t protocol, int error) {
  Cell& cell = cells_.find(name.view())->second;
  std::erase_if(cell.states, [&](const State& state) {
    if (!state) return error != ENOENT;
    const bool fits = state->protocol == protocol && state->family == Family::ipv4;
    return error != (fits ? 0 : EINVAL);
  });
  if (error == 0) {
    ++cell.rules;
    ++cell.givers;
  }
  return cell.states.empty() ? with_name(name, "a rule of flows found it otherwise") : "";
}

void Model::take_back(const Name& name) {
  --cells_.find(name.view())->second.givers;
  release(name);
}

Complaint Model::flow(const Name& name, const Flow& flow) {
  Cell& cell = cells_.find(name.view())->second;
  const bool has_policy = cell.givers != 0;
  if (flow.policy.has_value() != has_policy || (has_policy && *flow.policy != name.view())) {
    return with_name(name, "a flow has the policy " + flow.policy.value_or("of nobody"));
  }
  const auto differs = [&](const Timeouts& timeouts) {
    return timeouts.get(CTA_TIMEOUT_UDP_UNREPLIED) != flow.remaining;
  };
  if (!has_policy) {
    std::vector<Timeouts>& possible = defaults(flow.original.protocol);
    std::erase_if(possible, differs);
    return possible.empty() ? "no possible default gives a flow its timeout" : "";
  }
  std::erase_if(cell.states,
                [&](const State& state) { return !state || differs(state->timeouts); });
  return cell.states.empty() ? with_name(name, "no possible policy gives a flow its timeout") : "";
}

std::size_t Model::widest() const {
  std::size_t widest = 0;
  for (const auto& [name, cell] : cells_) widest = std::max(widest, cell.states.size());
  for (const auto& [protocol, timeouts] : defaults_) widest = std::max(widest, timeouts.size());
  return widest;
}

}  // namespace cttimeout::test
