#include "model/bulk.h"

bool ModelBulk_finish(ModelContext *context, Error *error)
{
    bool done = Sequence_flush(context, error) && Change_flush(context, error);

    context->bulk = NULL;
    return done;
}
