/* See ../ha_msg.h. */
