#include "screens/languages.h"
const UiLanguage LANGUAGE_GERMAN = {"de", (const UiWord[]){{"zzz","zzz"}}, 1};
