// The what-if form: what stands in its fields, and the question that they ask.
import { usualText } from '../what-if/question.ts';
import type { WhatIfText } from '../what-if/question.ts';

/** As typed; empty where nothing was. */
export interface WhatIfForm {
  readonly region: string;
  readonly strategy: string;
  readonly ttl: string;
  readonly requestsPerSecond: string;
  readonly kilobytes: string;
}

export const blankForm: WhatIfForm = {
  region: '',
  strategy: '',
  ttl: '',
  requestsPerSecond: '',
  kilobytes: '',
};

/** A tenth of the terminal's: intervals a few times as wide, in seconds instead of half a minute on a busy machine. */
const users = '4000';

export const formIn = ({ searchParams }: URL): WhatIfForm => {
  const field = (name: string) => (searchParams.get(name) ?? '').trim();
  return {
    region: field('region'),
    strategy: field('strategy'),
    ttl: field('ttl'),
    requestsPerSecond: field('requests-per-second'),
    kilobytes: field('kilobytes'),
  };
};

/** Asked of the fleet that runs here; an empty field is one that says nothing. */
export const questionOf = ({ region, ...optional }: WhatIfForm): WhatIfText => ({
  ...usualText,
  env: 'local',
  users,
  region,
  ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== '')),
});
