// Writes seeds and dictionaries for every fuzz target, from the golden files and the table.
//
// fuzz_corpus FOLDER makes FOLDER/TARGET with one input a file, and FOLDER/TARGET.dict. Those of
// own_parser are datagrams of kernels as they are: seeds for people who fuzz a parser of their own.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "cttimeout/codec.h"
#include "cttimeout/format.h"
#include "dictionary.h"
#include "policy_bytes.h"
#include "records.h"
#include "support/golden_file.h"
#include "support/golden_text.h"
#include "support/wire.h"

namespace cttimeout::test {
namespace {

namespace fs = std::filesystem;

/// What is alike is written once: the first of each shape, so that the corpus stays small.
class Corpus {
 public:
  explicit Corpus(fs::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& shape, const Bytes& input) {
    if (!shapes_.insert(target + ' ' + shape).second) return;
    fs::create_directories(folder_ / target);
    const fs::path path = folder_ / target / std::to_string(++count_);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(input.data()),
               static_cast<std::streamsize>(input.size()));
  }

  void add_dictionary(const std::string& target, const std::string& text) {
    std::ofstream(folder_ / (target + ".dict")) << text;
  }

  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  fs::path folder_;
  std::set<std::string> shapes_;
  std::size_t count_ = 0;
};

/// The last word of a send or of what was received: its bytes.
Bytes bytes_at_end(const std::string& text) {
  const auto words = split(text);
  return words.empty() ? Bytes{} : bytes_of(words.back()).value_or(Bytes{});
}

/// What tells a message apart from others: type, flags, errno, the types of its attributes.
std::string shape_of(View message) {
  const std::uint16_t type = read16(message, 4);
  std::string shape = std::to_string(type) + ' ' + std::to_string(read16(message, 6));
  if (type != type_error) {
    if (const auto policy = decode_policy(message)) {
      return shape + " of " + std::to_string(policy->protocol);
    }
    const auto defaults = decode_default(message);
    return defaults ? shape + " of " + std::to_string(defaults->protocol) : shape;
  }
  const auto ack = decode_ack(message);
  shape += ' ' + std::to_string(read32(message, header_size)) + ' ' +
           std::to_string(read16(message, payload_offset + 4));
  return ack ? shape + std::string(ack->text.view()) : shape;
}

void add_message(Corpus& corpus, View message) {
  const std::string shape = shape_of(message);
  const Bytes bytes(message.begin(), message.end());
  const bool is_ack = read16(message, 4) == type_error;
  corpus.add(is_ack ? "decode_ack" : "decode_reply", shape, bytes);
  constexpr std::uint8_t forged = 2;  // of client_exchange
  constexpr std::uint8_t parse = 0;   // of c_interface
  constexpr std::uint8_t operations = 9;
  for (std::uint8_t operation = 0; operation < operations; ++operation) {
    const bool wanted = is_ack ? operation == message.size() / 4 % operations : operation % 4 > 1;
    if (!wanted) continue;
    corpus.add("client_exchange", shape + std::to_string(operation),
               join({byte(operation), record(forged, 0, bytes), record(0, 0, {})}));
  }
  if (!is_ack) corpus.add("c_interface", shape, record(parse, 0, bytes));
  if (const auto policy = decode_policy(message)) {
    corpus.add("round_trip", shape, join({byte(3), bytes_of(*policy)}));
    corpus.add("text_forms", shape, characters(to_line(*policy)));
  }
}

void add_replies(Corpus& corpus, View datagram) {
  constexpr std::size_t longest = 2048;
  if (datagram.size() < header_size || datagram.size() > longest) return;
  const std::size_t size = read32(datagram, 0);
  if (size < header_size || size > datagram.size()) return;
  corpus.add("own_parser", shape_of(datagram.first(size)) + (size < datagram.size() ? "+" : ""),
             Bytes(datagram.begin(), datagram.end()));
  add_message(corpus, datagram.first(size));
}

/// The requests of a golden file become one script for the fake kernel.
void add_golden(Corpus& corpus, const Steps& steps) {
  constexpr std::size_t longest = 768;
  constexpr std::uint8_t linux_6_18_profile = 3;
  Bytes script = byte(linux_6_18_profile);
  for (const Step& step : steps) {
    if (step.operation.starts_with("send")) {
      script = join({script, record(0, 0, bytes_at_end(step.operation))});
    } else if (step.operation.starts_with("recv") &&
               step.result.find("from 0:0") != step.result.npos) {
      add_replies(corpus, bytes_at_end(step.result));
    }
  }
  if (script.size() <= longest) corpus.add("fake_kernel", to_hex(script), script);
}

/// The packets of recorded sequences, one sequence of each kind: alone, and as a life of conntrack.
bool add_sequences(Corpus& corpus, const fs::path& recording) {
  using Json = nlohmann::json;
  constexpr std::uint8_t linux_6_18_profile = 3;
  constexpr std::uint8_t packet = 0;
  constexpr std::uint8_t advance = 2;
  std::ifstream file(recording);
  for (std::string line; std::getline(file, line);) {
    const Json sequence = Json::parse(line, nullptr, false);
    if (!sequence.contains("steps")) continue;
    const std::string name = sequence["name"];
    Bytes script = byte(linux_6_18_profile);
    for (const Json& step : sequence["steps"]) {
      if (!step.contains("bytes")) {
        script = join({script, record(advance, 11, {})});
        continue;
      }
      const Bytes bytes = hex(step["bytes"].get<std::string>());
      script = join({script, record(packet, 0, bytes)});
      corpus.add("parse_packet", std::to_string(bytes.size()) + to_hex(View(bytes).subspan(0, 10)),
                 join({byte(linux_6_18_profile), bytes}));
    }
    corpus.add("flows", name.substr(0, name.find_last_of(' ')), script);
  }
  return file.eof();
}

int write(const fs::path& folder) {
  Corpus corpus(folder);
  std::set<fs::path> goldens;
  for (const auto& entry : fs::recursive_directory_iterator(GOLDEN_DIR)) {
    if (entry.path().extension() == ".golden") goldens.insert(entry.path());
  }
  for (const fs::path& path : goldens) {
    const auto steps = read_golden(path);
    if (!steps) {
      std::cerr << steps.error() << '\n';
      return 1;
    }
    add_golden(corpus, *steps);
  }
  if (!add_sequences(corpus, fs::path(GOLDEN_DIR) / "flows/linux-6.18.jsonl")) return 1;
  for (const char* target : {"c_interface", "decode_reply", "decode_ack", "client_exchange",
                             "fake_kernel", "round_trip", "own_parser", "flows", "parse_packet"}) {
    corpus.add_dictionary(target, netlink_dictionary());
  }
  corpus.add_dictionary("text_forms", text_dictionary());
  std::cout << corpus.size() << " seeds of " << goldens.size() << " golden files in "
            << folder.string() << '\n';
  return corpus.size() == 0 ? 1 : 0;
}

}  // namespace
}  // namespace cttimeout::test

int main(int argc, char** argv) {
  if (argc == 2) return cttimeout::test::write(argv[1]);
  std::cerr << "usage: " << argv[0] << " FOLDER\nWrites seeds and dictionaries below FOLDER.\n";
  return 2;
}
