// Values that end where the memory of the program ends: no byte behind them is read.

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "difference.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

using namespace std::literals;

/// Memory in front of a page that nobody may touch.
class MemoryEnd {
 public:
  MemoryEnd() {
    void* memory =
        mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<char*>(memory);
    mprotect(memory_ + page_, page_, PROT_NONE);
  }
  MemoryEnd(const MemoryEnd&) = delete;
  MemoryEnd& operator=(const MemoryEnd&) = delete;
  ~MemoryEnd() { munmap(memory_, 2 * page_); }

  /// A copy of the bytes, the last of which is the last that may be read.
  const char* place(std::string_view bytes) {
    return std::copy_backward(bytes.begin(), bytes.end(), memory_ + page_);
  }

 private:
  std::size_t page_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  char* memory_ = nullptr;
};

class CompatMemoryEnd : public testing::Test {
 protected:
  std::string set(std::uint32_t attribute, std::string_view bytes) {
    const char* const data = end_.place(bytes);
    return returned([&] { return library_.set(object_.get(), attribute, data); });
  }
  std::string name() {
    const char* name = nullptr;
    return library_.get_name(object_.get(), &name) == 0 ? name : "none";
  }

  MemoryEnd end_;
  Library library_ = open_library(OUR_LIBRARY);
  Object object_ = new_object(library_);
};

TEST_F(CompatMemoryEnd, ANameIsReadToItsNul) {
  for (std::size_t size = 0; size <= 31; ++size) {
    const std::string text(size, 'n');
    EXPECT_EQ(set(NFCT_TIMEOUT_ATTR_NAME, text + '\0'), "0") << size;
    EXPECT_EQ(name(), text);
  }
}

TEST_F(CompatMemoryEnd, ANameWithoutANulIsRefusedAfter32Bytes) {
  for (std::size_t size = 32; size <= 40; ++size) {
    ASSERT_EQ(set(NFCT_TIMEOUT_ATTR_NAME, "web"s + '\0'), "0");
    EXPECT_EQ(set(NFCT_TIMEOUT_ATTR_NAME, std::string(size, 'n')), "-1 ENAMETOOLONG") << size;
    EXPECT_EQ(name(), "none");
  }
}

TEST_F(CompatMemoryEnd, ANumberIsReadInItsOwnSize) {
  EXPECT_EQ(set(NFCT_TIMEOUT_ATTR_L3PROTO, "\x02\x00"sv), "0");
  EXPECT_EQ(set(NFCT_TIMEOUT_ATTR_L4PROTO, "\x06"), "0");
}

}  // namespace
}  // namespace cttimeout::test
