// What a fuzz target is linked with where there is no engine: runs the inputs that are named.
//
// The last line printed is the input that ends it, so that it can be given to a debugger.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "target.h"

namespace {

using Input = std::vector<std::uint8_t>;

Input read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The file, or every file below the folder.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

void run(const Input& input) {
  (void)LLVMFuzzerTestOneInput(input.data(), input.size());
}

/// Runs all inputs again and again for about that long, and says how fast.
void measure(const std::vector<Input>& inputs, double seconds) {
  std::size_t runs = 0;
  const auto start = std::chrono::steady_clock::now();
  std::chrono::duration<double> elapsed{0};
  while (elapsed.count() < seconds) {
    for (const Input& input : inputs) run(input);
    runs += inputs.size();
    elapsed = std::chrono::steady_clock::now() - start;
  }
  std::cout << runs << " executions, "
            << static_cast<std::size_t>(static_cast<double>(runs) / elapsed.count())
            << " a second\n";
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view seconds_option = "--seconds=";
  double seconds = 0;
  std::vector<Input> inputs;
  for (const std::string& argument : std::vector<std::string>(argv + 1, argv + argc)) {
    if (argument.starts_with(seconds_option)) {
      seconds = std::stod(argument.substr(seconds_option.size()));
      continue;
    }
    for (const auto& file : files_of(argument)) {
      std::cout << file.string() << std::endl;
      run(inputs.emplace_back(read(file)));
    }
  }
  if (inputs.empty()) {
    std::cerr << "usage: " << argv[0] << " [--seconds=N] INPUT|FOLDER...\n"
              << "Runs inputs; with --seconds again and again for so long, to measure.\n";
    return 2;
  }
  if (seconds > 0) measure(inputs, seconds);
  return 0;
}
