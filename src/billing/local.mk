noinst_LIBRARIES += libbiz-billing.a
libbiz_billing_a_SOURCES =
