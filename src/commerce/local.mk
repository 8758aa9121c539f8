noinst_LIBRARIES += libbiz-commerce.a
libbiz_commerce_a_SOURCES =
