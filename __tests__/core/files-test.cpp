#include "platform/file-lock.h"
#include "platform/mapped-file.h"
#include "platform/temporary-file.h"

#include <filesystem>
#include <fstream>
#include <random>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include "check.h"

using namespace corrsteer;

namespace {

/// A directory of this test run whose name is not ASCII, a letter of it beyond the Basic Multilingual Plane.
class directory {
  public:
    directory()
        : path_(
              std::filesystem::temp_directory_path() /
              std::filesystem::u8path(u8"corrsteer-\u00e4\u4e2d\U0001F9ED-" + std::to_string(std::random_device()()))) {
        std::filesystem::create_directory(path_);
    }
    ~directory() { std::filesystem::remove_all(path_); }
    directory(const directory &) = delete;
    directory & operator=(const directory &) = delete;

    std::string path() const { return path_.u8string(); }
    bool is_empty() const { return std::filesystem::is_empty(path_); }
    std::string with_file(const std::string & bytes) const {
        std::ofstream(path_ / "file", std::ios::binary) << bytes;
        return (path_ / "file").u8string();
    }

  private:
    std::filesystem::path path_;
};

} // namespace

TEST("maps a file whatever its name") {
    const directory folder;
    const mapped_file file(folder.with_file(std::string("a\0b\n", 4)));
    CHECK(std::string(file.data(), file.data() + file.size()) == std::string("a\0b\n", 4));
}

TEST("maps an empty file as no bytes") {
    const directory folder;
    const mapped_file file(folder.with_file(""));
    CHECK(file.size() == 0);
}

TEST("says of a file that is not there what the system says") {
    const directory folder;
    const std::string path = folder.path() + "/none";
    try {
        const mapped_file file(path);
        CHECK(!"mapped");
    } catch (const error & e) {
        CHECK(e.code == "ERR_FILE_FORMAT");
        CHECK(std::string(e.what()).find(path) != std::string::npos);
        const auto reason = std::get<std::string>(e.details.back().value);
        CHECK(reason.find(' ') != std::string::npos && reason.rfind("error ", 0) != 0); // words, and no number
        CHECK(reason.back() > ' ');
    }
    CHECK(check::throws_code("ERR_FILE_FORMAT", [&] { mapped_file(folder.path()); }));
}

TEST("locks a file against all but its holder, until that one goes") {
    const directory folder;
    const std::string path = folder.path() + "/lock";
    std::unique_ptr<file_lock> first = file_lock::try_lock(path);
    CHECK(first);
    CHECK(!file_lock::try_lock(path));
    first.reset();
    CHECK(file_lock::try_lock(path));
    CHECK(check::throws_code("ERR_FILE_WRITE", [&] { file_lock::try_lock(folder.path() + "/none/lock"); }));
}

TEST("gives back what a temporary file was given, and leaves nothing in its directory") {
    const directory folder;
    {
        temporary_file file(folder.path());
        file.write(6, "steer", 5);
        file.write(0, "corr--", 6);
        std::string read(11, ' ');
        file.read(0, read.data(), read.size());
        CHECK(read == "corr--steer");
        CHECK(check::throws_code("ERR_FILE_WRITE", [&] { file.read(6, read.data(), 6); }));
    }
    CHECK(folder.is_empty());
    CHECK(check::throws_code("ERR_FILE_WRITE", [&] { temporary_file(folder.path() + "/none"); }));
}

#ifndef _WIN32
TEST("closes a temporary file where another program is started") {
    const directory folder;
    const temporary_file file(folder.path());
    int nameless = 0;
    for (int descriptor = 0; descriptor < 100; descriptor++) {
        struct stat status;
        if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 0) continue;
        nameless++;
        CHECK(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    }
    CHECK(nameless > 0);
}
#endif

int main() {
    return check::run_all();
}
