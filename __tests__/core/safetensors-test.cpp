#include "platform/safetensors.h"

#include <cstdlib>
#include <cstring>
#include <random>

#include "check.h"
#include "platform/json.h"
#include "write-safetensors.h"

using namespace corrsteer;

namespace {

std::string two_tensors() {
    return fixture::safetensors_bytes({{"a", "F32", {2, 2}, fixture::bytes_of<float>({1, 2, 3, 4})},
                                       {"b", "I64", {2}, fixture::bytes_of<int64_t>({5, -6})},
                                       {"none", "F32", {0, 3}, ""}});
}

bool rejects(const std::string & bytes) {
    const fixture::file file(bytes);
    return check::throws_code("ERR_FILE_FORMAT", [&] { safetensors opened(file.path()); });
}

bool rejects_header(const std::string & header, const std::string & data = std::string(16, '\0')) {
    return rejects(fixture::with_header(header, data));
}

/// A file with its end cut off, a number of its header at an edge or no number, or a few bytes changed.
std::string damaged(std::string bytes, std::mt19937 & random) {
    const auto kind = random() % 4;
    if (kind == 0) return bytes.substr(0, random() % bytes.size());
    if (kind == 1) {
        static const char * const edges[] = {"0",
                                             "1",
                                             "-1",
                                             "0.5",
                                             "1e9",
                                             "2147483648",
                                             "4294967296",
                                             "4611686018427387904",
                                             "9007199254740993",
                                             "18446744073709551615",
                                             "99999999999999999999",
                                             "null",
                                             "[]",
                                             "\"F64\""};
        uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof length);
        std::string header = bytes.substr(sizeof length, length);
        const size_t begin = header.find_first_of("0123456789", random() % (length / 2));
        const size_t end = header.find_first_not_of("0123456789", begin);
        header.replace(begin, end - begin, edges[random() % std::size(edges)]);
        return fixture::with_header(header, bytes.substr(sizeof length + length));
    }
    for (unsigned flips = 1 + random() % 4; flips > 0; flips--) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    return bytes;
}

/// CORRSTEER_FUZZ_ROUNDS, for more by hand.
int fuzz_rounds() {
    const char * const given = std::getenv("CORRSTEER_FUZZ_ROUNDS");
    return given ? std::atoi(given) : 5000;
}

} // namespace

TEST("reads tensors of each type, and the metadata") {
    const fixture::file file(two_tensors());
    const safetensors opened(file.path());
    CHECK(opened.tensors().size() == 3);
    CHECK(opened.metadata().size() == 1 && opened.metadata()[0].second == "pt");
    CHECK(read_floats(*opened.find("a")) == std::vector<float>({1, 2, 3, 4}));
    CHECK(read_int32(*opened.find("b")) == std::vector<int32_t>({5, -6}));
    CHECK(read_floats(*opened.find("none")).empty());
    CHECK(opened.find("c") == nullptr);
}

TEST("converts F16, BF16 and F64 to float") {
    const std::vector<float> values = {0, -1.5f, 1024, 0.25f};
    const fixture::file file(
        fixture::safetensors_bytes({{"f64", "F64", {4}, fixture::bytes_of<double>({0, -1.5, 1024, 0.25})},
                                    fixture::float_tensor("f16", "F16", {4}, values),
                                    fixture::float_tensor("bf16", "BF16", {4}, values)}));
    const safetensors opened(file.path());
    for (const char * name : {"f64", "f16", "bf16"}) CHECK(read_floats(*opened.find(name)) == values);
}

TEST("refuses a tensor of the wrong type, and integers that do not fit") {
    const fixture::file file(fixture::safetensors_bytes({{"i", "I64", {1}, fixture::bytes_of<int64_t>({1LL << 40})}}));
    const safetensors opened(file.path());
    CHECK(check::throws_code("ERR_FILE_FORMAT", [&] { read_floats(*opened.find("i")); }));
    CHECK(check::throws_code("ERR_FILE_FORMAT", [&] { read_int32(*opened.find("i")); }));
}

TEST("rejects files that are no safetensors, or end early") {
    const std::string good = two_tensors();
    CHECK(check::throws_code("ERR_FILE_FORMAT", [] { safetensors opened("/nonexistent/file"); }));
    CHECK(check::throws_code("ERR_FILE_FORMAT", [] { safetensors opened("/"); }));
    for (const size_t size : {size_t{0}, size_t{7}, size_t{8}, size_t{40}, good.size() - 1}) {
        CHECK(rejects(good.substr(0, size)));
    }
    CHECK(rejects(good + "x"));
    CHECK(rejects(std::string(8, '\xFF') + "{}"));
    CHECK(rejects(std::string("\x00\xE1\xF5\x06\0\0\0\0", 8) + "{}")); // 116,777,216 bytes of header
    CHECK(rejects_header("[]", ""));
    CHECK(rejects_header("{", ""));
    CHECK(rejects_header("{} x", ""));
}

TEST("rejects headers that lie") {
    const auto header = [](const std::string & dtype, const std::string & shape, const std::string & offsets) {
        return "{\"a\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + offsets + "]}}";
    };
    const fixture::file good(fixture::with_header(header("F32", "4", "0,16"), std::string(16, '\0')));
    CHECK(safetensors(good.path()).tensors().size() == 1);
    CHECK(rejects_header(header("F32", "5", "0,20")));
    CHECK(rejects_header(header("F32", "4", "16,0")));
    CHECK(rejects_header(header("F32", "3", "0,16")));
    CHECK(rejects_header(header("F32", "4", "0,16,32")));
    CHECK(rejects_header(header("F32", "4", "18446744073709551608,18446744073709551615")));
    CHECK(rejects_header(header("F32", "4", "0,18446744073709551632")));              // 2^64 + 16
    CHECK(rejects_header(header("F32", "4611686018427387904,4294967296,4", "0,16"))); // the product overflows
    CHECK(rejects_header(header("F32", "-4", "0,16")));
    CHECK(rejects_header(header("F32", "4.0", "0,16")));
    CHECK(rejects_header(header("F32", "\"4\"", "0,16")));
    CHECK(rejects_header(header("F31", "4", "0,16")));
    CHECK(rejects_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}"));
    CHECK(rejects_header("{\"a\":7}"));
    CHECK(
        rejects_header("{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}"));
}

TEST("rejects tensors that overlap, leave gaps, are unaligned or come twice") {
    const auto bytes = [](const std::string & name, const std::string & dtype, int shape, int begin, int end) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + std::to_string(shape) +
               "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
    };
    CHECK(rejects_header("{" + bytes("a", "F32", 3, 0, 12) + "," + bytes("b", "F32", 2, 8, 16) + "}"));
    CHECK(rejects_header("{" + bytes("a", "F32", 1, 0, 4) + "," + bytes("b", "F32", 2, 8, 16) + "}"));
    CHECK(rejects_header("{" + bytes("a", "U8", 4, 0, 4) + "," + bytes("b", "F64", 1, 4, 12) + "," +
                         bytes("c", "U8", 4, 12, 16) + "}"));
    CHECK(rejects_header("{" + bytes("a", "F32", 2, 0, 8) + "," + bytes("a", "F32", 2, 8, 16) + "}"));
}

TEST("gives the norms of rows, in any type") {
    const std::vector<float> values = {3, 4, 0, 0, -5, 12};
    const fixture::file file(fixture::safetensors_bytes({
        fixture::float_tensor("f32", "F32", {3, 2}, values),
        fixture::float_tensor("bf16", "BF16", {6}, values),
    }));
    const safetensors opened(file.path());
    for (const auto & tensor : opened.tensors()) {
        CHECK(row_norms(tensor, 2, never_cancelled) == std::vector<double>({5, 0, 13}));
        CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [&] { row_norms(tensor, 4, never_cancelled); }));
        CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [&] { row_norms(tensor, 0, never_cancelled); }));
    }
}

TEST("stops reading when it is cancelled") {
    const fixture::file file(fixture::safetensors_bytes({fixture::float_tensor("x", "F32", {4}, {1, 2, 3, 4})}));
    const safetensors opened(file.path());
    cancel_token cancel;
    cancel.request();
    std::vector<float> values(4);
    CHECK(check::throws_code("ERR_CANCELLED", [&] { read_floats(*opened.find("x"), values.data(), cancel); }));
    CHECK(check::throws_code("ERR_CANCELLED", [&] { row_norms(*opened.find("x"), 2, cancel); }));
}

TEST("never crashes on a damaged file") {
    std::mt19937 random(42);
    const std::string good = two_tensors();
    const int n_rounds = fuzz_rounds();
    int opened = 0;
    for (int round = 0; round < n_rounds; round++) {
        const fixture::file file(damaged(good, random));
        try {
            const safetensors tensors(file.path());
            for (const auto & tensor : tensors.tensors()) {
                tensor.dtype[0] == 'F' ? (void)read_floats(tensor) : (void)read_int32(tensor);
            }
            opened++;
        } catch (const error & e) {
            CHECK(e.code == "ERR_FILE_FORMAT");
        }
    }
    CHECK(opened > 0 && opened < n_rounds); // some changes hit only data, some do not
}

TEST("parses JSON as RFC 8259 has it") {
    const json::value parsed = json::parse(" {\"a\\u00e9\\ud83d\\ude00\\n\": [1, -2.5e+3, true, null, {}]} ");
    const auto & members = std::get<json::object>(parsed);
    CHECK(members[0].first == "a\xC3\xA9\xF0\x9F\x98\x80\n");
    const auto & items = std::get<json::array>(members[0].second);
    CHECK(std::get<json::number>(items[0]).as_uint64() == 1u);
    CHECK(!std::get<json::number>(items[1]).as_uint64());
    CHECK(std::get<bool>(items[2]));
    for (const char * bad :
         {"", "{\"a\":1,}", "[1,]", "01", "1.", ".5", "+1", "nul", "\"\x01\"", "\"\\x\"", "\"\\ud800\"", "\"\xC0\x80\"",
          "\"\xED\xA0\x80\"", "\"\xFF\"", "{\"a\":1,\"a\":2}", "{a:1}", "\"", "[1 2]"}) {
        CHECK(check::throws_code("ERR_FILE_FORMAT", [&] { json::parse(bad); }));
    }
    CHECK(check::throws_code("ERR_FILE_FORMAT", [] { json::parse(std::string(100000, '[')); }));
}

int main() {
    return check::run_all();
}
