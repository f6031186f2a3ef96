/* Numbers the system calls that change something in one folder and lets one of them go wrong.
 *
 * Environment, read at every call so that a forked child can be given its own fault:
 *   RL_FAULT_FOLDER  absolute path; calls outside it are left alone
 *   RL_FAULT_LOG     file that gets one line a call: number, call, path, and `hit <fault>` where the fault struck
 *   RL_FAULT_AT      number of the call to hit, from 1; 0 or absent: none
 *   RL_FAULT         kill-before, kill-after, torn (half the bytes, then killed), interrupt (SIGINT after the call),
 *                    EIO, ENOSPC, EROFS (the call does nothing and says so), late-EIO (the call does its work and says EIO),
 *                    ENOSPC-on, EIO-on (from that call on: the disk stays full, the disk is gone), short (half the bytes)
 *
 * Writing to standard output is logged under the name `tell`, without a number: it shows what had been done before.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NONE, KILL_BEFORE, KILL_AFTER, TORN, INTERRUPT, FAIL, LATE, SHORT };

static int count = 0;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void record(const char *line) {
    const char *log = getenv("RL_FAULT_LOG");
    if (!log) return;
    /* Straight to the kernel: the shim's own calls are not the program's. */
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    if (syscall(SYS_write, fd, line, strlen(line)) < 0) {}
    syscall(SYS_close, fd);
}

static const char *absolute(int dirfd, const char *path, char *out) {
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
        return out;
    }
    char base[PATH_MAX];
    if (dirfd == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return NULL;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return NULL;
        base[length] = 0;
    }
    if (snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return NULL;
    return out;
}

static const char *path_of(int fd, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, out, PATH_MAX - 1);
    if (length < 0) return NULL;
    out[length] = 0;
    return out;
}

static int inside(const char *path) {
    const char *folder = getenv("RL_FAULT_FOLDER");
    if (!folder || !path) return 0;
    size_t length = strlen(folder);
    return !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int kind_of(const char *fault, int *code) {
    *code = EIO;
    if (!strcmp(fault, "kill-before")) return KILL_BEFORE;
    if (!strcmp(fault, "kill-after")) return KILL_AFTER;
    if (!strcmp(fault, "torn")) return TORN;
    if (!strcmp(fault, "interrupt")) return INTERRUPT;
    if (!strcmp(fault, "short")) return SHORT;
    if (!strcmp(fault, "late-EIO")) return LATE;
    if (!strncmp(fault, "ENOSPC", 6)) *code = ENOSPC;
    else if (!strcmp(fault, "EROFS")) *code = EROFS;
    else if (strncmp(fault, "EIO", 3)) abort();
    return FAIL;
}

/* Number a call and say what is to become of it; `frees` is true for calls that a full disk still allows. */
static int strike(const char *call, const char *path, int frees, int *code) {
    if (!inside(path)) return NONE;
    int number = ++count, at = 0, kind = NONE;
    const char *wanted = getenv("RL_FAULT_AT"), *fault = getenv("RL_FAULT");
    if (wanted) at = atoi(wanted);
    if (at && fault) {
        int on = strlen(fault) > 3 && !strcmp(fault + strlen(fault) - 3, "-on");
        if (number == at || (on && number > at && !(frees && !strcmp(fault, "ENOSPC-on")))) kind = kind_of(fault, code);
    }
    char line[PATH_MAX + 128];
    snprintf(line, sizeof line, "%d %s %s%s%s\n", number, call, path, kind ? "\thit " : "", kind ? fault : "");
    record(line);
    if (kind == KILL_BEFORE) raise(SIGKILL);
    return kind;
}

static void afterwards(int kind) {
    if (kind == KILL_AFTER || kind == TORN) raise(SIGKILL);
    if (kind == INTERRUPT) raise(SIGINT);
}

/* A call whose whole result is a number, with `path` as the place it changes. */
#define STRIKE(call, path, frees, real_call)                      \
    do {                                                          \
        int code = 0, kind = strike(call, path, frees, &code);    \
        if (kind == FAIL) { errno = code; return -1; }            \
        __typeof__(real_call) result = real_call;                 \
        int saved = errno;                                        \
        afterwards(kind);                                         \
        if (kind == LATE) { errno = EIO; return -1; }             \
        errno = saved;                                            \
        return result;                                            \
    } while (0)

static int opens_for_change(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)); }

#define OPEN(name, dirfd, path, flags, real_call)                                       \
    do {                                                                                \
        char place[PATH_MAX];                                                           \
        if (!opens_for_change(flags)) return real_call;                                 \
        int code = 0, kind = strike(name, absolute(dirfd, path, place), 0, &code);      \
        if (kind == FAIL) { errno = code; return -1; }                                  \
        int fd = real_call, saved = errno;                                              \
        afterwards(kind);                                                               \
        if (kind == LATE) { if (fd >= 0) syscall(SYS_close, fd); errno = EIO; return -1; } \
        errno = saved;                                                                  \
        return fd;                                                                      \
    } while (0)

#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list args; va_start(args, flags); mode = va_arg(args, mode_t); va_end(args); }

int open(const char *path, int flags, ...) { MODE(flags) OPEN("open", AT_FDCWD, path, flags, REAL(open)(path, flags, mode)); }
int open64(const char *path, int flags, ...) { MODE(flags) OPEN("open", AT_FDCWD, path, flags, REAL(open64)(path, flags, mode)); }
int openat(int dir, const char *path, int flags, ...) { MODE(flags) OPEN("open", dir, path, flags, REAL(openat)(dir, path, flags, mode)); }
int openat64(int dir, const char *path, int flags, ...) { MODE(flags) OPEN("open", dir, path, flags, REAL(openat64)(dir, path, flags, mode)); }
int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

/* fopen opens within the C library, past the functions above. */
static FILE *stream(const char *path, const char *mode, FILE *(*real)(const char *, const char *)) {
    char place[PATH_MAX];
    int code = 0, kind = strpbrk(mode, "wa+") ? strike("open", absolute(AT_FDCWD, path, place), 0, &code) : NONE;
    if (kind == FAIL) { errno = code; return NULL; }
    FILE *file = real(path, mode);
    afterwards(kind);
    return file;
}
FILE *fopen(const char *path, const char *mode) { return stream(path, mode, REAL(fopen)); }
FILE *fopen64(const char *path, const char *mode) { return stream(path, mode, REAL(fopen64)); }

#define WRITE(name, fd, size, real_half, real_call)                             \
    do {                                                                        \
        char place[PATH_MAX];                                                   \
        const char *path = path_of(fd, place);                                  \
        if (fd == STDOUT_FILENO && !inside(path)) record("- tell\n");           \
        int code = 0, kind = strike(name, path, 0, &code);                      \
        if (kind == FAIL) { errno = code; return -1; }                          \
        ssize_t result = (kind == TORN || kind == SHORT) && (size) > 1 ? real_half : real_call; \
        int saved = errno;                                                      \
        afterwards(kind);                                                       \
        if (kind == LATE) { errno = EIO; return -1; }                           \
        errno = saved;                                                          \
        return result;                                                          \
    } while (0)

ssize_t write(int fd, const void *data, size_t size) { WRITE("write", fd, size, REAL(write)(fd, data, size / 2), REAL(write)(fd, data, size)); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { WRITE("write", fd, size, REAL(pwrite)(fd, data, size / 2, at), REAL(pwrite)(fd, data, size, at)); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { WRITE("write", fd, size, REAL(pwrite64)(fd, data, size / 2, at), REAL(pwrite64)(fd, data, size, at)); }
ssize_t writev(int fd, const struct iovec *parts, int n) { WRITE("write", fd, n, REAL(writev)(fd, parts, n / 2), REAL(writev)(fd, parts, n)); }

int close(int fd) {
    char place[PATH_MAX];
    int flags = getenv("RL_FAULT_FOLDER") ? fcntl(fd, F_GETFL) : -1;
    const char *path = flags != -1 && (flags & O_ACCMODE) != O_RDONLY ? path_of(fd, place) : NULL;
    int code = 0, kind = path ? strike("close", path, 1, &code) : NONE;
    int result = REAL(close)(fd), saved = errno;
    afterwards(kind);
    if (kind == FAIL || kind == LATE) { errno = EIO; return -1; }
    errno = saved;
    return result;
}

int fsync(int fd) { char p[PATH_MAX]; STRIKE("fsync", path_of(fd, p), 0, REAL(fsync)(fd)); }
int fdatasync(int fd) { char p[PATH_MAX]; STRIKE("fsync", path_of(fd, p), 0, REAL(fdatasync)(fd)); }
int ftruncate(int fd, off_t size) { char p[PATH_MAX]; STRIKE("truncate", path_of(fd, p), 1, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { char p[PATH_MAX]; STRIKE("truncate", path_of(fd, p), 1, REAL(ftruncate64)(fd, size)); }
int truncate(const char *path, off_t size) { char p[PATH_MAX]; STRIKE("truncate", absolute(AT_FDCWD, path, p), 1, REAL(truncate)(path, size)); }
int fchmod(int fd, mode_t mode) { char p[PATH_MAX]; STRIKE("chmod", path_of(fd, p), 1, REAL(fchmod)(fd, mode)); }
int chmod(const char *path, mode_t mode) { char p[PATH_MAX]; STRIKE("chmod", absolute(AT_FDCWD, path, p), 1, REAL(chmod)(path, mode)); }
int fchmodat(int dir, const char *path, mode_t mode, int flags) { char p[PATH_MAX]; STRIKE("chmod", absolute(dir, path, p), 1, REAL(fchmodat)(dir, path, mode, flags)); }

/* A rename is logged under the new name, which is what it changes for a reader. */
int rename(const char *from, const char *to) { char p[PATH_MAX]; STRIKE("rename", absolute(AT_FDCWD, to, p), 0, REAL(rename)(from, to)); }
int renameat(int a, const char *from, int b, const char *to) { char p[PATH_MAX]; STRIKE("rename", absolute(b, to, p), 0, REAL(renameat)(a, from, b, to)); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { char p[PATH_MAX]; STRIKE("rename", absolute(b, to, p), 0, REAL(renameat2)(a, from, b, to, flags)); }
int link(const char *from, const char *to) { char p[PATH_MAX]; STRIKE("link", absolute(AT_FDCWD, to, p), 0, REAL(link)(from, to)); }
int linkat(int a, const char *from, int b, const char *to, int flags) { char p[PATH_MAX]; STRIKE("link", absolute(b, to, p), 0, REAL(linkat)(a, from, b, to, flags)); }
int symlink(const char *to, const char *path) { char p[PATH_MAX]; STRIKE("link", absolute(AT_FDCWD, path, p), 0, REAL(symlink)(to, path)); }
int unlink(const char *path) { char p[PATH_MAX]; STRIKE("unlink", absolute(AT_FDCWD, path, p), 1, REAL(unlink)(path)); }
int unlinkat(int dir, const char *path, int flags) { char p[PATH_MAX]; STRIKE("unlink", absolute(dir, path, p), 1, REAL(unlinkat)(dir, path, flags)); }
int rmdir(const char *path) { char p[PATH_MAX]; STRIKE("rmdir", absolute(AT_FDCWD, path, p), 1, REAL(rmdir)(path)); }
int mkdir(const char *path, mode_t mode) { char p[PATH_MAX]; STRIKE("mkdir", absolute(AT_FDCWD, path, p), 0, REAL(mkdir)(path, mode)); }
int mkdirat(int dir, const char *path, mode_t mode) { char p[PATH_MAX]; STRIKE("mkdir", absolute(dir, path, p), 0, REAL(mkdirat)(dir, path, mode)); }
int futimens(int fd, const struct timespec times[2]) { char p[PATH_MAX]; STRIKE("utime", path_of(fd, p), 1, REAL(futimens)(fd, times)); }
int utimensat(int dir, const char *path, const struct timespec times[2], int flags) {
    char p[PATH_MAX];
    const char *volatile given = path; /* declared as never NULL, yet a NULL means the descriptor itself */
    if (!given) STRIKE("utime", path_of(dir, p), 1, REAL(utimensat)(dir, path, times, flags));
    STRIKE("utime", absolute(dir, path, p), 1, REAL(utimensat)(dir, path, times, flags));
}
