// Answers one what-if question, given as JSON in its argument, on its standard output: a process, so that nobody waits for it.
import { constants, setPriority } from 'node:os';
import { forecastOf } from './forecast.ts';
import { questionFrom } from './question.ts';
import type { WhatIfText } from './question.ts';

// It shares the machine with the probes of a fleet, which are in a hurry.
setPriority(constants.priority.PRIORITY_LOW);

const [, , asked = ''] = process.argv;
process.stdout.write(JSON.stringify(forecastOf(questionFrom(JSON.parse(asked) as WhatIfText))));
