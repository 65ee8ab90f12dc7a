#pragma once

#include <functional>

#include <napi.h>

namespace corrsteer::binding {

/// A way from any thread to JavaScript's: after each `post`, `body` runs there with the function. What it is to say
/// waits with whoever posts.
class posted_call {
  public:
    /// Gives how many of the answers that were owed it brought.
    using body_function = std::function<int(Napi::Env, const Napi::Function &)>;

    posted_call(Napi::Env env, const Napi::Function & function, const char * name, body_function body);
    ~posted_call();
    posted_call(const posted_call &) = delete;
    posted_call & operator=(const posted_call &) = delete;

    void post() noexcept;
    /// On JavaScript's thread: so many answers will come, and the event loop is kept alive until they have.
    void owe(Napi::Env env, int answers);
    /// No more posts. What was posted still runs, but keeps nothing alive.
    void close(Napi::Env env);
    /// Instead of it when the environment ends, which has closed the way itself.
    void forget() { open_ = false; }

  private:
    struct state;
    static void run(Napi::Env env, Napi::Function function, state * state, void *);
    using thread_safe_function = Napi::TypedThreadSafeFunction<state, void, run>;

    /// Outlives this where something posted is still to run.
    struct state {
        body_function body;
        thread_safe_function function;
        int owed = 0; ///< JavaScript's thread only
    };

    state * state_;
    thread_safe_function function_;
    bool open_ = true;
};

} // namespace corrsteer::binding
