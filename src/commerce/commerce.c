#include "commerce/commerce.h"

#include "commerce/private.h"

void Commerce_register(void)
{
    Order_register();
    OrderState_register();
    Stock_register();
    StockOperations_register();
}
