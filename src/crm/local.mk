noinst_LIBRARIES += libbiz-crm.a
libbiz_crm_a_SOURCES =
