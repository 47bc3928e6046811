/* hb-status PEER INTERFACE: what this node's Heartbeat says of itself, its peer and the link to it, KEY=VALUE a line.
 * Fails and prints nothing when Heartbeat does not answer. Three runs of cl_status would say the same: each is a
 * program to load and a client to sign on, which an emulated guest takes a third of a second for. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <hb_api.h>

/* Seconds for each answer: Heartbeat's priority is that of real time, so that one that works answers at once. */
#define PATIENCE 2

static const char *heard(const char *answer)
{
    if (!answer)
        _exit(1);
    alarm(PATIENCE);
    return answer;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    signal(SIGALRM, _exit);
    alarm(PATIENCE);

    ll_cluster_t *heartbeat = ll_cluster_new("heartbeat");
    if (!heartbeat || heartbeat->llc_ops->signon(heartbeat, NULL) != HA_OK)
        return 1;
    const char *link = heard(heartbeat->llc_ops->if_status(heartbeat, argv[1], argv[2]));
    const char *peer = heard(heartbeat->llc_ops->node_status(heartbeat, argv[1]));
    const char *resources = heard(heartbeat->llc_ops->get_resources(heartbeat));
    printf("cluster=active\nlink=%s\npeer=%s\nresources=%s\n", link, peer, resources);
    heartbeat->llc_ops->signoff(heartbeat, FALSE);
    return 0;
}
