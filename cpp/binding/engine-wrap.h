#pragma once

#include <list>
#include <mutex>

#include "engine/engine.h"
#include "posted-call.h"
#include "wrap.h"

namespace corrsteer::binding {

/// Addon.createSteering
class steering_wrap : public shared_wrap<steering_wrap, const steering> {
  public:
    static constexpr const char * description = "a steering";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0003};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    Napi::Value Fingerprint(const Napi::CallbackInfo & info);
    Napi::Value Layers(const Napi::CallbackInfo & info);
};

/// An engine and the way of its events to JavaScript. The event loop is kept alive only while runs are unfinished.
class engine_host : public stoppable {
  public:
    engine_host(Napi::Env env, std::shared_ptr<const model> model, const engine_options & options,
                const Napi::Function & sink);

    ~engine_host() override;

    void open(); ///< makes the engine: not on JavaScript's thread
    void stop(); ///< ends it and frees its context
    void environment_ends() override;
    engine & get() { return *engine_; }
    posted_call & events() { return events_; }

  private:
    /// Events on their way.
    struct mailbox {
        std::mutex mutex;
        std::list<engine_event> events;
    };

    static int hand_over(mailbox & mailbox, Napi::Env env, const Napi::Function & sink);

    std::shared_ptr<const model> model_;
    engine_options options_;
    std::shared_ptr<mailbox> mailbox_ = std::make_shared<mailbox>();
    posted_call events_;
    std::unique_ptr<engine> engine_;
};

class engine_wrap : public shared_wrap<engine_wrap, engine_host> {
  public:
    static constexpr const char * description = "an engine";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0004};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.createEngine
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    Napi::Value ContextTokens(const Napi::CallbackInfo & info);
    Napi::Value Submit(const Napi::CallbackInfo & info);
    void Cancel(const Napi::CallbackInfo & info);
    Napi::Value Statistics(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

} // namespace corrsteer::binding
