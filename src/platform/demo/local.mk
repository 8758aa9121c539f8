# The demo company.
libbiz_platform_a_SOURCES += \
	src/platform/demo/demo.h src/platform/demo/demo.c src/platform/demo/private.h \
	src/platform/demo/dice.h src/platform/demo/dice.c src/platform/demo/lists.c src/platform/demo/people.c \
	src/platform/demo/catalog.c src/platform/demo/sales.c src/platform/demo/orders.c \
	src/platform/demo/billing.c src/platform/demo/contracts.c src/platform/demo/service.c \
	src/platform/demo/stock.c
nobase_dist_pkgdata_DATA += data/demo/trading.yaml
