#pragma once

#include <string>

#include "ggml.h"

namespace corrsteer {

/// `inherit` passes lines on to the logger that was there.
enum class log_level { inherit, silent, error, warn, info, debug };

/// What becomes of the lines in a `log_scope`: those up to the level go to stderr. Silent at first.
void set_log_level(log_level level);

/// Around each call of llama.cpp or ggml that may log: its lines, which say why it failed, are ours meanwhile. The
/// logger belongs to the process, so it is taken for as long as some scope lives and then put back, and lines of
/// threads that are in none go on to it. llama_log_set cannot change callback and user data in one step: the latter
/// stays as it was.
class log_scope {
  public:
    log_scope();
    ~log_scope();
    log_scope(const log_scope &) = delete;
    log_scope & operator=(const log_scope &) = delete;

    /// The error lines so far, for messages.
    std::string errors() const;

  private:
    static void on_line(ggml_log_level level, const char * text, void * user_data) noexcept;
    void take(ggml_log_level level, const char * text);

    log_scope * outer_; ///< of the same thread
    log_level level_ = log_level::debug;
    std::string errors_;
};

} // namespace corrsteer
