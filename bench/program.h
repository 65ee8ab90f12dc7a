#pragma once

#include <cstdio>
#include <exception>
#include <map>
#include <string>

using program_options = std::map<std::string, std::string>;

/// `main` of a program whose arguments are names and values by turns.
template <typename work>
int run_program(const char * name, int argc, char ** argv, const work & run) {
    program_options options;
    for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
    try {
        run(options);
        return 0;
    } catch (const std::exception & e) {
        std::fprintf(stderr, "%s: %s\n", name, e.what());
        return 1;
    }
}
