/* commerce.h - rules of orders and stock, and their operations. */
#ifndef COMMERCE_COMMERCE_H
#define COMMERCE_COMMERCE_H

/* Hooks, guards and operations; once, before the engine starts. */
void Commerce_register(void);

#endif
