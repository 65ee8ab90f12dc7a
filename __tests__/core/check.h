#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "platform/error.h"

/// The core tests' runner: `TEST("sentence of behaviour") { CHECK(...); }`, one executable a file, exit code 1 on
/// failure, 77 when `skip` was called (ctest's SKIP_RETURN_CODE).
namespace check {

struct test {
    std::string name;
    std::function<void()> body;
};

struct failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct skipped : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline std::vector<test> & tests() {
    static std::vector<test> all;
    return all;
}

struct registration {
    registration(std::string name, std::function<void()> body) {
        tests().push_back({std::move(name), std::move(body)});
    }
};

[[noreturn]] inline void skip(const std::string & why) {
    throw skipped(why);
}

/// True if `body` throws a corrsteer::error with this code.
inline bool throws_code(const std::string & code, const std::function<void()> & body) {
    try {
        body();
    } catch (const corrsteer::error & e) {
        if (e.code != code)
            std::fprintf(stderr, "    expected %s, got %s: %s\n", code.c_str(), e.code.c_str(), e.what());
        return e.code == code;
    }
    return false;
}

inline int run_all() {
    int failed = 0;
    int ran = 0;
    for (const auto & test : tests()) {
        try {
            test.body();
            ran++;
            std::printf("ok      %s\n", test.name.c_str());
        } catch (const skipped & e) {
            std::printf("skipped %s: %s\n", test.name.c_str(), e.what());
        } catch (const std::exception & e) {
            failed++;
            std::printf("FAILED  %s: %s\n", test.name.c_str(), e.what());
        }
    }
    return failed > 0 ? 1 : ran == 0 ? 77 : 0;
}

} // namespace check

#define CHECK_JOIN_(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN_(a, b)
#define TEST(name)                                                                                                     \
    static void CHECK_JOIN(test_, __LINE__)();                                                                         \
    static const check::registration CHECK_JOIN(registered_, __LINE__){name, CHECK_JOIN(test_, __LINE__)};             \
    static void CHECK_JOIN(test_, __LINE__)()
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            throw check::failure(std::string(__FILE__) + ":" + std::to_string(__LINE__) + ": " #condition);            \
    } while (false)
