// Whole programs as contestants: nfct, a process for each policy, and nft, many in one file.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "contestant.h"
#include "cttimeout/format.h"

extern char** environ;

namespace cttimeout::bench {
namespace {

/// Runs a program found in PATH; true if it ended with status 0.
bool run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  int status = -1;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) {
    return false;
  }
  return waitpid(child, &status, 0) == child && status == 0;
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// nfct takes the words of our text form as they are.
class Nfct final : public Contestant {
 public:
  bool add(std::span<const Policy> policies) override {
    return std::ranges::all_of(policies, [](const Policy& policy) {
      std::vector<std::string> words = words_of(to_line(policy));
      words.insert(words.begin(), {"nfct", "add", "timeout"});
      return run(words);
    });
  }
  bool remove(std::span<const Policy> policies) override {
    return std::ranges::all_of(policies, [](const Policy& policy) {
      return run({"nfct", "delete", "timeout", std::string(policy.name.view())});
    });
  }
};

/// nft's objects of type `ct timeout`: the same timeouts, kept in a table of nft's own.
class Nft final : public Contestant {
 public:
  Nft() { (void)feed("add table ip bench\n"); }
  ~Nft() override { (void)feed("delete table ip bench\n"); }

  bool add(std::span<const Policy> policies) override {
    std::string text = "table ip bench {\n";
    for (const Policy& policy : policies) text += object(policy);
    return feed(text + "}\n");
  }
  bool remove(std::span<const Policy> policies) override {
    std::string text;
    for (const Policy& policy : policies) {
      text.append("delete ct timeout ip bench ").append(policy.name.view()).append("\n");
    }
    return feed(text);
  }

  [[nodiscard]] std::optional<bool> holds(std::span<const Policy> policies) override {
    const std::string listing = list();
    return std::ranges::all_of(policies, [&](const Policy& policy) {
      return listing.find(object(policy)) != std::string::npos;
    });
  }

 private:
  static std::string object(const Policy& policy) {
    std::string text = "\tct timeout ";
    text.append(policy.name.view()).append(" {\n\t\tprotocol tcp\n\t\tl3proto ip\n\t\tpolicy = {");
    const char* separator = " ";
    std::vector<std::string> words = words_of(to_line(policy));
    for (std::size_t at = 3; at + 1 < words.size(); at += 2) {
      text +=
          separator + (words[at] == "unacknowledged" ? "unack" : words[at]) + " : " + words[at + 1];
      separator = ", ";
    }
    return text + " }\n\t}\n";
  }

  static bool feed(const std::string& text) {
    FILE* nft = popen("nft -f -", "w");
    if (nft == nullptr) return false;
    std::fwrite(text.data(), 1, text.size(), nft);
    return pclose(nft) == 0;
  }

  static std::string list() {
    std::string text;
    FILE* nft = popen("nft list table ip bench", "r");
    if (nft == nullptr) return text;
    std::array<char, 4096> part;
    while (const std::size_t size = std::fread(part.data(), 1, part.size(), nft)) {
      text.append(part.data(), size);
    }
    pclose(nft);
    return text;
  }
};

template <class T>
std::unique_ptr<Contestant> make(Transport& /*transport*/) {
  return std::make_unique<T>();
}

const bool entered = enter_contestant("nfct", Reach::own_process, make<Nfct>) &&
                     enter_contestant("nft", Reach::own_process, make<Nft>);

}  // namespace
}  // namespace cttimeout::bench
