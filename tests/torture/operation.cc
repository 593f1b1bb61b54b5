// The operations of Client, in a form in which each can be failed at every step.
#include "torture/operation.h"

#include <stdexcept>

#include "cttimeout/format.h"

namespace cttimeout::test {

namespace {

using std::chrono_literals::operator""s;

const Policy web{.name = "web", .protocol = IPPROTO_UDP, .timeouts = {{1, 5s}, {2, 6s}}};
const Policy ssh{.name = "ssh", .protocol = IPPROTO_TCP, .timeouts = {{3, 7s}}};
constexpr int others = 40;

std::string text_of(const InstalledPolicy& policy) {
  return to_line(policy) + " users " + std::to_string(policy.users);
}

std::string text_of(const Timeouts& timeouts) {
  return to_line({.name = "default", .protocol = IPPROTO_UDP, .timeouts = timeouts});
}

template <class T>
Outcome outcome(const Result<T>& result) {
  return {.results = {result.map([](const auto&...) {})}, .read = result ? text_of(*result) : ""};
}
Outcome outcome(const Result<void>& result) {
  return {.results = {result}};
}

Outcome list(Client& client) {
  std::string read;
  const Result<void> listed =
      client.list([&read](const InstalledPolicy& policy) { read += text_of(policy) + '\n'; });
  return {.results = {listed}, .read = listed ? read : ""};
}

Outcome apply(Client& client, const std::vector<Change>& changes) {
  Outcome outcome;
  client.apply(changes, [&outcome](std::size_t, const Result<void>& result) {
    outcome.results.push_back(result);
  });
  return outcome;
}

Policy replaced(Policy policy) {
  policy.timeouts.set(1, 77s);
  return policy;
}

void require(const Result<void>& result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
}

/// The part of a state that a result speaks of.
State part(const State& state, const std::string& subject) {
  if (subject.empty()) return state;
  const auto found = state.find(subject);
  return found == state.end() ? State{} : State{*found};
}

}  // namespace

State read_state(Client& client) {
  State state;
  require(client.list([&state](const InstalledPolicy& policy) {
    state.emplace(policy.name.view(), text_of(policy));
  }));
  require(client.get_default(IPPROTO_UDP).map([&state](const Timeouts& timeouts) {
    state.emplace("default udp", text_of(timeouts));
  }));
  return state;
}

void populate(Client& client) {
  for (int i = 0; i < others; ++i) {
    require(client.add({.name = "p" + std::to_string(i), .protocol = IPPROTO_TCP}));
  }
  require(client.add(web));
}

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"add", {"ssh"}, [](Client& client) { return outcome(client.add(ssh)); }},
      {"add_taken", {"web"}, [](Client& client) { return outcome(client.add(web)); }},
      {"replace", {"web"}, [](Client& client) { return outcome(client.replace(replaced(web))); }},
      {"replace_new", {"ssh"}, [](Client& client) { return outcome(client.replace(ssh)); }},
      {"get", {""}, [](Client& client) { return outcome(client.get("web")); }},
      {"get_none", {""}, [](Client& client) { return outcome(client.get("none")); }},
      {"list", {""}, list},
      {"remove", {"web"}, [](Client& client) { return outcome(client.remove("web")); }},
      {"remove_none", {""}, [](Client& client) { return outcome(client.remove("none")); }},
      {"flush", {""}, [](Client& client) { return outcome(client.flush()); }},
      {"get_default",
       {""},
       [](Client& client) { return outcome(client.get_default(IPPROTO_UDP)); }},
      {"set_default",
       {"default udp"},
       [](Client& client) {
         return outcome(client.set_default(IPPROTO_UDP, {{1, 9s}}));
       }},
      {"apply",
       {"ssh", "web", "p0", "p1", "none"},
       [](Client& client) {
         using enum Change::Kind;
         return apply(client, {{add, ssh},
                               {replace, replaced(web)},
                               {remove, {.name = "p0"}},
                               {add, {.name = "p1", .protocol = IPPROTO_UDP}},  // taken
                               {remove, {.name = "none"}}});
       }},
  };
  return all;
}

std::string lie(const Operation& operation, const std::vector<Result<void>>& results,
                const State& before, const State& after, const State& now) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string& subject = operation.subjects[i];
    const State is = part(now, subject);
    const bool as_before = is == part(before, subject);
    const bool as_after = is == part(after, subject);
    if (results[i] && !as_after) return subject + ": succeeded, but it did not happen";
    if (results[i] || as_before) continue;
    const std::string text = to_string(results[i].error());
    if (results[i].error().outcome_known()) return subject + ": it happened, in spite of " + text;
    if (!as_after) return subject + ": neither as before nor as after, with " + text;
  }
  return "";
}

}  // namespace cttimeout::test
