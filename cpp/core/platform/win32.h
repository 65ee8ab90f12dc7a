#pragma once

/// <windows.h> as C++ can take it: without what few programs use, and without macros named min and max.
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#endif
