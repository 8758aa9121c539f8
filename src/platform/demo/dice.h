/* dice.h - chance for the demo company: xoshiro256** (Blackman and Vigna, 2018), seeded by us, so
 * that the same company comes out every time.  Never used where chance must be unpredictable. */
#ifndef PLATFORM_DEMO_DICE_H
#define PLATFORM_DEMO_DICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Dice {
    uint64_t state[4];
} Dice;

void Dice_seed(Dice *dice, uint64_t seed);
int64_t Dice_between(Dice *dice, int64_t low, int64_t high); /* both included */
bool Dice_chance(Dice *dice, double probability);
double Dice_uniform(Dice *dice); /* [0, 1) */
/* How many events happen when `mean` are expected (Poisson). */
int Dice_count(Dice *dice, double mean);
/* Waiting time with the given mean (exponential), at least 0. */
double Dice_wait(Dice *dice, double mean);
/* Log-normal around `median`; spread about 0.3 (narrow) to 1 (wide). */
double Dice_size(Dice *dice, double median, double spread);

#endif
