// What the Spark driver asks of our own code: one verb a process, a JSON request on stdin, the JSON answer on stdout.
import { text } from 'node:stream/consumers';
import { isInputError } from '../../fleet/errors.ts';
import type { CandidateRequest } from './candidate.ts';
import { candidate } from './candidate.ts';
import type { JudgeRequest } from './judge.ts';
import { judge } from './judge.ts';
import type { PlanRequest } from './plan.ts';
import { plan } from './plan.ts';

/** The requests are written by the Python beside this file, release by release. */
const verbs: Readonly<Record<string, (request: unknown) => Promise<unknown>>> = {
  plan: (request) => plan(request as PlanRequest),
  judge: (request) => judge(request as JudgeRequest),
  candidate: (request) => candidate(request as CandidateRequest),
};

try {
  const [name = ''] = process.argv.slice(2);
  const verb = verbs[name];
  if (verb === undefined) throw new Error(`no verb "${name}"`);
  process.stdout.write(JSON.stringify(await verb(JSON.parse(await text(process.stdin)))));
} catch (error) {
  console.error(isInputError(error) ? `evenkeel: ${error.message}` : error);
  process.exitCode = isInputError(error) ? 2 : 1;
}
