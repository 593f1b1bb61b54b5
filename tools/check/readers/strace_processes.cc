// Which process of a trace holds which socket by which descriptor.
#include "check/readers/strace_processes.h"

#include <algorithm>

namespace cttimeout::tools::check {

void Processes::hold(const Held& held) {
  if (!held.socket) return;
  if (holders_.size() <= *held.socket) holders_.resize(*held.socket + 1);
  ++holders_[*held.socket];
}

void Processes::release(const Held& held) {
  if (held.socket && --holders_[*held.socket] == 0) closed_.push_back(*held.socket);
}

void Processes::put(Table& table, DescriptorNumber descriptor, Held held) {
  hold(held);
  const auto [entry, is_new] = table.entries.try_emplace(descriptor, held);
  if (!is_new) release(std::exchange(entry->second, held));
}

bool Processes::affordable(const Table& table) {
  constexpr std::size_t most = 2'000'000;
  looked_at_ += table.entries.size();
  return looked_at_ <= most;
}

Processes::Shared Processes::new_table() const {
  return std::make_shared<Table>(Table{.since = opened_});
}

/// strace names no process while there is only one.
Processes::Shared& Processes::table_without_name() {
  const auto first = tables_.find(first_);
  if (first != tables_.end()) return first->second;
  if (tables_.size() == 1) return tables_.begin()->second;
  return tables_.try_emplace(0, new_table()).first->second;
}

Processes::Shared& Processes::table(ProcessId process) {
  if (process == 0) return table_without_name();
  const auto found = tables_.find(process);
  if (found != tables_.end()) return found->second;
  if (!forking_.empty()) {
    started(process);
    return tables_.at(process);
  }
  auto unnamed = tables_.extract(0);
  if (!unnamed.empty()) {
    first_ = process;
    unnamed.key() = process;
    return tables_.insert(std::move(unnamed)).position->second;
  }
  return tables_.try_emplace(process, new_table()).first->second;
}

void Processes::start(ProcessId parent, ProcessId child, bool shares_files) {
  if (child == 0 || tables_.contains(child)) return;
  const Shared from = table(parent);
  if (shares_files && !one_by_one_) {
    ++from->users;
    tables_.emplace(child, from);
    return;
  }
  const auto copy = new_table();
  if (affordable(*from)) {
    copy->entries = from->entries;
    copy->origin_known = !shares_files;
  }
  for (const auto& [descriptor, held] : copy->entries) hold(held);
  tables_.emplace(child, copy);
}

void Processes::open(ProcessId process, DescriptorNumber descriptor, Held held) {
  const Shared& owner = table(process);
  held.since = ++opened_;
  put(*owner, descriptor, held);
  if (held.socket) last_holders_[descriptor] = owner;
}

void Processes::close(ProcessId process, DescriptorNumber descriptor) {
  put(*table(process), descriptor, {.socket = std::nullopt});
}

void Processes::close_range(ProcessId process, DescriptorNumber first, DescriptorNumber last,
                            bool at_exec) {
  if (!affordable(*table(process))) return;
  std::map<DescriptorNumber, Held>& entries = table(process)->entries;
  const auto end = entries.upper_bound(last);
  for (auto entry = entries.lower_bound(first); entry != end; ++entry) {
    if (at_exec) {
      entry->second.close_on_exec = true;
    } else {
      release(std::exchange(entry->second, {.socket = std::nullopt}));
    }
  }
}

void Processes::close_at_exec(ProcessId process, DescriptorNumber descriptor, bool at_exec) {
  std::map<DescriptorNumber, Held>& entries = table(process)->entries;
  const auto entry = entries.find(descriptor);
  if (entry != entries.end()) entry->second.close_on_exec = at_exec;
}

void Processes::forks(ProcessId parent, bool shares_files) {
  forking_.emplace_back(parent, shares_files);
}

void Processes::forked(ProcessId parent, ProcessId child, bool shares_files) {
  std::erase_if(forking_, [&](const auto& fork) { return fork.first == parent; });
  start(parent, child, shares_files);
}

void Processes::started(ProcessId child) {
  if (forking_.empty()) return;
  const auto [parent, shares_files] = forking_.back();
  forking_.pop_back();
  start(parent, child, shares_files);
}

void Processes::unshare(ProcessId process) {
  Shared& shared = table(process);
  if (shared->users == 1 || !affordable(*shared)) return;
  --shared->users;
  shared = std::make_shared<Table>(Table{
      .entries = shared->entries, .origin_known = shared->origin_known, .since = shared->since});
  for (const auto& [descriptor, held] : shared->entries) hold(held);
}

void Processes::execute(ProcessId process) {
  unshare(process);
  if (!affordable(*table(process))) return;
  // Not all that changes the flag need be in the trace: what is closed is not known any more.
  std::erase_if(table(process)->entries, [&](const auto& entry) {
    if (entry.second.close_on_exec) release(entry.second);
    return entry.second.close_on_exec;
  });
}

void Processes::end(ProcessId process) {
  if (process == 0 && tables_.contains(first_)) process = first_;
  if (process == 0 && !tables_.contains(0) && tables_.size() == 1) process = tables_.begin()->first;
  std::erase_if(forking_, [&](const auto& fork) { return fork.first == process; });
  const auto found = tables_.find(process);
  if (found == tables_.end()) return;
  if (--found->second->users == 0) {
    for (const auto& [descriptor, held] : found->second->entries) release(held);
  }
  tables_.erase(found);
}

std::optional<Held> Processes::find(ProcessId process, DescriptorNumber descriptor) {
  const Shared& own = table(process);
  const auto entry = own->entries.find(descriptor);
  if (entry != own->entries.end()) return entry->second;
  if (own->origin_known) return std::nullopt;
  const auto last = last_holders_.find(descriptor);
  const Shared other = last == last_holders_.end() ? nullptr : last->second.lock();
  if (other == nullptr || other == own) return std::nullopt;
  const auto inherited = other->entries.find(descriptor);
  if (inherited == other->entries.end() || !inherited->second.socket) return std::nullopt;
  if (inherited->second.since > own->since) return std::nullopt;
  return inherited->second;
}

}  // namespace cttimeout::tools::check
