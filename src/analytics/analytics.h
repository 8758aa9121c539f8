/* analytics.h - figures computed from records. */
#ifndef ANALYTICS_ANALYTICS_H
#define ANALYTICS_ANALYTICS_H

/* Adds dashboard.home to the operation table. */
void Analytics_register(void);

#endif
