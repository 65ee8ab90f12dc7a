// Preloaded, it makes the n-th call fail that writes below a folder, as a full or broken disk would.
//
// FAULT_ROOT   the folder
// FAULT_MARK   a file that then holds the call's name and path
// FAULT        "<round>:<n>:<errno>"; a new round counts from 1 again; no call fails while it is unset
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char round_of[32];
static int calls;

static void mark(const char * call, const char * path) {
    const char * name = getenv("FAULT_MARK");
    const int file = name ? NEXT(open)(name, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;
    if (file < 0) return;
    dprintf(file, "%s %s", call, path);
    NEXT(close)(file);
}

/// Whether this call is the one to fail; errno says how.
static int fails(const char * call, const char * path) {
    const char * root = getenv("FAULT_ROOT");
    const char * fault = getenv("FAULT");
    int n = 0, reason = 0;
    char round[32];
    if (!root || !fault || strncmp(path, root, strlen(root)) != 0) return 0;
    if (sscanf(fault, "%31[^:]:%d:%d", round, &n, &reason) != 3) return 0;
    pthread_mutex_lock(&mutex);
    if (strcmp(round, round_of) != 0) {
        strcpy(round_of, round);
        calls = 0;
    }
    const int hit = ++calls == n;
    pthread_mutex_unlock(&mutex);
    if (!hit) return 0;
    mark(call, path);
    errno = reason;
    return 1;
}

/// The same for an open file; those that were opened to be read, folders aside, are nothing to write.
static int fails_on(const char * call, int file) {
    char link[64], path[4096];
    const int flags = fcntl(file, F_GETFL);
    struct stat status;
    if (flags < 0 || fstat(file, &status) != 0) return 0;
    if ((flags & O_ACCMODE) == O_RDONLY && !S_ISDIR(status.st_mode)) return 0;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, path, sizeof(path) - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return fails(call, path);
}

#define OPEN(name)                                                                                                     \
    int name(const char * path, int flags, ...) {                                                                      \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        const int mode = flags & O_CREAT ? va_arg(rest, int) : 0;                                                      \
        va_end(rest);                                                                                                  \
        return flags & O_CREAT && fails("open", path) ? -1 : NEXT(name)(path, flags, mode);                            \
    }
#define ON_PATH(name, parameters, arguments, path)                                                                     \
    int name parameters { return fails(#name, path) ? -1 : NEXT(name) arguments; }
#define ON_FILE(type, name, parameters, arguments)                                                                     \
    type name parameters { return fails_on(#name, file) ? -1 : NEXT(name) arguments; }

OPEN(open)
OPEN(open64)
ON_PATH(rename, (const char * from, const char * to), (from, to), from)
ON_PATH(unlink, (const char * path), (path), path)
ON_PATH(rmdir, (const char * path), (path), path)
ON_FILE(ssize_t, write, (int file, const void * data, size_t size), (file, data, size))
ON_FILE(ssize_t, pwrite, (int file, const void * data, size_t size, off_t at), (file, data, size, at))
ON_FILE(ssize_t, pwrite64, (int file, const void * data, size_t size, off64_t at), (file, data, size, at))
ON_FILE(ssize_t, writev, (int file, const struct iovec * data, int n), (file, data, n))
ON_FILE(ssize_t, pwritev, (int file, const struct iovec * data, int n, off_t at), (file, data, n, at))
ON_FILE(ssize_t, pwritev64, (int file, const struct iovec * data, int n, off64_t at), (file, data, n, at))
ON_FILE(int, fsync, (int file), (file))
ON_FILE(int, fdatasync, (int file), (file))
ON_FILE(int, ftruncate, (int file, off_t size), (file, size))
ON_FILE(int, ftruncate64, (int file, off64_t size), (file, size))

/// One that is there is nothing to make.
int mkdir(const char * path, mode_t mode) {
    return access(path, F_OK) != 0 && fails("mkdir", path) ? -1 : NEXT(mkdir)(path, mode);
}

/// As on Linux, the file is closed all the same. One that has no name or nothing in it has nothing to lose.
static int close_or_fail(int file) {
    struct stat status;
    const int matters = fstat(file, &status) == 0 && status.st_nlink > 0 && status.st_size > 0;
    const int failed = matters && fails_on("close", file);
    const int reason = errno;
    const int result = NEXT(close)(file);
    if (!failed) return result;
    errno = reason;
    return -1;
}

int close(int file) {
    return close_or_fail(file);
}

/// libuv closes files like this (uv__close_nocancel).
long syscall(long number, ...) {
    long a[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
    va_end(rest);
    if (number == SYS_close) return close_or_fail((int) a[0]);
    return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
