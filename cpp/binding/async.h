#pragma once

#include <exception>
#include <functional>
#include <utility>

#include <napi.h>

#include "errors.h"

namespace corrsteer::binding {

/// Runs `work` on the thread pool and resolves the promise with `convert(env, result)`. The work holds shared_ptrs to
/// what it uses, so that dispose or garbage collection meanwhile is safe, and touches no JavaScript.
template <typename Result>
class async_work : public Napi::AsyncWorker {
  public:
    using work_function = std::function<Result()>;
    using convert_function = std::function<Napi::Value(Napi::Env, Result)>;

    static Napi::Promise start(Napi::Env env, work_function work, convert_function convert) {
        auto * self = new async_work(env, std::move(work), std::move(convert)); // deletes itself when done
        Napi::Promise promise = self->deferred_.Promise();
        self->Queue();
        return promise;
    }

  protected:
    void Execute() override {
        try {
            result_ = work_();
        } catch (...) {
            failure_ = std::current_exception();
        }
    }

    void OnOK() override {
        const Napi::HandleScope scope(Env());
        if (!failure_) {
            try {
                deferred_.Resolve(convert_(Env(), std::move(result_)));
                return;
            } catch (...) {
                failure_ = std::current_exception();
            }
        }
        deferred_.Reject(to_javascript(Env(), failure_).Value());
    }

  private:
    async_work(Napi::Env env, work_function work, convert_function convert)
        : Napi::AsyncWorker(env), deferred_(env), work_(std::move(work)), convert_(std::move(convert)) {}

    Napi::Promise::Deferred deferred_;
    work_function work_;
    convert_function convert_;
    Result result_{};
    std::exception_ptr failure_;
};

template <typename Work, typename Convert>
Napi::Value run_async(Napi::Env env, Work work, Convert convert) {
    return async_work<decltype(work())>::start(env, std::move(work), std::move(convert));
}

/// For work without a result: the promise resolves with undefined.
template <typename Work>
Napi::Value run_async(Napi::Env env, Work work) {
    return run_async(
        env, [work = std::move(work)]() mutable { return work(), 0; }, [](Napi::Env e, int) { return e.Undefined(); });
}

} // namespace corrsteer::binding
