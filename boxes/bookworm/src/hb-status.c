/* hb-status PEER INTERFACE: what this node's Heartbeat says of itself, its peer and the link to it, KEY=VALUE a line.
 * Fails and prints nothing when Heartbeat does not answer.
 *
 * Three runs of cl_status would say the same, but each is a program to load, which an emulated guest takes a third of
 * a second for. Heartbeat's main loop lets a client's question wait for up to half a second (measured, 3.0.6), so the
 * three questions are asked side by side, each by a client of its own. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <hb_api.h>

/* Seconds: Heartbeat's priority is that of real time, so that one that works answers at once. */
#define PATIENCE 2
#define QUESTIONS 3

static const char *const KEYS[QUESTIONS] = {"link", "peer", "resources"};

static const char *ask(int question, const char *peer, const char *interface)
{
    ll_cluster_t *heartbeat = ll_cluster_new("heartbeat");
    if (!heartbeat || heartbeat->llc_ops->signon(heartbeat, NULL) != HA_OK)
        return NULL;
    switch (question) {
    case 0:
        return heartbeat->llc_ops->if_status(heartbeat, peer, interface);
    case 1:
        return heartbeat->llc_ops->node_status(heartbeat, peer);
    default:
        return heartbeat->llc_ops->get_resources(heartbeat);
    }
}

/* A child's work: the answer as a line into the pipe, written at once so that lines do not mix. */
static int tell(int question, const char *peer, const char *interface, int pipe)
{
    char line[256];
    alarm(PATIENCE);
    const char *answer = ask(question, peer, interface);
    if (!answer)
        return 1;
    int length = snprintf(line, sizeof line, "%s=%s\n", KEYS[question], answer);
    return length >= (int)sizeof line || write(pipe, line, (size_t)length) != length;
}

int main(int argc, char **argv)
{
    int ends[2], status, failed = 0;
    char lines[QUESTIONS * 256];

    if (argc != 3 || pipe(ends))
        return 2;
    for (int question = 0; question < QUESTIONS; question++) {
        pid_t child = fork();
        if (child == 0)
            _exit(tell(question, argv[1], argv[2], ends[1]));
        failed |= child < 0;
    }
    close(ends[1]);
    while (wait(&status) > 0)
        failed |= status;
    if (failed)
        return 1;
    ssize_t length = read(ends[0], lines, sizeof lines);
    return length <= 0 || printf("cluster=active\n%.*s", (int)length, lines) < 0;
}
