#include "platform/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>

#include "llama.h"

namespace corrsteer {

namespace {

/// Of error lines: a damaged file can give one a tensor.
constexpr size_t most_kept = 2000;

std::atomic<log_level> printed{log_level::silent};

std::mutex mutex;
int n_scopes = 0;
std::atomic<ggml_log_callback> replaced{nullptr}; ///< the logger that was there

thread_local log_scope * innermost = nullptr;

} // namespace

void set_log_level(log_level level) {
    printed = level;
}

log_scope::log_scope() : outer_(innermost) {
    innermost = this;
    const std::lock_guard<std::mutex> lock(mutex);
    if (n_scopes++ > 0) return;
    ggml_log_callback there = nullptr;
    void * user_data = nullptr;
    llama_log_get(&there, &user_data);
    if (there == on_line) return; // put back by one who had found it there
    replaced = there;
    llama_log_set(on_line, user_data); // sets ggml's as well
}

log_scope::~log_scope() {
    innermost = outer_;
    const std::lock_guard<std::mutex> lock(mutex);
    if (--n_scopes > 0) return;
    ggml_log_callback there = nullptr;
    void * user_data = nullptr;
    llama_log_get(&there, &user_data);
    if (there == on_line) llama_log_set(replaced, user_data); // else somebody set another meanwhile
}

void log_scope::on_line(ggml_log_level level, const char * text, void * user_data) noexcept {
    const log_level wanted = printed;
    if (innermost) {
        try {
            innermost->take(level, text);
        } catch (...) { // no memory for the line, and nowhere to say so
        }
    }
    if (!innermost || wanted == log_level::inherit) {
        replaced.load()(level, text, user_data);
    } else if (innermost->level_ <= wanted) {
        std::fputs(text, stderr);
    }
}

void log_scope::take(ggml_log_level level, const char * text) {
    switch (level) {
    case GGML_LOG_LEVEL_CONT: break; // the last line goes on
    case GGML_LOG_LEVEL_ERROR: level_ = log_level::error; break;
    case GGML_LOG_LEVEL_WARN: level_ = log_level::warn; break;
    case GGML_LOG_LEVEL_INFO: level_ = log_level::info; break;
    default: level_ = log_level::debug;
    }
    if (level_ == log_level::error && errors_.size() < most_kept) errors_ += text;
}

std::string log_scope::errors() const {
    return errors_.substr(0, errors_.find_last_not_of('\n') + 1);
}

} // namespace corrsteer
