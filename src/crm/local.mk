noinst_LIBRARIES += libbiz-crm.a
libbiz_crm_a_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS)
libbiz_crm_a_SOURCES = \
	src/crm/crm.h src/crm/crm.c src/crm/private.h \
	src/crm/lead.c src/crm/lead_convert.h src/crm/lead_convert.c src/crm/lead_link.c \
	src/crm/opportunity.c src/crm/opportunity_stage.c
