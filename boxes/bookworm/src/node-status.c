/* node-status [cluster [LAG [MOUNT ...]]]: what this node is and has, KEY=VALUE a line.
 *
 * With "cluster" a server also says what its Heartbeat says. LAG and MOUNT are for a guest whose memory was restored:
 * its clock goes on by LAG seconds, and "served=MOUNT" is said of each mount through which the server answered, which
 * waits as long as a server is away; without them no NFS mount is touched.
 *
 * It is asked every second while a guest is busy, so it is one program without a shell. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>

#ifndef ETC
#define ETC "/etc/hanfslab"
#define PROGRAMS "/usr/local/lib/hanfslab"
#endif
#define WORD 128

extern char **environ;
static char role[WORD], peer[WORD], interface[WORD], floating[WORD];

static FILE *opened(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static void read_configuration(void)
{
    char line[2 * WORD], key[WORD], value[WORD];
    FILE *file = opened(ETC "/node.env");
    const struct { const char *key; char *into; } known[] = {
        {"ROLE", role}, {"PEER", peer}, {"INTERFACE", interface}, {"FLOATING", floating}};

    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%127[A-Z_]=%127s", key, value) == 2)
            for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (!strcmp(key, known[i].key))
                    strcpy(known[i].into, value);
    fclose(file);
}

/* A difference and not a time: it stays exact however long it took to get here. */
static void step_clock(const char *lag)
{
    struct timespec now;
    double seconds = strtod(lag, NULL);
    if (seconds == 0)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    seconds += (double)now.tv_nsec / 1e9;
    long whole = (long)seconds - (seconds < 0);
    now.tv_sec += whole;
    now.tv_nsec = (long)((seconds - (double)whole) * 1e9);
    if (clock_settime(CLOCK_REALTIME, &now)) {
        perror("clock_settime");
        exit(1);
    }
}

static pid_t start(const char *const *command)
{
    pid_t child;
    return posix_spawnp(&child, command[0], NULL, NULL, (char *const *)command, environ) ? -1 : child;
}

/* hb-status prints its lines itself, or nothing and fails; then systemd's word for Heartbeat counts. */
static void end_heartbeat(pid_t child)
{
    int status = 1;
    if ((child < 0 || waitpid(child, &status, 0) < 0 || status) && printf("cluster=") && !fflush(stdout))
        waitpid(start((const char *const[]){"systemctl", "is-failed", "heartbeat", NULL}), NULL, 0);
}

static void say_first_word(const char *path, const char *key)
{
    char word[WORD];
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%127s", word) == 1)
        printf("%s=%s\n", key, word);
    if (file)
        fclose(file);
}

static void say_mounts(void)
{
    char line[4 * WORD], source[WORD], target[WORD], type[WORD];
    FILE *file = opened("/proc/mounts");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%127s %127s %127s", source, target, type) != 3)
            continue;
        if (!strcmp(type, "nfs") || !strcmp(type, "nfs4"))
            printf("mounted=%s\n", target);
        if (!strcmp(target, "/data"))
            printf("disk=%s\n", source);
    }
    fclose(file);
}

/* In the routing trie an address is a leaf, a line "|-- ADDRESS", and a local one has "/32 host LOCAL" below it. */
static void say_address(void)
{
    char line[2 * WORD], leaf[WORD] = "", what[WORD], scope[WORD], kind[WORD];
    FILE *file = opened("/proc/net/fib_trie");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, " |-- %127s", leaf) == 1 || strcmp(leaf, floating))
            continue;
        if (sscanf(line, "%127s %127s %127s", what, scope, kind) == 3 && !strcmp(what, "/32") && !strcmp(kind, "LOCAL")) {
            printf("address=1\n");
            break;
        }
    }
    fclose(file);
}

static void say_served(char **mounts)
{
    struct statfs server;
    for (; *mounts; mounts++)
        if (!statfs(*mounts, &server))
            printf("served=%s\n", *mounts);
        else
            perror(*mounts);
}

int main(int argc, char **argv)
{
    read_configuration();
    int server = !strcmp(role, "server"), cluster = server && argc > 1 && !strcmp(argv[1], "cluster");
    pid_t heartbeat = -1;
    if (cluster)
        heartbeat = start((const char *const[]){PROGRAMS "/hb-status", peer, interface, NULL});
    say_first_word("/proc/sys/kernel/random/boot_id", "boot_id");
    say_first_word("/proc/uptime", "uptime");
    say_mounts();
    if (server) {
        say_address();
        say_first_word("/proc/fs/nfsd/threads", "nfsd");
    }
    if (argc > 3)
        say_served(argv + 3);
    fflush(stdout);
    if (cluster)
        end_heartbeat(heartbeat);
    if (argc > 2)
        step_clock(argv[2]); /* last: all of systemd wakes up for it */
    return 0;
}
