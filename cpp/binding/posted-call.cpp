#include "posted-call.h"

#include <memory>

#include "errors.h"

namespace corrsteer::binding {

posted_call::posted_call(Napi::Env env, const Napi::Function & function, const char * name, body_function body) {
    auto context = std::make_unique<state>();
    context->body = std::move(body);
    function_ = thread_safe_function::New(env, function, name, 0, 1, context.get(),
                                          [](Napi::Env, void *, state * self) { delete self; });
    state_ = context.release();
    state_->function = function_;
    function_.Unref(env);
}

posted_call::~posted_call() {
    if (open_) function_.Release();
}

void posted_call::post() noexcept {
    function_.NonBlockingCall(); // refused only while the environment closes
}

void posted_call::owe(Napi::Env env, int answers) {
    if (state_->owed == 0 && answers > 0) function_.Ref(env);
    state_->owed += answers;
}

void posted_call::close(Napi::Env env) {
    if (!open_) return;
    open_ = false;
    function_.Unref(env);
    function_.Release();
}

void posted_call::run(Napi::Env env, Napi::Function function, state * state, void *) {
    if (!env) return;
    translate_errors(env, [&] {
        const int answers = state->body(env, function);
        if (answers > 0 && (state->owed -= answers) == 0) state->function.Unref(env);
    });
}

} // namespace corrsteer::binding
