// What the service promises, and the alerts that follow from it: how fast what may go wrong in a month is being used up.
import { availabilityObjective, promptMsMax } from '../../../fleet/objectives.ts';
import type { Alert } from './alert.ts';

interface Objective {
  readonly name: string;
  /** Of all requests that are judged, 0..1. */
  readonly good: number;
  /** PromQL of the share of bad requests by region over a window such as `5m`. */
  readonly badShare: (window: string) => string;
  readonly meaning: string;
  readonly remedy: string;
}

const seconds = 'http_server_request_duration_seconds';
/** Balancers and probes ask these all day: their answers are not users'. */
const judged = 'job="inference",route!~"/livez|/readyz|/metrics|/v2/health/.*|/v2/models/.*/ready"';
const uploads = 'job="inference",method="POST",route=~"/|/v1/studies"';
/** A bound of the histogram's, so that no answer has to be guessed between two. */
const promptSeconds = promptMsMax / 1_000;

const objectives: readonly Objective[] = [
  {
    name: 'Availability',
    good: availabilityObjective,
    badShare: (window) =>
      `${rate('count', `${judged},status=~"5.."`, window)} / ${rate('count', judged, window)}`,
    meaning: 'requests end in a server error',
    remedy:
      'See which routes and machines in Grafana; if one region alone, drain it (evenkeel drain).',
  },
  {
    name: 'Promptness',
    good: 0.95,
    badShare: (window) =>
      `1 - ${rate('bucket', `${uploads},le="${promptSeconds}"`, window)} / ${rate('count', uploads, window)}`,
    meaning: `uploads take longer than ${promptSeconds} s`,
    remedy: 'Look at the queue and at the size of the group: scaling lags, or `max` is reached.',
  },
];

const rate = (part: 'count' | 'bucket', labels: string, window: string) =>
  `sum by (region) (rate(${seconds}_${part}{${labels}}[${window}]))`;

/**
 * Two windows each: the long one proves that it matters, the short one that it still goes on. Factors of the SRE workbook
 * (https://sre.google/workbook/alerting-on-slos/): 2 % of a month's budget in an hour, 5 % in six, 10 % in three days.
 */
const burns = [
  { long: '1h', short: '5m', factor: 14.4, severity: 'page' },
  { long: '6h', short: '30m', factor: 6, severity: 'page' },
  { long: '3d', short: '6h', factor: 1, severity: 'ticket' },
] as const;

const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;

export const burnAlerts: readonly Alert[] = objectives.flatMap((objective) =>
  burns.map(({ long, short, factor, severity }) => {
    const { name, good, badShare, meaning, remedy } = objective;
    const limit = Number((factor * (1 - good)).toFixed(6));
    return {
      name: `${name}Burns${long}`,
      severity,
      expr: `(${badShare(long)}) > ${limit} and (${badShare(short)}) > ${limit}`,
      holds: '0s',
      summary: `In {{ $labels.region }} more than ${percent(limit)} of ${meaning}, for ${long}.`,
      remedy,
    };
  }),
);
