#include <napi.h>

static Napi::Object Init(Napi::Env, Napi::Object exports) {
    return exports;
}
NODE_API_MODULE(corrsteer, Init)
