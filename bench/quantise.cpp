// Another quantisation of a GGUF, by llama.cpp's own quantiser; for the drift table of docs/results.md.
//   quantise LIBRARIES FROM TO f32|f16|bf16|q8_0|q6_k|q4_k|q4_0|q4_1
// What is quantised already is read as the numbers that it stands for.
#include <cstdio>
#include <map>
#include <string>

#include "ggml-backend.h"
#include "llama-cpp.h"

int main(int argc, char ** argv) {
    const std::map<std::string, llama_ftype> types = {
        {"f32", LLAMA_FTYPE_ALL_F32},        {"f16", LLAMA_FTYPE_MOSTLY_F16},   {"bf16", LLAMA_FTYPE_MOSTLY_BF16},
        {"q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},   {"q8_0", LLAMA_FTYPE_MOSTLY_Q8_0}, {"q6_k", LLAMA_FTYPE_MOSTLY_Q6_K},
        {"q4_k", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"q4_1", LLAMA_FTYPE_MOSTLY_Q4_1}};
    if (argc != 5 || types.count(argv[4]) == 0) {
        std::fprintf(stderr, "usage: quantise LIBRARIES FROM TO f32|f16|bf16|q8_0|q6_k|q4_k|q4_0|q4_1\n");
        return 2;
    }
    ggml_backend_load_all_from_path(argv[1]);
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.ftype = types.at(argv[4]);
    params.allow_requantize = true;
    if (llama_model_quantize(argv[2], argv[3], &params) == 0) return 0;
    std::fprintf(stderr, "%s could not be quantised\n", argv[2]);
    return 1;
}
