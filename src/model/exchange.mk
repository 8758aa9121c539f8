# Import and export: files of other systems to records and back.
libbiz_model_a_SOURCES += \
	src/model/bulk.h src/model/bulk.c \
	src/model/exchange/columns.h src/model/exchange/columns.c \
	src/model/exchange/convert.c \
	src/model/exchange/countries.h src/model/exchange/countries.c \
	src/model/exchange/csv_read.h src/model/exchange/csv_read.c \
	src/model/exchange/csv_write.h src/model/exchange/csv_write.c \
	src/model/exchange/draft.h src/model/exchange/draft.c src/model/exchange/draft_custom.c src/model/exchange/draft_close.c \
	src/model/exchange/encoding.h src/model/exchange/encoding.c \
	src/model/exchange/export.h src/model/exchange/export.c src/model/exchange/export_csv.c \
	src/model/exchange/export_private.h \
	src/model/exchange/finish.c \
	src/model/exchange/header_words.h src/model/exchange/header_words.c \
	src/model/exchange/import.h src/model/exchange/import.c \
	src/model/exchange/import_private.h src/model/exchange/import_report.c \
	src/model/exchange/import_write.c \
	src/model/exchange/json_rows.c \
	src/model/exchange/mapping.h src/model/exchange/mapping.c src/model/exchange/mapping_custom.c \
	src/model/exchange/match.c \
	src/model/exchange/phone.c \
	src/model/exchange/plan.h src/model/exchange/plan_private.h src/model/exchange/plan.c src/model/exchange/plan_json.c \
	src/model/exchange/preset.h src/model/exchange/preset.c \
	src/model/exchange/references.c \
	src/model/exchange/rows.h src/model/exchange/rows_internal.h src/model/exchange/rows.c \
	src/model/exchange/sniff.h src/model/exchange/sniff.c \
	src/model/exchange/target.h src/model/exchange/target.c \
	src/model/exchange/vcard.c

PRESET_FILES = \
	data/presets/hubspot_companies.yaml \
	data/presets/hubspot_contacts.yaml \
	data/presets/hubspot_deals.yaml \
	data/presets/salesforce_accounts.yaml \
	data/presets/salesforce_contacts.yaml \
	data/presets/salesforce_leads.yaml \
	data/presets/salesforce_opportunities.yaml \
	data/presets/shopify_customers.yaml \
	data/presets/shopify_orders.yaml \
	data/presets/shopify_products_classic.yaml \
	data/presets/shopify_products_new.yaml \
	data/presets/stripe_payments.yaml
nobase_dist_pkgdata_DATA += $(PRESET_FILES)
