noinst_LIBRARIES += libbiz-billing.a
libbiz_billing_a_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS)
libbiz_billing_a_SOURCES = \
	src/billing/billing.h src/billing/billing.c src/billing/private.h \
	src/billing/invoice.c src/billing/invoice_totals.c src/billing/invoice_settle.c \
	src/billing/payment.c src/billing/refund.c src/billing/credit.c \
	src/billing/quote.c src/billing/subscription.c
