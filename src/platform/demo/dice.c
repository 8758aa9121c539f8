#include "platform/demo/dice.h"

#include <math.h>

static uint64_t rotate(uint64_t value, int bits)
{
    return (value << bits) | (value >> (64 - bits));
}

static uint64_t next(Dice *dice)
{
    uint64_t *s = dice->state, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

void Dice_seed(Dice *dice, uint64_t seed)
{
    for (int i = 0; i < 4; i++) { /* splitmix64 */
        uint64_t z = (seed += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        dice->state[i] = z ^ (z >> 31);
    }
}

double Dice_uniform(Dice *dice)
{
    return (double)(next(dice) >> 11) * 0x1.0p-53;
}

int64_t Dice_between(Dice *dice, int64_t low, int64_t high)
{
    return high <= low ? low : low + (int64_t)(Dice_uniform(dice) * (double)(high - low + 1));
}

bool Dice_chance(Dice *dice, double probability)
{
    return Dice_uniform(dice) < probability;
}

int Dice_count(Dice *dice, double mean)
{
    int count = 0;
    while (mean > 20) { /* in pieces, so that exp() does not vanish */
        count += Dice_count(dice, 20);
        mean -= 20;
    }
    double limit = exp(-mean), product = Dice_uniform(dice);
    while (product > limit) {
        count++;
        product *= Dice_uniform(dice);
    }
    return count;
}

double Dice_wait(Dice *dice, double mean)
{
    return -mean * log(1.0 - Dice_uniform(dice));
}

double Dice_size(Dice *dice, double median, double spread)
{
    double sum = -6; /* Irwin-Hall: near enough to normal, and bounded */
    for (int i = 0; i < 12; i++)
        sum += Dice_uniform(dice);
    return median * exp(sum * spread);
}
