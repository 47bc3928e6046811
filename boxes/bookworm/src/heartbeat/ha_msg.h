/* What hb_api.h needs of the headers of cluster-glue and GLib: types that are only passed by, and a few values.
 * Debian has the real ones in cluster-glue-dev and libglib2.0-dev, with more than twenty packages behind them. */
#include <stddef.h>

#define FALSE 0
#define HA_OK 1

struct ha_msg;
typedef int gboolean;
typedef void *gpointer;
typedef void (*GDestroyNotify)(gpointer data);
typedef struct IPC_CHANNEL IPC_Channel;
typedef struct cl_uuid_s cl_uuid_t;
