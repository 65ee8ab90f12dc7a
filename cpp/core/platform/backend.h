#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ggml-cpp.h"
#include "platform/cpu-threads.h"

namespace corrsteer {

struct device_info {
    std::string name;
    std::string description;
    std::string backend; ///< of ggml, for example "CPU", "CUDA", "Vulkan", "MTL"
    std::string type;    ///< "cpu", "gpu", "igpu" or "accelerator"
    uint64_t memory_free_bytes = 0;
    uint64_t memory_total_bytes = 0;
};

/// Loads the backends of a directory, once a process (another user of ggml may have done it before), then each plugin:
/// the path of one backend library. Throws ERR_NATIVE_LOAD where that leaves no CPU backend or a plugin can't be
/// loaded.
void load_backends(const std::string & directory, const std::vector<std::string> & plugins);

std::vector<device_info> list_devices();

/// The device of that name; "cpu" is the CPU, "gpu" the first GPU. Throws ERR_OUT_OF_RANGE with the names there are.
ggml_backend_dev_t find_device(const std::string & name);

bool is_cpu(ggml_backend_dev_t device);

/// Whether llama.cpp gives products of models on the CPU to other backends too, such as BLAS.
bool has_accelerator();

/// A backend of the device, on these threads where it is the CPU's. ERR_OUT_OF_MEMORY; as `find_device`.
ggml_backend_ptr start_backend(const std::string & device, const cpu_threads * threads);

/// Release of the loaded llama.cpp, for example "0.5.0".
std::string loaded_release();

} // namespace corrsteer
