noinst_LIBRARIES += libbiz-analytics.a
libbiz_analytics_a_SOURCES = \
	src/analytics/analytics.h \
	src/analytics/home_dashboard.c
