#include "backend.h"

#include <mutex>

#include "error.h"

namespace corrsteer {

void load_backends(const std::string & directory) {
    static std::mutex mutex;
    static bool loaded = false;
    const std::lock_guard<std::mutex> lock(mutex);
    if (loaded) return;
    ggml_backend_load_all_from_path(directory.c_str());
    if (!ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU)) {
        throw error("ERR_NATIVE_LOAD", "no CPU backend of llama.cpp could be loaded from " + directory);
    }
    loaded = true;
}

ggml_backend_dev_t find_device(const std::string & name) {
    ggml_backend_dev_t device =
        name == "cpu" ? ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) : ggml_backend_dev_by_name(name.c_str());
    if (device) return device;
    std::string names = "cpu";
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        names += std::string(", ") + ggml_backend_dev_name(ggml_backend_dev_get(i));
    }
    throw error("ERR_INVALID_ARGUMENT", "device: expected one of " + names + ", got " + name);
}

} // namespace corrsteer
