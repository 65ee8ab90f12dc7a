#include "platform/log.h"

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "check.h"
#include "engine/gguf-header.h"
#include "llama.h"
#include "platform/backend.h"

using namespace corrsteer;

namespace {

/// Another user's logger, in place while this lives.
class logger {
  public:
    logger() { llama_log_set(on_line, this); }
    ~logger() { llama_log_set(nullptr, nullptr); }

    bool in_place() const {
        ggml_log_callback callback = nullptr;
        void * user_data = nullptr;
        llama_log_get(&callback, &user_data);
        return callback == on_line && user_data == this;
    }

    std::vector<std::string> lines;

  private:
    static void on_line(ggml_log_level, const char * text, void * user_data) {
        static_cast<logger *>(user_data)->lines.emplace_back(text);
    }
};

/// Has ggml log an error.
void log_error() {
    gguf_free(gguf_init_from_file("/there/is/no/such.gguf", {true, nullptr}));
}

} // namespace

TEST("takes the lines of its thread, and puts the logger back") {
    logger other;
    {
        const log_scope log;
        log_error();
        CHECK(log.errors().find("such.gguf") != std::string::npos);
        CHECK(log.errors().back() != '\n');
    }
    CHECK(other.lines.empty());
    CHECK(other.in_place());
    log_error();
    CHECK(other.lines.size() == 1);
}

TEST("a scope within another has its own lines") {
    logger other;
    const log_scope outer;
    {
        const log_scope inner;
        log_error();
        CHECK(!inner.errors().empty());
    }
    CHECK(outer.errors().empty());
    log_error();
    CHECK(!outer.errors().empty());
    CHECK(other.lines.empty());
}

TEST("leaves the lines of other threads to the logger that was there") {
    logger other;
    const log_scope log;
    std::thread(log_error).join();
    CHECK(other.lines.size() == 1);
    CHECK(log.errors().empty());
}

TEST("passes its own lines on as well where the logger is inherited") {
    logger other;
    set_log_level(log_level::inherit);
    std::string errors;
    {
        const log_scope log;
        log_error();
        errors = log.errors();
    }
    set_log_level(log_level::silent);
    CHECK(other.lines.size() == 1);
    CHECK(other.lines.front() == errors + "\n");
}

TEST("leaves a logger that was set meanwhile") {
    auto scope = std::make_unique<log_scope>();
    logger other;
    scope.reset();
    CHECK(other.in_place());
}

TEST("a load that fails says why, and leaves the logger as it was") {
    logger other;
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    const std::filesystem::path path = std::filesystem::temp_directory_path() / "corrsteer-log-test.gguf";
    std::filesystem::copy_file(std::string(std::getenv("CORRSTEER_FIXTURES")) + "/llama.gguf", path,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(path, 1500);
    std::string message;
    try {
        const gguf_header header(path.u8string());
    } catch (const error & e) {
        message = e.what();
    }
    std::filesystem::remove(path);
    CHECK(message.find("gguf_init") != std::string::npos); // the function that logged it
    CHECK(other.lines.empty());
    CHECK(other.in_place());
}

int main() {
    return check::run_all();
}
