noinst_LIBRARIES += libbiz-model.a
libbiz_model_a_SOURCES =
include src/model/resources.mk
include src/model/exchange.mk
# Records, queries, change log, undo, search.
libbiz_model_a_SOURCES += \
	src/model/model.h src/model/internal.h src/model/query.h src/model/custom.h src/model/undo.h \
	src/model/change.c src/model/children.c src/model/custom.c src/model/custom_define.c \
	src/model/custom_value.c src/model/domain.c src/model/event.c src/model/formula.c \
	src/model/history.c src/model/insert.c \
	src/model/json_in.c src/model/json_out.c src/model/label.c src/model/merge.c \
	src/model/query_count.c src/model/query_filter.c src/model/query_list.c \
	src/model/query_sort.c src/model/query_value.c src/model/record.c src/model/resolve.c \
	src/model/save.c src/model/schema.c src/model/search.c src/model/search_index.c \
	src/model/sequence.c src/model/sql.c src/model/transition.c src/model/undo.c \
	src/model/undo_check.c src/model/unique.c src/model/validate.c src/model/value.c src/model/value_text.c src/model/write.c
