// Byte literals as people write them in C, Go, Rust and Python, and how others are refused.
#include <gtest/gtest.h>

#include "check/readers/capture.h"
#include "paste_bytes.h"

namespace cttimeout::tools::check {
namespace {

using List = std::vector<test::Bytes>;

struct Literal {
  std::string_view name;
  std::string text;
  List holds = {bad_request()};
};

void PrintTo(const Literal& literal, std::ostream* out) {
  *out << literal.name;
}

std::string hex_of(const test::Bytes& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte >> 4)];
    text += digits[std::to_integer<unsigned>(byte & std::byte{15})];
  }
  return text;
}

/// As C has them between braces, in lines of 8.
std::string numbers(const test::Bytes& bytes, std::string_view suffix = "") {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    text += at % 8 == 0 ? "\n\t" : " ";
    text += "0x" + hex_of({bytes[at]}) + std::string(suffix) + ",";
  }
  return text;
}

std::string decimals(const test::Bytes& bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += std::to_string(std::to_integer<int>(byte)) + ", ";
  return text.substr(0, text.size() - 2);
}

/// Each byte as \x12.
std::string escapes(const test::Bytes& bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += "\\x" + hex_of({byte});
  return text;
}

const test::Bytes bad = bad_request();
const std::string hex = hex_of(bad);
const std::string in_c = numbers(bad);
const test::Bytes half(bad.begin(), bad.begin() + 28);
const test::Bytes rest(bad.begin() + 28, bad.end());

const Literal literals[] = {
    {"CArray", "#include <stdint.h>\nstatic const unsigned char request[] = {" + in_c + "\n};\n"},
    {"CArrayWithItsSize", "uint8_t request[56] __attribute__((aligned(4))) = {" + in_c + "};"},
    {"CArrayWithComments", "/* {1, 2} */ char x[] = { // \"a\"\n" + in_c + " /* end */ };"},
    {"CArrayWithCharacters",
     "char x[] = {'8', 0, 0, 0, 0, 8, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1, 0, 'w', "
     "'e', 'b', '\\0', 6, 0, 2, 0, 0, 2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 0, 12, 0, 4, 0x80, 8, 0, 3, 0, "
     "'\\x10', 0xe, 0, 0};"},
    {"CString", "const char request[] = \"" + escapes(bad) + "\";"},
    {"CStrings",
     "const char request[] =\n  \"" + escapes(half) + "\"\n  \"" + escapes(rest) + "\";"},
    {"CStringOfMany",
     "const char *const requests[] = {\"" + escapes(good_request()) + "\", \"" + escapes(bad) +
         "\"};",
     {good_request(), bad}},
    {"COctal",
     "\"8\\0\\0\\0\\0\\010\\5\\6\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\b\\0\\1\\0web\\0\\6\\0\\2\\0"
     "\\0\\2\\0\\0\\5\\0\\3\\0\\6\\0\\0\\0\\f\\0\\4\\200\\b\\0\\3\\0\\20\\16\\0\\0\""},
    {"CTwoDimensions",
     "char x[2][56] = {{" + numbers(good_request()) + "}, {" + in_c + "}};",
     {good_request(), bad}},
    {"GoSlice", "[]byte{" + in_c + "\n}\n"},
    {"GoVariable", "package main\n\nvar request = [56]byte{" + in_c + "}"},
    {"GoString", "request := []byte(\"" + escapes(half) + "\" +\n\t\"" + escapes(rest) + "\")"},
    {"GoStringWithLetters",
     "x := []byte(\"8\\x00\\x00\\x00\\x00\\b\\x05\\x06\\x01\\x00\\x00\\x00"
     "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\b\\x00\\x01\\x00web\\x00"
     "\\x06\\x00\\x02\\x00\\x00\\x02\\x00\\x00\\x05\\x00\\x03\\x00\\x06\\x00"
     "\\x00\\x00\\f\\x00\\x04\\x80\\b\\x00\\x03\\x00\\x10\\x0e\\x00\\x00\")"},
    {"GoHex", "request, err := hex.DecodeString(\"" + hex + "\")"},
    {"GoHexInManyLines", "x := unhex(`\n" + hex.substr(0, 60) + "\n" + hex.substr(60) + "\n`)"},
    {"GoSlices",
     "[][]byte{\n{" + numbers(good_request()) + "},\n{" + in_c + "},\n}",
     {good_request(), bad}},
    {"RustSlice", "let x: &[u8] = &[" + numbers(bad, "u8") + "];"},
    {"RustStatic", "static X: &'static [u8] = &[" + in_c + "];"},
    {"RustArray", "#[rustfmt::skip] const X: [u8; 56] = [" + in_c + "];"},
    {"RustVector", "let x = vec![" + decimals(bad) + "];"},
    {"RustBytes", "let x = b\"" + escapes(bad) + "\";"},
    {"RustHex", "let x = hex!(\"" + hex + "\");"},
    {"PythonBytes",
     R"(msg = b'8\x00\x00\x00\x00\x08\x05\x06\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08)"
     R"(\x00\x01\x00web\x00\x06\x00\x02\x00\x00\x02\x00\x00\x05\x00\x03\x00\x06\x00\x00\x00\x0c)"
     R"(\x00\x04\x80\x08\x00\x03\x00\x10\x0e\x00\x00')"},
    {"PythonJoined", "x = (b'" + escapes(half) + "'  # the names\n     b'" + escapes(rest) + "')"},
    {"PythonContinued", "x = b'" + escapes(half) + "' \\\n    b'" + escapes(rest) + "'"},
    {"PythonHex", "x = bytes.fromhex('" + hex.substr(0, 8) + " " + hex.substr(8) + "')"},
    {"PythonList", "x = bytes([" + decimals(bad) + "])"},
    {"PythonTuple", "m = (\n" + decimals(bad) + ",)"},
    {"PythonBytesOfTuple", "m = bytes((" + in_c + "))"},
    {"PythonTupleOfMany",
     "ms = ((" + numbers(good_request()) + "), (" + in_c + "))",
     {good_request(), bad}},
    {"RustVectorInParentheses", "let x = vec!(" + decimals(bad) + ");"},
    {"HexOfMany",
     "xs = ['0x" + hex_of(good_request()) + "', '" + hex + "']",
     {good_request(), bad}},
    {"MarkdownFence", "\n```c\nchar x[] = {" + in_c + "};\n```\n"},
    {"PythonMany",
     "xs = [\n  b'" + escapes(good_request()) + "',\n  b'" + escapes(bad) + "',\n]",
     {good_request(), bad}},
    {"JsonNumbers", "[" + decimals(bad) + "]"},
    {"WiresharkEscaped", "\"" + escapes(half) + "\" \\\n\"" + escapes(rest) + "\""},
    {"ShellString", "printf '" + escapes(bad) + "'"},
    {"StringsOneALine",
     "\"" + escapes(good_request()) + "\"\n\"" + escapes(bad) + "\"\n",
     {good_request(), bad}},
};

class Literals : public testing::TestWithParam<Literal> {};

TEST_P(Literals, AreRead) {
  const auto capture = read_capture(GetParam().text);
  ASSERT_TRUE(capture) << capture.error().position << ": " << capture.error().text << "\n"
                       << GetParam().text;
  List held;
  for (const Event& event : capture->events) held.push_back(event.bytes);
  EXPECT_EQ(held, GetParam().holds);
}

INSTANTIATE_TEST_SUITE_P(Each, Literals, testing::ValuesIn(literals),
                         [](const auto& info) { return std::string(info.param.name); });

struct Refusal {
  std::string text;
  std::size_t line;
  std::string_view why;  ///< begins so
};

/// 16 bytes, of which `bytes` are the last.
std::string list(std::string_view bytes) {
  return "x = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,\n" + std::string(bytes) + "}";
}
std::string in_quotes(std::string_view bytes, std::string_view prefix = "") {
  return "x =\n" + std::string(prefix) + "\"0123456789abcdef\\x00" + std::string(bytes) + "\"";
}

const Refusal refusals[] = {
    {list("256"), 2, "'256' is not the number of a byte"},
    {list("-1"), 2, "'-' stands in a list of bytes"},
    {list("010"), 2, "'010' is octal in C and decimal in Rust"},
    {list("0e"), 2, "'0e' is octal in C and decimal in Rust"},
    {list("1c"), 2, "'1c' is not the number of a byte"},
    {"{\"request\": \"" + hex + "\"}", 1, "a string has neither escapes nor hex digits"},
    {list("1 2"), 2, "numbers without a comma between them"},
    {list("NLM_F_ACK"), 2, "'NLM_F_ACK' stands in a list of bytes"},
    {list("1 << 3"), 2, "'<' stands in a list of bytes"},
    {list("\"a\""), 2, "a string stands in a list of bytes"},
    {list("[1]"), 2, "a bracket stands in a list of bytes"},
    {list("1") + "}", 2, "a bracket ends that did not begin"},
    {"x = {\n1,", 1, "a bracket has no end"},
    {"\n[20u8; 16]", 2, "';' stands in a list of bytes"},
    {"x = {1, 2}", 1, "a literal of 2 bytes is no message"},
    {"puts(\"\\n\");", 1, "a literal of 1 bytes is no message"},
    {"x = b64decode('FAAAAAEIAQMBAAAAAAAAAAAAAAA=')", 1, "this looks like base64; "},
    {"import \"fmt\"", 1, "a string has neither escapes nor hex digits"},
    {"{\"web\", 20}", 1, "a string has neither escapes nor hex digits"},
    {"\nfoo(20); x = {1}", 2, "a number outside of a list of bytes"},
    {"{.len = 20, {1}}", 1, "a number stands beside names"},
    {in_quotes("\\x00b"), 2, "the escape \\x00b has two digits in most languages"},
    {in_quotes("\\x"), 2, "the escape \\x has too few digits"},
    {in_quotes("\\x1", "b"), 2, "the escape \\x has too few digits"},
    {in_quotes("\\400"), 2, "an octal escape is more than a byte"},
    {in_quotes("\\01", "b"), 2, "the escape \\0 before a digit is octal in Python and not in Rust"},
    {in_quotes("\\u0038"), 2, "the escape \\u is not one byte in every language"},
    {in_quotes("\xc3\xa4"), 2, "a string has a character beyond ASCII"},
    {in_quotes("\\x00", "r"), 2, "a raw string has a backslash"},
    {in_quotes("\\\n  a"), 2, "a string goes on in a line that is indented"},
    {"x = \"a", 1, "the string has no end"},
    {"x = \"\"\"a\"\"\"", 1, "a string of three quotes"},
    {"x = {};\ny = r#\"a\"#", 2, "a raw string with #"},
    {"#define X {1}\nx = {1}", 1, "a macro; declare the bytes as an array"},
    {"#define X \"" + escapes(bad) + "\"", 1, "a macro; declare the bytes as an array"},
    {"x = bytes(20, 30)", 1, "a number outside of a list of bytes"},
    {"x = (1, 2)", 1, "a literal of 2 bytes is no message"},
    {"char x[60] = {" + in_c + "};", 1, "the array is declared with 60 bytes, but the list has 56"},
    {"let x: [u8; 60] = [" + in_c + "];", 1, "the array is declared with 60 bytes"},
    {"char x[] = {" + in_c + "};\nunsigned int x_len = 60;", 9, "x_len is 60, but the list has 56"},
    // Rust's {:x?}
    {"[38, 0, 0, 0, 0, 8, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1, 0, 77, 65, 62, 0, 6, "
     "0, 2, 0, 0, 2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 0, 10, 0, 4, 80, 8, 0, 3, 0, 10, 10, 0, 0]",
     1, "the numbers are hex without 0x"},
};

TEST(Source, IsRefusedByItsLineAndCause) {
  for (const Refusal& refusal : refusals) {
    const auto capture = read_capture(refusal.text);
    ASSERT_FALSE(capture) << refusal.text;
    EXPECT_TRUE(capture.error().text.starts_with(refusal.why)) << capture.error().text << "\n"
                                                               << refusal.text;
    EXPECT_EQ(capture.error().position, refusal.line) << refusal.text;
  }
}

TEST(Source, KeepsTheLinesOfItsLiterals) {
  const auto capture = read_capture("// two\nx = {" + in_c + "}\n\ny = \"" + escapes(bad) + "\"");
  ASSERT_TRUE(capture) << capture.error().text;
  ASSERT_EQ(capture->events.size(), 2U);
  EXPECT_EQ(capture->events[0].position, 2U);
  EXPECT_EQ(capture->events[1].position, 11U);
}

}  // namespace
}  // namespace cttimeout::tools::check
