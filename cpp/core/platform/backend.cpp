#include "platform/backend.h"

#include <mutex>

#include "llama.h"
#include "platform/error.h"
#include "platform/log.h"

namespace corrsteer {

namespace {

std::mutex load_mutex;

const char * type_name(enum ggml_backend_dev_type type) {
    switch (type) {
    case GGML_BACKEND_DEVICE_TYPE_CPU: return "cpu";
    case GGML_BACKEND_DEVICE_TYPE_GPU: return "gpu";
    case GGML_BACKEND_DEVICE_TYPE_IGPU: return "igpu";
    default: return "accelerator";
    }
}

bool has_cpu() {
    return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) != nullptr;
}

} // namespace

void load_backends(const std::string & directory, const std::vector<std::string> & plugins) {
    const std::lock_guard<std::mutex> lock(load_mutex);
    const log_scope log;
    if (!has_cpu()) {
        ggml_backend_load_all_from_path(directory.c_str());
        llama_backend_init();
    }
    if (!has_cpu()) {
        throw error("ERR_NATIVE_LOAD", "no CPU backend of ggml could be loaded from " + directory,
                    {{"path", directory}});
    }
    for (const auto & plugin : plugins) {
        // Loading twice is harmless: ggml keeps one registration a library.
        if (!ggml_backend_load(plugin.c_str())) {
            throw error("ERR_NATIVE_LOAD", "the ggml backend " + plugin + " could not be loaded. " + log.errors(),
                        {{"path", plugin}});
        }
    }
}

std::vector<device_info> list_devices() {
    const log_scope log;
    std::vector<device_info> devices;
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        size_t free = 0;
        size_t total = 0;
        ggml_backend_dev_memory(device, &free, &total);
        devices.push_back({ggml_backend_dev_name(device), ggml_backend_dev_description(device),
                           ggml_backend_reg_name(ggml_backend_dev_backend_reg(device)),
                           type_name(ggml_backend_dev_type(device)), free, total});
    }
    return devices;
}

ggml_backend_dev_t find_device(const std::string & name) {
    if (name == "cpu") return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (name == "gpu") {
        for (const auto type : {GGML_BACKEND_DEVICE_TYPE_GPU, GGML_BACKEND_DEVICE_TYPE_IGPU}) {
            if (ggml_backend_dev_t device = ggml_backend_dev_by_type(type)) return device;
        }
    } else if (ggml_backend_dev_t device = ggml_backend_dev_by_name(name.c_str())) {
        return device;
    }
    std::string names = "cpu";
    for (const auto & device : list_devices()) names += ", " + device.name;
    throw error("ERR_OUT_OF_RANGE", "device: expected one of " + names + ", got \"" + name + "\"",
                {{"name", "device"}, {"expected", names}, {"actual", name}});
}

bool is_cpu(ggml_backend_dev_t device) {
    return ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
}

bool has_accelerator() {
    return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_ACCEL) != nullptr;
}

ggml_backend_ptr start_backend(const std::string & device, const cpu_threads * threads) {
    ggml_backend_ptr backend(ggml_backend_dev_init(find_device(device), nullptr));
    if (!backend) throw error("ERR_OUT_OF_MEMORY", "device " + device + " could not be started");
    if (threads) threads->attach(backend.get());
    return backend;
}

std::string loaded_release() {
    const std::string version = llama_version(); // "0.5.0-dev", in the release itself too
    return version.substr(0, version.find('-'));
}

} // namespace corrsteer
