# The programs: main.c (screens and command line, see src/cli/local.mk) and engine_main.c wire the rooms
# together.
pkglibexec_PROGRAMS += libexec/bizosaas/bizosaas-engine
libexec_bizosaas_bizosaas_engine_SOURCES = src/engine_main.c
libexec_bizosaas_bizosaas_engine_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS)
libexec_bizosaas_bizosaas_engine_LDADD = \
	libbiz-doors.a libbiz-platform.a libbiz-crm.a libbiz-commerce.a libbiz-billing.a \
	libbiz-analytics.a libbiz-engine.a libbiz-model.a \
	libbiz-store.a libbiz-base.a $(ENGINE_LIBS) -lm

# The build tree looks like an installed one: packaged data beside the program.
share/bizosaas/stamp:
	$(AM_V_GEN)$(MKDIR_P) share/bizosaas && \
	for part in data wizards po man; do \
		rm -f share/bizosaas/$$part && \
		$(LN_S) $(abs_top_srcdir)/$$part share/bizosaas/$$part || exit 1; \
	done && touch $@
all-local: share/bizosaas/stamp
check-local: share/bizosaas/stamp
CLEANFILES += share/bizosaas/stamp

nobase_dist_pkgdata_DATA += data/roles.yaml
