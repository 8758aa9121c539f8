# What the resource descriptions become: the generator, the files it writes, the lookups.
# A new file of data/resources is listed here; the generator refuses unlisted ones.
RESOURCE_FILES = \
	data/resources/activity.yaml \
	data/resources/agent.yaml \
	data/resources/agent_run.yaml \
	data/resources/alert.yaml \
	data/resources/api_key.yaml \
	data/resources/approval.yaml \
	data/resources/assignment_rule.yaml \
	data/resources/attachment.yaml \
	data/resources/bank_line.yaml \
	data/resources/baseline.yaml \
	data/resources/breach.yaml \
	data/resources/calendar.yaml \
	data/resources/campaign.yaml \
	data/resources/category.yaml \
	data/resources/collection.yaml \
	data/resources/company.yaml \
	data/resources/connection.yaml \
	data/resources/contact.yaml \
	data/resources/content_review.yaml \
	data/resources/content_type.yaml \
	data/resources/content_workflow.yaml \
	data/resources/conversation.yaml \
	data/resources/credit_note.yaml \
	data/resources/custom_field.yaml \
	data/resources/dashboard.yaml \
	data/resources/data_source.yaml \
	data/resources/dataset.yaml \
	data/resources/discount.yaml \
	data/resources/dispute.yaml \
	data/resources/dunning_policy.yaml \
	data/resources/experiment.yaml \
	data/resources/export_job.yaml \
	data/resources/form.yaml \
	data/resources/form_submission.yaml \
	data/resources/import_job.yaml \
	data/resources/incident.yaml \
	data/resources/invoice.yaml \
	data/resources/job.yaml \
	data/resources/kb_article.yaml \
	data/resources/lead.yaml \
	data/resources/loyalty_program.yaml \
	data/resources/macro.yaml \
	data/resources/mailbox.yaml \
	data/resources/market_price.yaml \
	data/resources/media_asset.yaml \
	data/resources/meeting.yaml \
	data/resources/membership.yaml \
	data/resources/merge_record.yaml \
	data/resources/message.yaml \
	data/resources/message_template.yaml \
	data/resources/meter.yaml \
	data/resources/metric.yaml \
	data/resources/note.yaml \
	data/resources/notification.yaml \
	data/resources/number_sequence.yaml \
	data/resources/onboarding_plan.yaml \
	data/resources/opportunity.yaml \
	data/resources/order.yaml \
	data/resources/outbox_event.yaml \
	data/resources/page.yaml \
	data/resources/payment.yaml \
	data/resources/payment_method.yaml \
	data/resources/pipeline.yaml \
	data/resources/plan.yaml \
	data/resources/price_list.yaml \
	data/resources/printer.yaml \
	data/resources/privacy_request.yaml \
	data/resources/product.yaml \
	data/resources/product_review.yaml \
	data/resources/purchase_order.yaml \
	data/resources/quote.yaml \
	data/resources/record_link.yaml \
	data/resources/redirect.yaml \
	data/resources/refund.yaml \
	data/resources/report.yaml \
	data/resources/return.yaml \
	data/resources/revenue_schedule.yaml \
	data/resources/role.yaml \
	data/resources/run.yaml \
	data/resources/saved_view.yaml \
	data/resources/score_rule.yaml \
	data/resources/segment.yaml \
	data/resources/session.yaml \
	data/resources/setting.yaml \
	data/resources/shipment.yaml \
	data/resources/shipping_zone.yaml \
	data/resources/site.yaml \
	data/resources/snippet.yaml \
	data/resources/stock.yaml \
	data/resources/store.yaml \
	data/resources/subscription.yaml \
	data/resources/supplier.yaml \
	data/resources/sync.yaml \
	data/resources/tag.yaml \
	data/resources/task.yaml \
	data/resources/tax_class.yaml \
	data/resources/team.yaml \
	data/resources/tenant.yaml \
	data/resources/ticket.yaml \
	data/resources/usage_event.yaml \
	data/resources/user.yaml \
	data/resources/wallet.yaml \
	data/resources/warehouse.yaml \
	data/resources/webhook.yaml \
	data/resources/wizard_run.yaml \
	data/resources/workflow.yaml
nobase_dist_pkgdata_DATA += $(RESOURCE_FILES)

TRANSLATION_FILES = \
	data/translations/de.yaml \
	data/translations/es.yaml \
	data/translations/fr.yaml \
	data/translations/pt.yaml \
	data/translations/synonyms.yaml
nobase_dist_pkgdata_DATA += $(TRANSLATION_FILES)

RESOURCE_READER = \
	src/model/generate/describe.h src/model/generate/describe.c \
	src/model/generate/shape.c \
	src/model/generate/notation.h src/model/generate/notation.c \
	src/model/generate/fields.c src/model/generate/finish.c \
	src/model/generate/transitions.c src/model/generate/link.c \
	src/model/generate/label.c \
	src/model/generate/check.h src/model/generate/check.c \
	src/model/field.c

noinst_PROGRAMS += resource-generator
resource_generator_SOURCES = $(RESOURCE_READER) \
	src/model/generate/emit.h src/model/generate/emit_sql.c \
	src/model/generate/emit_resources.c src/model/generate/emit_headers.c \
	src/model/translation_table.h src/model/generate/words.h src/model/generate/words.c \
	src/model/generate/main.c
# Flags of its own give it objects of its own: those of the library wait for what it writes.
resource_generator_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
resource_generator_LDADD = libbiz-base.a $(YAML_LIBS)

GENERATED_INCLUDES = \
	src/model/generated/fields.h \
	src/model/generated/accessors.h \
	src/model/generated/schema.h
GENERATED_C = src/model/generated/resources.c src/model/generated/schema.c

src/model/generated/stamp: resource-generator$(EXEEXT) $(RESOURCE_FILES)
	$(AM_V_GEN)$(MKDIR_P) src/model/generated && \
	./resource-generator$(EXEEXT) --source $(srcdir) --output src/model/generated \
		$(RESOURCE_FILES) && touch $@
$(GENERATED_INCLUDES) $(GENERATED_C): src/model/generated/stamp ;

src/model/generated/translations.c: resource-generator$(EXEEXT) $(TRANSLATION_FILES)
	$(AM_V_GEN)$(MKDIR_P) src/model/generated && \
	./resource-generator$(EXEEXT) --words --source $(srcdir) --output src/model/generated \
		$(TRANSLATION_FILES) && touch $@

BUILT_SOURCES += $(GENERATED_INCLUDES)
CLEANFILES += $(GENERATED_INCLUDES) $(GENERATED_C) src/model/generated/translations.c \
	src/model/generated/stamp

libbiz_model_a_SOURCES += src/model/resource.h src/model/resource.c \
	src/model/translation.h src/model/translation_table.h src/model/translation.c $(RESOURCE_READER)
nodist_libbiz_model_a_SOURCES = $(GENERATED_INCLUDES) $(GENERATED_C) \
	src/model/generated/translations.c

# Also when one library is made alone, the headers come first.
$(libbiz_model_a_OBJECTS) $(libbiz_engine_a_OBJECTS) $(libbiz_platform_a_OBJECTS) \
$(libbiz_crm_a_OBJECTS) $(libbiz_commerce_a_OBJECTS) $(libbiz_billing_a_OBJECTS) \
$(libbiz_doors_a_OBJECTS): | $(GENERATED_INCLUDES)
