// Prints llama.cpp's tokens of each text on standard input (texts end with a zero byte): one line of ids a text.
// Build and use: README.md. Only the vocabulary is loaded.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "llama-cpp.h"

int main(int argc, char ** argv) {
    if (argc != 2) {
        fputs("usage: check_tokenizer model.gguf < texts\n", stderr);
        return 2;
    }
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    llama_model_ptr model(llama_model_load_from_file(argv[1], params));
    if (!model) {
        return 1;
    }
    const llama_vocab * vocab = llama_model_get_vocab(model.get());
    for (std::string text; std::getline(std::cin, text, '\0');) {
        std::vector<llama_token> tokens(text.size() + 2);
        const int n =
            llama_tokenize(vocab, text.data(), int(text.size()), tokens.data(), int(tokens.size()), true, false);
        for (int i = 0; i < n; ++i) {
            printf(i ? " %d" : "%d", tokens[i]);
        }
        putchar('\n');
    }
}
