#pragma once
#include "pons/v1/journal.pb-c.h"
#include "pons/v1/model.pb-c.h"
#include "pons/v1/wire.pb-c.h"
