noinst_LIBRARIES += libbiz-commerce.a
libbiz_commerce_a_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS)
libbiz_commerce_a_SOURCES = \
	src/commerce/commerce.h src/commerce/commerce.c src/commerce/private.h \
	src/commerce/order.c src/commerce/order_totals.c src/commerce/order_state.c \
	src/commerce/stock.c src/commerce/stock_operations.c
